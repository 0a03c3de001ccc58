import { millis, type Clock, type Timer } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { OperationError } from '../base/errors';
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

/** Bytes of a stream that are held while the radio is off; more end the connection. */
const MAX_HELD = 256 * 1024;

/**
 * The device's way to the network: the socket of the moment, which may be exchanged for another (a new address) without
 * the protocol above noticing, whose datagrams may be lost, repeated and late, and which may fall silent. A stream loses
 * and repeats nothing and keeps its order, and a new address ends its connections.
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
  /** Whom there are connections with, on a reliable channel. */
  private readonly connected = new Set<Peer>();
  private readonly outgoing;
  private readonly incoming;
  /** What came of a stream while the radio was off. */
  private held: Received[] = [];
  private asleep = false;
  /** Nothing goes out and nothing comes in. */
  silent = false;
  /** Told before each datagram that goes out. */
  onSending: () => void = () => undefined;
  /** Told of each that came in. */
  onReceived: () => void = () => undefined;
  /** Told once, when it is closed. */
  onClosed: () => void = () => undefined;

  constructor(
    private inner: Channel,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    private readonly impairment: Impairment,
  ) {
    this.scheme = inner.scheme;
    this.reliable = inner.reliable;
    this.outgoing = new LateStream(clock);
    this.incoming = new LateStream(clock);
    this.listen();
  }

  get local(): SocketAddress {
    return this.inner.local;
  }

  /** Nothing comes in: the radio is off between messages. What goes out wakes it through {@link onSending}. */
  get deaf(): boolean {
    return this.asleep;
  }
  set deaf(deaf: boolean) {
    this.asleep = deaf;
    if (deaf) return;
    // TCP repeats what a sleeping device did not take
    for (const received of this.held.splice(0)) this.messages.fire(received);
  }

  send(bytes: Uint8Array, peer: Peer): void {
    if (this.silent || this.closed) return;
    this.onSending();
    if (this.reliable) this.connected.add(peer);
    this.pass(bytes, this.outgoing, (copy) => {
      if (!this.silent && !this.closed) this.inner.send(copy, peer);
    });
  }

  peerAt(address: SocketAddress): Peer {
    return this.inner.peerAt(address);
  }

  /** Ends a connection; without one, nothing. */
  disconnect(peer: Peer): void {
    this.inner.disconnect?.(peer);
  }

  /** Goes on over another socket: what comes to the old address is lost, as behind a NAT that forgot it. */
  async moveTo(next: Channel): Promise<void> {
    const old = this.inner;
    for (const one of this.subscriptions) one.dispose();
    this.inner = next;
    this.forgetStreams();
    this.listen();
    const lost = [...this.connected];
    this.connected.clear();
    for (const peer of lost) {
      const error = new OperationError('CONNECTION_CLOSED', 'the device has a new address');
      this.faults.fire({ peer, error, lasting: true });
    }
    await old.close();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.onClosed();
    for (const one of this.subscriptions) one.dispose();
    this.forgetStreams();
    await this.inner.close();
  }

  private listen(): void {
    this.subscriptions = [
      this.inner.onMessage((received) => {
        if (this.silent || (this.deaf && !this.reliable)) return;
        if (this.reliable) this.connected.add(received.peer);
        this.pass(received.bytes, this.incoming, (bytes) => this.arrive({ bytes, peer: received.peer }));
      }),
      this.inner.onFault((fault) => {
        if (fault.peer && fault.lasting) this.connected.delete(fault.peer);
        if (!this.silent) this.faults.fire(fault);
      }),
    ];
  }

  private arrive(received: Received): void {
    if (this.silent || this.closed) return;
    if (!this.deaf) {
      this.onReceived();
      return this.messages.fire(received);
    }
    if (!this.reliable) return;
    this.held.push(received);
    if (this.held.reduce((sum, { bytes }) => sum + bytes.length, 0) <= MAX_HELD) return;
    this.held = [];
    this.disconnect(received.peer);
  }

  private forgetStreams(): void {
    this.held = [];
    this.outgoing.clear();
    this.incoming.clear();
  }

  /** Delivers a datagram once, twice or never, now or later; what comes of a stream once, and in its order. */
  private pass(bytes: Uint8Array, stream: LateStream, deliver: (bytes: Uint8Array) => void): void {
    const { loss, duplicate, delay } = this.impairment;
    if (this.reliable) {
      if (!delay) return deliver(bytes);
      const copy = bytes.slice();
      return stream.deliver(this.draw(delay), () => deliver(copy));
    }
    if (loss === 0 && duplicate === 0 && !delay) return deliver(bytes);
    if (this.random.unit() < loss) return;
    const copies = this.random.unit() < duplicate ? 2 : 1;
    for (let n = 0; n < copies; n++) {
      const copy = bytes.slice();
      if (!delay) deliver(copy);
      else this.clock.after(millis(this.draw(delay)), () => deliver(copy));
    }
  }

  private draw([least, most]: readonly [least: number, most: number]): number {
    return least + this.random.unit() * (most - least);
  }
}

/** Deliveries that are late, none before the one that was given before it. */
class LateStream {
  private readonly queue: { readonly due: number; readonly deliver: () => void }[] = [];
  private timer: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  deliver(delay: number, deliver: () => void): void {
    const due = Math.max(this.clock.now() + delay, this.queue.at(-1)?.due ?? 0);
    this.queue.push({ due, deliver });
    if (this.queue.length === 1) this.wait();
  }

  clear(): void {
    this.timer?.cancel();
    this.queue.length = 0;
  }

  private wait(): void {
    const [next] = this.queue;
    if (!next) return;
    this.timer = this.clock.after(millis(Math.max(0, next.due - this.clock.now())), () => {
      // still in the queue while it is told: what is given meanwhile comes after it
      next.deliver();
      if (this.queue[0] !== next) return;
      this.queue.shift();
      this.wait();
    });
  }
}
