import type { Clock } from '../base/clock';
import { OperationError } from '../base/errors';
import { Emitter, type Event } from '../base/event';
import type { Logger } from '../base/log';
import type { WireMessage } from '../coap/exchange';
import type { CaptureStart, CaptureView } from '../contract/workbench';
import type { DefinitionLookup } from '../objects/definition';
import type { CaptureFile } from '../storage/captureFile';
import { tapped } from '../trace/tappedChannel';
import type { TracedMessage } from '../trace/tracedMessage';
import type { Channel, Peer, Scheme, SocketAddress } from '../transport/ports';

/** Bytes of a channel as they are on the wire. */
export interface RawDatagram {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly scheme: Scheme;
  readonly local: SocketAddress;
  readonly peer: Peer;
  readonly bytes: Uint8Array;
}

/** One of our listeners, as it is told apart from others. */
export type TracedChannel = Pick<Channel, 'scheme' | 'local'>;

/** What captures are given. */
export interface CapturesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Throws `OperationError` `UNWRITABLE`. */
  readonly openFile: (path: string) => Promise<CaptureFile>;
  readonly isRegistered: (endpoint: string) => boolean;
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
export function createCaptures(options: CapturesOptions): Captures {
  const captured = new Emitter<{ readonly capture: string; readonly message: TracedMessage }>();
  const refused = () => Promise.reject(new OperationError('UNSUPPORTED', 'captures are being built'));
  const captures: Captures = {
    start: refused,
    stop: refused,
    onCaptured: captured.event,
    active: false,
    tapped: (channel, scheme = channel.scheme) =>
      tapped(channel, (direction, peer, bytes) =>
        captures.datagram({
          at: options.clock.wallTime(),
          direction,
          scheme,
          local: channel.local,
          peer,
          bytes,
        }),
      ),
    datagram: () => undefined,
    message: () => undefined,
    secret: () => undefined,
    close: () => Promise.resolve(),
  };
  return captures;
}
