/** Randomness as the protocol cores are given it, so that a test can repeat a run from its seed. */
export interface RandomSource {
  /** `length` unpredictable bytes (tokens, message IDs). */
  bytes(length: number): Uint8Array;
  /** A number in [0, 1) (jitter). */
  unit(): number;
}
