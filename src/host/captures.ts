import type { Clock } from '../base/clock';
import { OperationError } from '../base/errors';
import { Emitter, type Event } from '../base/event';
import type { Logger } from '../base/log';
import { printAuthority } from '../base/socketAddress';
import type { WireMessage } from '../coap/exchange';
import { formatName } from '../contract/formatNames';
import type { CaptureStart, CaptureView } from '../contract/workbench';
import type { DefinitionLookup } from '../objects/definition';
import { CaptureWriter, type CaptureSink } from '../trace/captureWriter';
import { isHandshake, SessionMemory } from '../trace/sessionMemory';
import { tapped } from '../trace/tappedChannel';
import type { TracedMessage } from '../trace/tracedMessage';
import { Tracer, type TracedChannel } from '../trace/tracer';
import type { Channel, Peer, Scheme, SocketAddress } from '../transport/ports';
import { Capture, type KeyedDatagram } from './capture';

/** Bytes of a channel as they are on the wire. */
export interface RawDatagram {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly scheme: Scheme;
  readonly local: SocketAddress;
  readonly peer: Pick<Peer, 'address'>;
  readonly bytes: Uint8Array;
}

/** A capture's file under way, see `storage/captureFile`. */
export type CaptureFile = CaptureSink;

/** Where a device is registered. */
export interface RegisteredAt {
  readonly local: { readonly scheme: Scheme; readonly address: SocketAddress };
  readonly peer: Peer;
}

/** What captures are given. */
export interface CapturesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Throws `OperationError` `UNWRITABLE`. */
  readonly openFile: (path: string) => Promise<CaptureFile>;
  readonly registration: (endpoint: string) => RegisteredAt | undefined;
  /** The endpoint that a peer of a listener registered as. */
  readonly endpointOf: (channel: TracedChannel, peer: Peer) => string | undefined;
  /** The definitions of an endpoint; the newest known where it is not told. */
  readonly definitions: (endpoint: string | undefined) => DefinitionLookup;
}

/** The captures that run. While none does, what they are told costs a look at {@link active}. */
export interface Captures {
  /** See {@link Workbench.startCapture}. */
  start(start: CaptureStart): Promise<{ readonly capture: string }>;
  /** See {@link Workbench.stopCapture}. */
  stop(capture: string): Promise<CaptureView>;
  /** Messages of running captures, one for each that it belongs to. */
  readonly onCaptured: Event<{ readonly capture: string; readonly message: TracedMessage }>;
  /** Whether any runs. */
  readonly active: boolean;
  /**
   * The channel of a socket, tapped: what goes over the wire is told to {@link datagram}. For DTLS the UDP channel below
   * it, with `scheme` `coaps`.
   */
  tapped(channel: Channel, scheme?: Scheme): Channel;
  /** Bytes that went over the wire, before they are worked off. */
  datagram(datagram: RawDatagram): void;
  /** A CoAP message, decrypted: what `CoapEndpoint.onWire` tells. */
  message(channel: TracedChannel, message: WireMessage): void;
  /** {@link DtlsSettings.keyLog} of every DTLS listener. Kept in memory, bounded; written only where a capture was begun so. */
  secret(clientRandom: Uint8Array, masterSecret: Uint8Array): void;
  /** Ends all, their files whole. */
  close(): Promise<void>;
}

/** Makes the captures of a host; nothing runs yet. */
export const createCaptures = (options: CapturesOptions): Captures => new RunningCaptures(options);

const MOST_CAPTURES = 16;
/** What Wireshark shows as the program that wrote the file. */
const APPLICATION = 'LwM2M Workbench';

class RunningCaptures implements Captures {
  private readonly running = new Map<string, Capture>();
  /** Files that are written, or about to be. */
  private readonly files = new Set<string>();
  private readonly captured = new Emitter<{ readonly capture: string; readonly message: TracedMessage }>();
  private readonly memory = new SessionMemory();
  private tracer: Tracer | undefined;
  private starting = 0;
  private count = 0;
  private closed = false;
  readonly onCaptured = this.captured.event;

  constructor(private readonly options: CapturesOptions) {}

  get active(): boolean {
    return this.running.size > 0;
  }

  async start(start: CaptureStart): Promise<{ readonly capture: string }> {
    const { endpoint, file } = start;
    const registered = endpoint === undefined ? undefined : this.registered(endpoint);
    if (this.running.size + this.starting >= MOST_CAPTURES)
      throw new OperationError('TOO_MANY_CAPTURES', `${MOST_CAPTURES} captures run already`, {
        next: 'Stop one of them first.',
      });
    this.starting++;
    const writer = await this.writer(file).finally(() => this.starting--);
    const capture = new Capture(`c${++this.count}`, start, writer, (key) => this.memory.of(key));
    this.tracer ??= new Tracer({ ...this.options, formatName });
    this.running.set(capture.id, capture);
    if (endpoint === undefined) for (const session of this.memory.of()) capture.session(session);
    else if (registered)
      capture.at(keyOf(registered.local.scheme, registered.local.address, registered.peer.address));
    return { capture: capture.id };
  }

  async stop(id: string): Promise<CaptureView> {
    const capture = this.running.get(id);
    if (!capture)
      throw new OperationError('NO_SUCH_CAPTURE', `There is no capture ${id.slice(0, 20)}: it has ended`, {
        next: 'Begin another.',
      });
    this.running.delete(id);
    if (this.running.size === 0) this.tracer = undefined;
    const view = await capture.end();
    if (view.file !== undefined) this.files.delete(view.file);
    if (view.note !== undefined) this.options.log.log('warn', `capture ${view.file ?? id}: ${view.note}`);
    return view;
  }

  tapped(channel: Channel, scheme: Scheme = channel.scheme): Channel {
    return tapped(channel, (direction, peer, bytes) => {
      if (!this.wants(scheme, bytes)) return;
      const at = this.options.clock.wallTime();
      this.datagram({ at, direction, scheme, local: channel.local, peer, bytes });
    });
  }

  /** Handshakes are remembered while no capture runs: a session outlives many captures. All else is nobody's then. */
  private wants(scheme: Scheme, bytes: Uint8Array): boolean {
    return this.active || (scheme === 'coaps' && isHandshake(bytes));
  }

  datagram({ at, direction, scheme, local, peer, bytes }: RawDatagram): void {
    if (!this.wants(scheme, bytes)) return;
    const [source, destination] = direction === 'in' ? [peer.address, local] : [local, peer.address];
    const captured = { at, source, destination, payload: bytes };
    const datagram: KeyedDatagram = { key: keyOf(scheme, local, peer.address), scheme, captured };
    for (const capture of this.running.values()) capture.datagram(datagram);
    if (scheme === 'coaps') this.memory.datagram(datagram.key, captured);
  }

  message(channel: TracedChannel, wire: WireMessage): void {
    const { tracer } = this;
    if (!tracer || !this.active) return;
    const message = tracer.trace(channel, wire);
    const key = keyOf(channel.scheme, channel.local, wire.peer.address);
    for (const capture of [...this.running.values()])
      if (capture.takes(message, key)) this.captured.fire({ capture: capture.id, message });
  }

  secret(clientRandom: Uint8Array, masterSecret: Uint8Array): void {
    const secret = { clientRandom: clientRandom.slice(), masterSecret: masterSecret.slice() };
    const session = this.memory.secret(secret);
    for (const capture of this.running.values()) capture.secret(session);
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.running.keys()].map((id) => this.stop(id)));
    this.memory.clear();
    this.captured.dispose();
  }

  private registered(endpoint: string): RegisteredAt {
    const registered = this.options.registration(endpoint);
    if (registered) return registered;
    throw new OperationError('NO_SUCH_DEVICE', `No device ${endpoint} is registered`, {
      next: 'Wait until it has registered, or capture all devices.',
    });
  }

  private async writer(file: string | undefined): Promise<CaptureWriter | undefined> {
    if (file === undefined) return undefined;
    if (this.files.has(file))
      throw new OperationError('UNWRITABLE', `${file} is being written by another capture`, {
        next: 'Name another file.',
      });
    this.files.add(file);
    try {
      const sink = await this.options.openFile(file);
      if (!this.closed) return new CaptureWriter(sink, this.options.clock, APPLICATION);
      await sink.close();
      throw new OperationError('ABORTED', 'the server was stopped');
    } catch (error) {
      this.files.delete(file);
      throw error;
    }
  }
}

const keyOf = (scheme: Scheme, local: SocketAddress, peer: SocketAddress): string =>
  `${scheme} ${printAuthority(local)} ${printAuthority(peer)}`;
