import { seconds, type Clock, type Timer } from '../base/clock';
import { fingerprint } from './fingerprint';
import type { MessageId } from './message';

/** EXCHANGE_LIFETIME and NON_LIFETIME (RFC 7252 §4.8.2) in milliseconds. */
const EXCHANGE_LIFETIME = 247_000;
const NON_LIFETIME = 145_000;

/** What one endpoint remembers at most; beyond it those that were silent longest are forgotten. */
const MAX_REMEMBERED = 65_536;
const MAX_REPLY_BYTES = 4 << 20;
/**
 * What is remembered of one peer at most, oldest first out: more than it could have under way and still repeat. A fast
 * transfer would fill the memory with messages nobody will repeat.
 */
const MAX_OF_PEER = 128;
const MAX_REPLY_BYTES_OF_PEER = 32 << 10;

/** As much of a datagram as tells two messages of the same ID apart: header, token, and most or all options. */
const FINGERPRINT_BYTES = 80;
const SWEEP_EVERY = seconds(15);

/** A message that was seen, and what was answered so far (an acknowledgement, a response, a reset). */
export class Seen {
  reply: Uint8Array | undefined;
  /** The message of the same peer that came after it. */
  next: Seen | undefined;
  /** It still counts: neither expired nor pushed out. */
  remembered = true;

  constructor(
    readonly of: SeenOfPeer,
    readonly messageId: MessageId,
    readonly fingerprint: number,
    readonly expires: number,
  ) {}
}

/** The messages seen of one peer, in the order of their arrival. */
export class SeenOfPeer {
  readonly byId = new Map<MessageId, Seen>();
  oldest: Seen | undefined;
  newest: Seen | undefined;
  count = 0;
  replyBytes = 0;
}

/**
 * Recognises duplicates by (peer, message ID) (RFC 7252 §4.5). IDs come round after 65,536 messages, on a fast link
 * within the lifetime: a message that carries a known ID but other bytes is a new one.
 */
export class Deduplication {
  /** Those of whom something is remembered, the longest silent first. */
  private readonly peers = new Set<SeenOfPeer>();
  private latest: SeenOfPeer | undefined;
  private count = 0;
  private replyBytes = 0;
  private timer: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  /** The earlier arrival of this datagram, if there was one. */
  find(peer: SeenOfPeer, messageId: MessageId, bytes: Uint8Array): Seen | undefined {
    const seen = peer.byId.get(messageId);
    return seen !== undefined &&
      seen.expires > this.clock.now() &&
      seen.fingerprint === fingerprint(bytes, FINGERPRINT_BYTES)
      ? seen
      : undefined;
  }

  /** Remembers a new message of a peer. */
  note(peer: SeenOfPeer, messageId: MessageId, bytes: Uint8Array, confirmable: boolean): Seen {
    const now = this.clock.now();
    const lifetime = confirmable ? EXCHANGE_LIFETIME : NON_LIFETIME;
    const seen = new Seen(peer, messageId, fingerprint(bytes, FINGERPRINT_BYTES), now + lifetime);
    peer.byId.set(messageId, seen);
    if (peer.newest) peer.newest.next = seen;
    else peer.oldest = seen;
    peer.newest = seen;
    peer.count++;
    this.count++;
    if (this.latest !== peer) {
      this.peers.delete(peer);
      this.peers.add(peer);
      this.latest = peer;
    }
    this.dropExpired(peer, now);
    if (peer.count > MAX_OF_PEER) this.dropOldest(peer);
    this.keepWithin();
    this.timer ??= this.clock.after(SWEEP_EVERY, this.sweep);
    return seen;
  }

  /** What a duplicate of this message is to be answered with. */
  answered(seen: Seen, reply: Uint8Array): void {
    // A late answer to what is forgotten already must not be counted: nothing would take it off again.
    if (!seen.remembered) return;
    const peer = seen.of;
    const more = reply.length - (seen.reply?.length ?? 0);
    seen.reply = reply;
    peer.replyBytes += more;
    this.replyBytes += more;
    while (peer.replyBytes > MAX_REPLY_BYTES_OF_PEER && peer.oldest !== seen) this.dropOldest(peer);
    this.keepWithin();
  }

  /** A message that was not taken after all: its repetition is new. */
  forget(seen: Seen): void {
    const { byId } = seen.of;
    if (byId.get(seen.messageId) === seen) byId.delete(seen.messageId);
  }

  dispose(): void {
    this.timer?.cancel();
    this.peers.clear();
  }

  private readonly sweep = (): void => {
    const now = this.clock.now();
    for (const peer of this.peers) {
      this.dropExpired(peer, now);
      // Whoever follows was heard later still.
      if (peer.newest && peer.newest.expires > now + EXCHANGE_LIFETIME - SWEEP_EVERY) break;
    }
    this.timer = this.peers.size > 0 ? this.clock.after(SWEEP_EVERY, this.sweep) : undefined;
  };

  private dropExpired(peer: SeenOfPeer, now: number): void {
    while (peer.oldest && peer.oldest.expires <= now) this.dropOldest(peer);
  }

  /** A good share at a time: to look for the longest silent peer with every message would cost a flood's victim dearly. */
  private keepWithin(): void {
    if (this.count <= MAX_REMEMBERED && this.replyBytes <= MAX_REPLY_BYTES) return;
    for (const silent of this.peers) {
      while (silent.oldest) this.dropOldest(silent);
      if (this.count <= 0.9 * MAX_REMEMBERED && this.replyBytes <= 0.9 * MAX_REPLY_BYTES) return;
    }
  }

  private dropOldest(peer: SeenOfPeer): void {
    const { oldest } = peer;
    if (!oldest) return;
    oldest.remembered = false;
    this.forget(oldest);
    peer.oldest = oldest.next;
    // An old dead record that points to a young one would keep it, and all after it, through every minor collection.
    oldest.next = undefined;
    peer.count--;
    this.count--;
    const bytes = oldest.reply?.length ?? 0;
    peer.replyBytes -= bytes;
    this.replyBytes -= bytes;
    if (peer.oldest) return;
    peer.newest = undefined;
    this.peers.delete(peer);
    if (this.latest === peer) this.latest = undefined;
  }
}
