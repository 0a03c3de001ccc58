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
  readonly pending = new Map<MessageId, Confirmable>();
  /** Confirmable messages that wait for their turn (NSTART), first come first served. */
  readonly waiting: Confirmable[] = [];
  /** How many of `pending` count against NSTART. */
  outstanding = 0;
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
    while (this.pending.has(this.lastMessageId));
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
  timer: Timer | undefined;

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
