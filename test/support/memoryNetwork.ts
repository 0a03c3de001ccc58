import type { Channel, ChannelFault, Peer, Received, SocketAddress } from '../../src/transport/ports';
import { Emitter } from '../../src/base/event';
import { millis, type Clock } from '../../src/base/clock';

/** What becomes of one datagram: dropped, or delivered once or more after delays in milliseconds. */
export type Fate = readonly number[];

/** A network in memory: channels by address, every datagram's fate decided by a function, under a virtual clock. */
export class MemoryNetwork {
  private readonly channels = new Map<string, MemoryChannel>();
  private nextPort = 40_000;

  constructor(
    private readonly clock: Clock,
    /** Decides each datagram's fate; by default delivered at once (after 0 ms). */
    public fate: (from: SocketAddress, to: SocketAddress, bytes: Uint8Array) => Fate = () => [0],
  ) {}

  open(host: string, port = 0): MemoryChannel {
    const local = { host, port: port === 0 ? this.nextPort++ : port };
    const channel = new MemoryChannel(this, local);
    this.channels.set(keyOf(local), channel);
    return channel;
  }

  deliver(from: SocketAddress, to: SocketAddress, bytes: Uint8Array): void {
    const copy = bytes.slice();
    for (const delay of this.fate(from, to, copy)) {
      this.clock.after(millis(delay), () => this.channels.get(keyOf(to))?.receive(copy.slice(), from));
    }
  }

  drop(local: SocketAddress): void {
    this.channels.delete(keyOf(local));
  }
}

const keyOf = (address: SocketAddress): string => `${address.host}:${address.port}`;

/** One socket of a {@link MemoryNetwork}. */
export class MemoryChannel implements Channel {
  readonly scheme = 'coap' as const;
  readonly reliable = false;
  private readonly messages = new Emitter<Received>();
  private readonly faults = new Emitter<ChannelFault>();
  private readonly peers = new Map<string, Peer>();
  readonly onMessage = this.messages.event;
  readonly onFault = this.faults.event;

  constructor(
    private readonly network: MemoryNetwork,
    readonly local: SocketAddress,
  ) {}

  send(bytes: Uint8Array, peer: Peer): void {
    this.network.deliver(this.local, peer.address, bytes);
  }

  receive(bytes: Uint8Array, from: SocketAddress): void {
    this.messages.fire({ bytes, peer: this.peerAt(from) });
  }

  peerAt(address: SocketAddress): Peer {
    const key = keyOf(address);
    let peer = this.peers.get(key);
    if (!peer) this.peers.set(key, (peer = { key, address }));
    return peer;
  }

  close(): Promise<void> {
    this.network.drop(this.local);
    return Promise.resolve();
  }
}
