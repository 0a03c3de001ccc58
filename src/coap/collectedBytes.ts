import { NO_BYTES } from '../base/bytes';

const SMALLEST = 4096;

/**
 * A body that is put together in memory. What comes is copied: a block of 16 bytes kept as it came would hold on to its
 * whole datagram, and a stranger's body in such blocks to a multiple of what its length says.
 */
export class CollectedBytes {
  private buffer: Uint8Array = NO_BYTES;
  length = 0;

  append(bytes: Uint8Array): void {
    const end = this.length + bytes.length;
    if (end > this.buffer.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.buffer.length, SMALLEST));
      larger.set(this.whole());
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.length);
    this.length = end;
  }

  /** All that was appended; valid until the next time. */
  whole(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }
}
