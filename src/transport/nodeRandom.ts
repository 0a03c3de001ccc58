import { randomFillSync } from 'node:crypto';
import type { RandomSource } from '../base/random';

/** A token costs a call into the crypto library; a pool makes a thousand of them one call. */
const pool = new Uint8Array(4096);
let used = pool.length;

/** Randomness from the operating system's generator. */
export const nodeRandom: RandomSource = {
  bytes: (length) => {
    if (length > pool.length) return randomFillSync(new Uint8Array(length));
    if (used + length > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = pool.slice(used, used + length);
    // What was given out stays nowhere else: it may be part of a key.
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  },
  unit: () => Math.random(),
};
