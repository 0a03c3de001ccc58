import { millis, type Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { Emitter } from '../base/event';
import type { RandomSource } from '../base/random';
import type { Channel, ChannelFault, Peer, Received, SocketAddress } from '../transport/ports';

/** What becomes of a device's datagrams, each way. */
export interface Impairment {
  /** 0–1. */
  readonly loss: number;
  /** 0–1. */
  readonly duplicate: number;
  /** Milliseconds, drawn between the two. */
  readonly delay: readonly [least: number, most: number] | undefined;
}

/**
 * The device's way to the network: the socket of the moment, which may be exchanged for another (a new address) without
 * the protocol above noticing, whose datagrams may be lost, repeated and late, and which may fall silent.
 */
export class DeviceChannel implements Channel {
  readonly scheme;
  readonly reliable;
  private readonly messages = new Emitter<Received>();
  private readonly faults = new Emitter<ChannelFault>();
  readonly onMessage = this.messages.event;
  readonly onFault = this.faults.event;
  private subscriptions: readonly Disposable[] = [];
  private closed = false;
  /** Nothing goes out and nothing comes in. */
  silent = false;
  /** Nothing comes in: the radio is off between messages. What goes out wakes it through {@link onSending}. */
  deaf = false;
  /** Told before each datagram that goes out. */
  onSending: () => void = () => undefined;
  /** Told of each that came in. */
  onReceived: () => void = () => undefined;

  constructor(
    private inner: Channel,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    private readonly impairment: Impairment,
  ) {
    this.scheme = inner.scheme;
    this.reliable = inner.reliable;
    this.listen();
  }

  get local(): SocketAddress {
    return this.inner.local;
  }

  send(bytes: Uint8Array, peer: Peer): void {
    if (this.silent || this.closed) return;
    this.onSending();
    this.pass(bytes, (copy) => {
      if (!this.silent && !this.closed) this.inner.send(copy, peer);
    });
  }

  peerAt(address: SocketAddress): Peer {
    return this.inner.peerAt(address);
  }

  /** Goes on over another socket: what comes to the old address is lost, as behind a NAT that forgot it. */
  async moveTo(next: Channel): Promise<void> {
    const old = this.inner;
    for (const one of this.subscriptions) one.dispose();
    this.inner = next;
    this.listen();
    await old.close();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const one of this.subscriptions) one.dispose();
    await this.inner.close();
  }

  private listen(): void {
    this.subscriptions = [
      this.inner.onMessage((received) => {
        if (this.silent || this.deaf) return;
        this.pass(received.bytes, (bytes) => {
          if (this.silent || this.deaf || this.closed) return;
          this.onReceived();
          this.messages.fire({ bytes, peer: received.peer });
        });
      }),
      this.inner.onFault((fault) => {
        if (!this.silent) this.faults.fire(fault);
      }),
    ];
  }

  /** Delivers a datagram once, twice or never, now or later. */
  private pass(bytes: Uint8Array, deliver: (bytes: Uint8Array) => void): void {
    const { loss, duplicate, delay } = this.impairment;
    if (loss === 0 && duplicate === 0 && !delay) return deliver(bytes);
    if (this.random.unit() < loss) return;
    const copies = this.random.unit() < duplicate ? 2 : 1;
    for (let n = 0; n < copies; n++) {
      const copy = bytes.slice();
      if (!delay) deliver(copy);
      else {
        const [least, most] = delay;
        this.clock.after(millis(least + this.random.unit() * (most - least)), () => deliver(copy));
      }
    }
  }
}
