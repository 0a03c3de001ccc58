import { millis, type Clock } from '../../src/base/clock';
import { OperationError } from '../../src/base/errors';
import { Emitter } from '../../src/base/event';
import type { Channel, ChannelFault, Peer, Received, SocketAddress } from '../../src/transport/ports';

/** Listeners by address, and whoever connects to them from ports of its own: each piece arrives `latency` milliseconds later. */
export class StreamNetwork {
  private readonly listeners = new Map<string, StreamNetworkChannel>();
  private nextPort = 50_000;
  /** Connections that were made. */
  connections = 0;

  constructor(
    readonly clock: Clock,
    readonly latency = 3,
    readonly segment = 1400,
  ) {}

  listen(local: SocketAddress): StreamNetworkChannel {
    const channel = new StreamNetworkChannel(this, local);
    this.listeners.set(keyOf(local), channel);
    return channel;
  }

  /** A channel of connections that it begins. */
  connect(host: string): StreamNetworkChannel {
    return new StreamNetworkChannel(this, { host, port: 0 });
  }

  listenerAt(address: SocketAddress): StreamNetworkChannel | undefined {
    return this.listeners.get(keyOf(address));
  }

  drop(channel: StreamNetworkChannel): void {
    if (this.listeners.get(keyOf(channel.local)) === channel) this.listeners.delete(keyOf(channel.local));
  }

  freePort(): number {
    return this.nextPort++;
  }

  later(run: () => void): void {
    this.clock.after(millis(this.latency), run);
  }
}

/** One end of a connection. */
interface StreamEnd {
  readonly peer: Peer;
  readonly owner: StreamNetworkChannel;
  other: StreamEnd | undefined;
}

const keyOf = ({ host, port }: SocketAddress): string => `${host} ${port}`;
const closed = () => new OperationError('CONNECTION_CLOSED', 'the connection has ended');

/** A channel over connections of a {@link StreamNetwork}. */
export class StreamNetworkChannel implements Channel {
  readonly scheme = 'coap+tcp' as const;
  readonly reliable = true;
  private readonly messages = new Emitter<Received>();
  private readonly faults = new Emitter<ChannelFault>();
  readonly onMessage = this.messages.event;
  readonly onFault = this.faults.event;
  private readonly ends = new Map<string, StreamEnd>();
  private readonly prospects = new Map<string, Peer>();
  private count = 0;

  constructor(
    private readonly network: StreamNetwork,
    readonly local: SocketAddress,
  ) {}

  peerAt(address: SocketAddress): Peer {
    for (const { peer } of this.ends.values()) if (keyOf(peer.address) === keyOf(address)) return peer;
    const known = this.prospects.get(keyOf(address));
    if (known) return known;
    const peer = this.newPeer(address);
    this.prospects.set(keyOf(address), peer);
    return peer;
  }

  send(bytes: Uint8Array, peer: Peer): void {
    const end = this.ends.get(peer.key) ?? this.begin(peer);
    if (!end) return this.network.later(() => this.fault(peer, closed()));
    const { segment } = this.network;
    for (let at = 0; at < bytes.length; at += segment) {
      const copy = bytes.slice(at, at + segment);
      this.network.later(() => end.other?.owner.arrive(end.other, copy));
    }
  }

  disconnect(peer: Peer): void {
    this.prospects.delete(keyOf(peer.address));
    const end = this.ends.get(peer.key);
    if (!end) return;
    const { other } = end;
    this.ended(end);
    if (other) this.network.later(() => other.owner.ended(other));
  }

  close(): Promise<void> {
    this.network.drop(this);
    this.messages.dispose();
    this.faults.dispose();
    for (const { peer } of [...this.ends.values()]) this.disconnect(peer);
    return Promise.resolve();
  }

  private begin(peer: Peer): StreamEnd | undefined {
    if (this.prospects.get(keyOf(peer.address)) !== peer) return undefined;
    this.prospects.delete(keyOf(peer.address));
    const there = this.network.listenerAt(peer.address);
    const end: StreamEnd = { peer, owner: this, other: undefined };
    this.ends.set(peer.key, end);
    if (!there) {
      this.network.later(() => this.ended(end, new OperationError('UNREACHABLE', 'nobody listens')));
      return end;
    }
    this.network.connections++;
    const from = { host: this.local.host, port: this.network.freePort() };
    end.other = { peer: there.newPeer(from), owner: there, other: end };
    there.ends.set(end.other.peer.key, end.other);
    return end;
  }

  private newPeer(address: SocketAddress): Peer {
    return { key: `${keyOf(address)}#${++this.count}`, address };
  }

  private arrive(end: StreamEnd, bytes: Uint8Array): void {
    if (this.ends.get(end.peer.key) === end) this.messages.fire({ bytes, peer: end.peer });
  }

  private ended(end: StreamEnd, error = closed()): void {
    if (this.ends.delete(end.peer.key)) this.fault(end.peer, error);
  }

  private fault(peer: Peer, error: OperationError): void {
    this.faults.fire({ peer, error, lasting: true });
  }
}
