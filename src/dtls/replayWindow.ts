const SIZE = 64;

/** Which of the last 64 sequence numbers of an epoch were seen (RFC 6347 §4.1.2.6). */
export class ReplayWindow {
  private highest = -1;
  /** Bits 0 to 31 and 32 to 63 below the highest; bit 0 is the highest itself. */
  private low = 0;
  private high = 0;

  /** Whether a record of this number may still be taken; asked before its tag is verified. */
  fresh(sequence: number): boolean {
    const age = this.highest - sequence;
    if (age < 0) return true;
    if (age >= SIZE) return false;
    return age < 32 ? (this.low & (1 << age)) === 0 : (this.high & (1 << (age - 32))) === 0;
  }

  /** Whether this number is above all that were verified: only then may a peer's address follow (RFC 9146 §6). */
  newest(sequence: number): boolean {
    return sequence > this.highest;
  }

  /** Remembers a verified record. */
  accept(sequence: number): void {
    const age = this.highest - sequence;
    if (age >= 0) {
      if (age < 32) this.low |= 1 << age;
      else if (age < SIZE) this.high |= 1 << (age - 32);
      return;
    }
    const step = -age;
    if (step >= SIZE) {
      this.low = this.high = 0;
    } else if (step >= 32) {
      this.high = step === 32 ? this.low : this.low << (step - 32);
      this.low = 0;
    } else {
      this.high = (this.high << step) | (this.low >>> (32 - step));
      this.low <<= step;
    }
    this.low |= 1;
    this.highest = sequence;
  }
}
