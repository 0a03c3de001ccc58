import type { Channel, ChannelFault, Peer, Received, SocketAddress } from '../../src/transport/ports';
import { Emitter } from '../../src/base/event';
import { OperationError } from '../../src/base/errors';
import { millis, type Clock } from '../../src/base/clock';

/** How what is sent at once is cut into what arrives. */
export type Cut = (bytes: Uint8Array) => readonly Uint8Array[];

/** Connections in memory under a virtual clock: what is sent arrives in order, whole or cut, until one side ends it. */
export class MemoryStreams {
  private readonly channels = new Map<string, MemoryStreamChannel>();
  private connections = 0;

  constructor(
    readonly clock: Clock,
    public cut: Cut = (bytes) => [bytes],
  ) {}

  open(host: string, port: number): MemoryStreamChannel {
    const channel = new MemoryStreamChannel(this, { host, port });
    this.channels.set(`${host}:${port}`, channel);
    return channel;
  }

  at(address: SocketAddress): MemoryStreamChannel | undefined {
    return this.channels.get(`${address.host}:${address.port}`);
  }

  drop({ host, port }: SocketAddress): void {
    this.channels.delete(`${host}:${port}`);
  }

  nextKey({ host, port }: SocketAddress): string {
    return `${host}:${port}#${++this.connections}`;
  }
}

/** One end of a connection. */
interface End {
  readonly peer: Peer;
  other: { readonly channel: MemoryStreamChannel; readonly end: End } | undefined;
  open: boolean;
}

/** A reliable channel of {@link MemoryStreams}. */
export class MemoryStreamChannel implements Channel {
  readonly scheme = 'coap+tcp' as const;
  readonly reliable = true;
  private readonly messages = new Emitter<Received>();
  private readonly faults = new Emitter<ChannelFault>();
  private readonly ends = new Map<string, End>();
  readonly onMessage = this.messages.event;
  readonly onFault = this.faults.event;
  /** The most bytes that were on their way to one peer at once, and how many are. */
  mostUnderWay = 0;
  private underWay = 0;

  constructor(
    private readonly streams: MemoryStreams,
    readonly local: SocketAddress,
  ) {}

  /** The connections that stand. */
  get connections(): number {
    return [...this.ends.values()].filter(({ open, other }) => open && other).length;
  }

  peerAt(address: SocketAddress): Peer {
    for (const { open, peer } of this.ends.values()) {
      if (open && peer.address.host === address.host && peer.address.port === address.port) return peer;
    }
    return this.end(address).peer;
  }

  send(bytes: Uint8Array, peer: Peer): void {
    const end = this.ends.get(peer.key);
    if (!end?.open) return this.later(() => this.tellEnd(peer));
    if (!end.other) this.connect(end);
    const { other } = end;
    if (!other) return;
    this.underWay += bytes.length;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    for (const piece of this.streams.cut(bytes.slice())) {
      this.later(() => {
        this.underWay -= piece.length;
        other.channel.receive(piece.slice(), other.end);
      });
    }
  }

  disconnect(peer: Peer): void {
    const end = this.ends.get(peer.key);
    if (!end?.open) return;
    end.open = false;
    const { other } = end;
    this.later(() => {
      other?.channel.cutOff(other.end);
      this.tellEnd(peer);
    });
  }

  close(): Promise<void> {
    for (const { peer } of this.ends.values()) this.disconnect(peer);
    this.streams.drop(this.local);
    return Promise.resolve();
  }

  private receive(bytes: Uint8Array, end: End): void {
    if (end.open) this.messages.fire({ bytes, peer: end.peer });
  }

  private cutOff(end: End): void {
    if (!end.open) return;
    end.open = false;
    this.tellEnd(end.peer);
  }

  private connect(end: End): void {
    const channel = this.streams.at(end.peer.address);
    if (!channel) {
      end.open = false;
      return this.later(() => this.tellEnd(end.peer));
    }
    const theirs = channel.end(this.local);
    end.other = { channel, end: theirs };
    theirs.other = { channel: this, end };
  }

  private end(address: SocketAddress): End {
    const peer: Peer = { key: this.streams.nextKey(address), address };
    const end: End = { peer, other: undefined, open: true };
    this.ends.set(peer.key, end);
    return end;
  }

  private tellEnd(peer: Peer): void {
    this.ends.delete(peer.key);
    const error = new OperationError('CONNECTION_CLOSED', `the connection with ${peer.key} has ended`);
    this.faults.fire({ peer, error, lasting: true });
  }

  private later(what: () => void): void {
    this.streams.clock.after(millis(0), what);
  }
}
