import { seconds, type Clock, type Timer } from '../base/clock';
import { fingerprint } from './fingerprint';
import type { MessageId } from './message';

/** EXCHANGE_LIFETIME and NON_LIFETIME (RFC 7252 §4.8.2) in milliseconds. */
const EXCHANGE_LIFETIME = 247_000;
const NON_LIFETIME = 145_000;

/** What one endpoint remembers at most; beyond it the oldest goes first, whoever sent it. */
const MAX_REMEMBERED = 65_536;
const MAX_REPLY_BYTES = 4 << 20;

/** As much of a datagram as tells two messages of the same ID apart: header, token, and most or all options. */
const FINGERPRINT_BYTES = 80;

/** A message that was seen, and what was answered so far (an acknowledgement, a response, a reset). */
export class Seen {
  reply: Uint8Array | undefined;

  constructor(
    readonly table: Map<MessageId, Seen>,
    readonly messageId: MessageId,
    readonly fingerprint: number,
    readonly expires: number,
  ) {}
}

/**
 * Recognises duplicates by (peer, message ID) (RFC 7252 §4.5). IDs come round after 65,536 messages, on a fast link
 * within the lifetime: a message that carries a known ID but other bytes is a new one.
 */
export class Deduplication {
  private readonly queue: (Seen | undefined)[] = [];
  private head = 0;
  private replyBytes = 0;
  private timer: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  /** The earlier arrival of this datagram, or `undefined` after having noted it as new in `note`. */
  find(table: Map<MessageId, Seen>, messageId: MessageId, bytes: Uint8Array): Seen | undefined {
    const seen = table.get(messageId);
    return seen !== undefined &&
      seen.expires > this.clock.now() &&
      seen.fingerprint === fingerprint(bytes, FINGERPRINT_BYTES)
      ? seen
      : undefined;
  }

  /** Remembers a new message in its peer's table. */
  note(table: Map<MessageId, Seen>, messageId: MessageId, bytes: Uint8Array, confirmable: boolean): Seen {
    const lifetime = confirmable ? EXCHANGE_LIFETIME : NON_LIFETIME;
    const seen = new Seen(
      table,
      messageId,
      fingerprint(bytes, FINGERPRINT_BYTES),
      this.clock.now() + lifetime,
    );
    table.set(messageId, seen);
    this.queue.push(seen);
    if (this.queue.length - this.head > MAX_REMEMBERED) this.dropOldest();
    this.timer ??= this.clock.after(SWEEP_EVERY, this.sweep);
    return seen;
  }

  /** What a duplicate of this message is to be answered with. */
  answered(seen: Seen, reply: Uint8Array): void {
    this.replyBytes += reply.length - (seen.reply?.length ?? 0);
    seen.reply = reply;
    while (this.replyBytes > MAX_REPLY_BYTES && this.head < this.queue.length) this.dropOldest();
  }

  /** A message that was not taken after all: its repetition is new. */
  forget(seen: Seen): void {
    if (seen.table.get(seen.messageId) === seen) seen.table.delete(seen.messageId);
  }

  dispose(): void {
    this.timer?.cancel();
    this.queue.length = 0;
    this.head = 0;
  }

  private readonly sweep = (): void => {
    const now = this.clock.now();
    for (;;) {
      const oldest = this.queue[this.head];
      if (oldest === undefined || oldest.expires > now) break;
      this.dropOldest();
    }
    this.timer = this.head < this.queue.length ? this.clock.after(SWEEP_EVERY, this.sweep) : undefined;
  };

  private dropOldest(): void {
    const oldest = this.queue[this.head];
    this.queue[this.head++] = undefined;
    if (this.head > 1024 && this.head * 2 > this.queue.length) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    if (oldest === undefined) return;
    this.replyBytes -= oldest.reply?.length ?? 0;
    this.forget(oldest);
  }
}

const SWEEP_EVERY = seconds(15);
