import { OperationError } from '../base/errors';
import { Emitter } from '../base/event';
import { printAuthority } from '../base/socketAddress';
import type { Channel, ChannelFault, Peer, Received, SocketAddress } from './ports';
import { closedError, StreamConnection, type Begun, type Stream } from './streamConnection';
import type { StreamLimits } from './streamLimits';

/** Begins a connection and tells once what came of it; what it gives back calls it off, and then nothing is told. */
export type BeginStream = (address: SocketAddress, done: (begun: Begun) => void) => () => void;

/** How a channel of connections comes by them. */
export interface StreamSource {
  readonly scheme: 'coap+tcp' | 'coaps+tcp';
  readonly local: SocketAddress;
  readonly begin: BeginStream;
  readonly limits: StreamLimits;
  /** Ends what listens. */
  readonly stop: () => Promise<void>;
}

/** Peers that were asked for and never sent to; those asked for longest ago are forgotten first. */
const MAX_PROSPECTS = 4096;

/**
 * The channel over connections, TCP or TLS: one peer each, whose bytes are told as they come. A connection that has
 * ended is told once; whoever sends to its peer afterwards is told again, so that no request waits for nothing.
 */
export class StreamChannel implements Channel {
  readonly reliable = true;
  private readonly messages = new Emitter<Received>();
  private readonly faults = new Emitter<ChannelFault>();
  readonly onMessage = this.messages.event;
  readonly onFault = this.faults.event;
  /** By the peer's key: connections that stand or are being made. */
  private readonly connections = new Map<string, StreamConnection>();
  private readonly prospects = new Map<string, StreamConnection>();
  private readonly byAddress = new Map<string, StreamConnection>();
  private count = 0;
  private newest: SocketAddress | undefined;
  private closing: Promise<void> | undefined;

  constructor(private readonly source: StreamSource) {}

  get scheme(): StreamSource['scheme'] {
    return this.source.scheme;
  }

  /** Where nothing listens, the address of the newest connection, once there is one. */
  get local(): SocketAddress {
    return this.source.local.port !== 0 ? this.source.local : (this.newest ?? this.source.local);
  }

  /** Takes over a connection that a listener was given. */
  accept(stream: Stream, address: SocketAddress): void {
    if (this.closing) return void stream.socket.destroy();
    const connection = this.connectionTo(address);
    this.keep(connection);
    connection.carry(stream, this.source.limits.silentTimeout);
  }

  send(bytes: Uint8Array, peer: Peer): void {
    if (this.closing) return;
    const connection = this.connections.get(peer.key) ?? this.begun(peer);
    if (connection) return connection.send(bytes);
    setImmediate(() => this.fault(peer, closedError(peer.address, { unsent: true })));
  }

  peerAt(address: SocketAddress): Peer {
    const known = this.byAddress.get(printAuthority(address));
    if (known) return known.peer;
    const prospect = this.connectionTo(address);
    this.prospects.set(prospect.peer.key, prospect);
    this.byAddress.set(printAuthority(address), prospect);
    const [oldest] = this.prospects.values();
    if (oldest && this.prospects.size > MAX_PROSPECTS) this.forget(oldest);
    return prospect.peer;
  }

  disconnect(peer: Peer): void {
    const connection = this.connections.get(peer.key) ?? this.prospects.get(peer.key);
    if (!connection) return;
    // who asks for this address from now on wants a new connection
    this.forgetAddress(connection);
    if (this.prospects.delete(peer.key)) return;
    connection.end();
  }

  close(): Promise<void> {
    return (this.closing ??= (async () => {
      this.messages.dispose();
      this.faults.dispose();
      const stopped = this.source.stop();
      await Promise.all([...this.connections.values()].map((connection) => connection.close()));
      await stopped;
    })());
  }

  private begun(peer: Peer): StreamConnection | undefined {
    const prospect = this.prospects.get(peer.key);
    if (!prospect) return undefined;
    if (this.connections.size >= this.source.limits.connections) {
      this.forget(prospect);
      setImmediate(() => this.fault(peer, tooManyError(peer.address, this.connections.size)));
      return prospect;
    }
    this.prospects.delete(peer.key);
    this.keep(prospect);
    prospect.begin((done) =>
      this.source.begin(peer.address, (begun) => {
        if (begun.ok) {
          const { localAddress, localPort } = begun.stream.socket;
          if (localAddress !== undefined && localPort !== undefined)
            this.newest = { host: localAddress, port: localPort };
        }
        done(begun);
      }),
    );
    return prospect;
  }

  private connectionTo(address: SocketAddress): StreamConnection {
    const key = `${printAuthority(address)}#${++this.count}`;
    return new StreamConnection({ key, address }, this.source.limits, {
      received: (bytes, peer) => this.messages.fire({ bytes, peer }),
      ended: (connection, error) => {
        this.forget(connection);
        this.fault(connection.peer, error);
      },
    });
  }

  private keep(connection: StreamConnection): void {
    this.connections.set(connection.peer.key, connection);
    this.byAddress.set(printAuthority(connection.peer.address), connection);
  }

  private forget(connection: StreamConnection): void {
    this.connections.delete(connection.peer.key);
    this.prospects.delete(connection.peer.key);
    this.forgetAddress(connection);
  }

  private forgetAddress(connection: StreamConnection): void {
    const authority = printAuthority(connection.peer.address);
    if (this.byAddress.get(authority) === connection) this.byAddress.delete(authority);
  }

  private fault(peer: Peer, error: OperationError): void {
    if (!this.closing) this.faults.fire({ peer, error, lasting: true });
  }
}

const tooManyError = (address: SocketAddress, count: number): OperationError =>
  new OperationError(
    'UNREACHABLE',
    `${printAuthority(address)} was not connected to: ${count} connections are open`,
    {
      next: 'End some of them first.',
    },
  );
