import type { Timer } from '../base/clock';
import type { RandomSource } from '../base/random';
import type { Peer } from '../transport/ports';
import { SeenOfPeer } from './deduplication';
import type { Delivery, Draft } from './delivery';
import type { MessageId } from './message';
import { RoundTrip } from './roundTrip';

/** One peer as the message layer knows it: what was seen from it, what it still owes, how fast it answers. */
export class PeerLink {
  readonly seen = new SeenOfPeer();
  /** Confirmable messages that were sent and not yet acknowledged. */
  readonly pending = new PendingMessages();
  /** Confirmable messages that wait for their turn (NSTART), first come first served. */
  readonly waiting: Confirmable[] = [];
  /** How many of `pending` count against NSTART. */
  outstanding = 0;
  /** Wakes for the first of `pending` that is to be sent again; left to run where that was answered, the next will need it. */
  timer: Timer | undefined;
  timerAt = Infinity;
  lastUsed: number;
  /** The last thing the network said against this peer since it was heard. */
  fault: Error | undefined;
  private measured: RoundTrip | undefined;
  private lastMessageId: MessageId;

  constructor(
    readonly peer: Peer,
    random: RandomSource,
    now: number,
  ) {
    this.lastMessageId = Math.floor(random.unit() * 0x10000);
    this.lastUsed = now;
  }

  get roundTrip(): RoundTrip {
    return (this.measured ??= new RoundTrip());
  }

  /**
   * The next message ID: one series for all that goes to this peer, requests and responses alike, so that no two of them
   * meet within 65,536 messages.
   */
  nextMessageId(): MessageId {
    do this.lastMessageId = (this.lastMessageId + 1) & 0xffff;
    while (this.pending.get(this.lastMessageId));
    return this.lastMessageId;
  }

  /** Nothing is owed to it. */
  get settled(): boolean {
    return this.pending.size === 0 && this.waiting.length === 0;
  }

  /** Nothing would be lost by forgetting it. */
  get idle(): boolean {
    return this.seen.count === 0 && this.settled;
  }
}

/**
 * The confirmable messages a peer has not acknowledged, by ID. Nearly always there is one: it needs no table, which
 * would be rebuilt every few messages.
 */
export class PendingMessages {
  private single: Confirmable | undefined;
  private more: Map<MessageId, Confirmable> | undefined;

  get size(): number {
    return (this.single ? 1 : 0) + (this.more?.size ?? 0);
  }

  get(messageId: MessageId): Confirmable | undefined {
    return this.single?.messageId === messageId ? this.single : this.more?.get(messageId);
  }

  /** Its ID must be known, and no other's here. */
  add(message: Confirmable): void {
    if (!this.single) this.single = message;
    else if (message.messageId !== undefined) (this.more ??= new Map()).set(message.messageId, message);
  }

  /** Whether it was there. */
  delete(message: Confirmable): boolean {
    if (this.single === message) {
      this.single = undefined;
      return true;
    }
    const { messageId } = message;
    if (messageId === undefined || this.more?.get(messageId) !== message) return false;
    if (this.more.size === 1) this.more = undefined;
    else this.more.delete(messageId);
    return true;
  }

  clear(): void {
    this.single = undefined;
    this.more = undefined;
  }

  /** Those that are there now, whatever becomes of them. */
  all(): readonly Confirmable[] {
    const { single, more } = this;
    const others = more ? [...more.values()] : [];
    return single ? [single, ...others] : others;
  }
}

/** A confirmable message under way (RFC 7252 §4.2). Made and driven by the message layer. */
export class Confirmable {
  /** Known from the first sending on. */
  messageId: MessageId | undefined;
  bytes: Uint8Array | undefined;
  attempt = 0;
  firstSentAt = 0;
  /** When it is given up without a sign of life. */
  deadline = 0;
  firstTimeout = 0;
  timeout = 0;
  /** When it is sent again or given up. */
  due = 0;

  constructor(
    readonly link: PeerLink,
    readonly draft: Draft,
    /** Milliseconds. */
    readonly stallTimeout: number,
    /** Whether it takes one of the peer's NSTART places. */
    readonly counts: boolean,
    readonly delivery: Delivery,
  ) {}
}
