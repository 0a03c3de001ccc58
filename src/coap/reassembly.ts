import type { Problem } from '../base/result';
import { streamMessageLength } from './streamMessage';

/** A length of 32 bits is the most that stands before a message's code (RFC 8323 §3.2). */
const LONGEST_HEAD = 5;

/**
 * Puts the messages of one stream together from pieces that are cut anywhere. Holds one message at most, and none longer
 * than `maxBytes`: that is refused before its bytes come.
 */
export class Reassembly {
  private readonly head = new Uint8Array(LONGEST_HEAD);
  private headBytes = 0;
  /** The message under way, once its length is known. */
  private message: Uint8Array | undefined;
  private filled = 0;

  constructor(private readonly maxBytes: number) {}

  /**
   * Takes the next bytes of the stream and gives each message that is whole to `take`, in bytes of its own, until that
   * returns false. The problem, where the stream can't be followed any further: `FORMAT` or `TOO_LARGE`.
   */
  push(bytes: Uint8Array, take: (message: Uint8Array) => boolean): Problem | undefined {
    let at = 0;
    while (at < bytes.length) {
      if (!this.message) {
        // A byte at a time, for there may be no more: the head of a message of no options has two.
        this.head[this.headBytes++] = bytes[at++] ?? 0;
        const length = streamMessageLength(this.head.subarray(0, this.headBytes));
        if (!length.ok) return length.problem;
        if (length.value === undefined) continue;
        if (length.value > this.maxBytes) {
          return { message: `a message of ${length.value} bytes`, offset: 0, code: 'TOO_LARGE' };
        }
        this.message = new Uint8Array(length.value);
        this.message.set(this.head.subarray(0, this.headBytes));
        this.filled = this.headBytes;
      }
      const { message } = this;
      const more = Math.min(message.length - this.filled, bytes.length - at);
      message.set(bytes.subarray(at, at + more), this.filled);
      this.filled += more;
      at += more;
      if (this.filled < message.length) return undefined;
      this.message = undefined;
      this.headBytes = 0;
      if (!take(message)) return undefined;
    }
    return undefined;
  }
}
