import { HEAD_SIZE, fittingSzx } from './datagramCapacity';
import { blockSizeOf, type Szx } from './exchange';
import type { Capacity } from './messaging';

/** What holds of a peer that has told nothing of itself (RFC 8323 §5.3.1, §5.3.2). */
export const UNTOLD: { readonly maxMessageSize: number; readonly blockwise: boolean } = {
  maxMessageSize: 1152,
  blockwise: false,
};
/** @chosen The most a BERT block carries: a few round trips a second outrun any device's flash, and a peer that reads nothing holds no more of us. */
const BERT_SIZE = 16 << 10;
/** The longest message we take: such a block, and options more generous than most (RFC 8323 §5.3.2, implementation note). */
export const OUR_MESSAGE_SIZE = BERT_SIZE + 512;
/** The longest body in one message to a peer that has said nothing of blocks. */
const MAX_WHOLE = 64 << 10;

/**
 * What a message to a peer may carry that takes `maxMessageSize` bytes, in blocks of `szx` at most: BERT where it takes
 * blocks and more than the base size (RFC 8323 §5.3.2, §6).
 */
export function streamCapacity(szx: Szx, maxMessageSize: number, blockwise: boolean): Capacity {
  const room = maxMessageSize - HEAD_SIZE;
  if (szx === 7 && blockwise && maxMessageSize > UNTOLD.maxMessageSize) {
    const block = Math.max(1024, Math.min(BERT_SIZE, room) & ~1023);
    return { szx, block, whole: block };
  }
  const size = fittingSzx(szx, maxMessageSize);
  const block = blockSizeOf(size);
  // It may know of no blocks at all.
  const whole = szx === 7 && !blockwise ? Math.max(block, Math.min(MAX_WHOLE, room)) : block;
  return { szx: size, block, whole };
}
