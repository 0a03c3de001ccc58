import { blockSizeOf, type Szx } from './exchange';
import type { Capacity } from './messaging';

/** Left of a message for everything but the payload (RFC 7252 §4.6). */
export const HEAD_SIZE = 128;

/** Blocks of 16 to 1024 bytes; a body that fits into one needs none. Made once: one is looked up with every request. */
const CAPACITIES = ([0, 1, 2, 3, 4, 5, 6] as const).map((szx): Capacity => {
  const size = blockSizeOf(szx);
  return { szx, block: size, whole: size };
});
const LARGEST: Capacity = { szx: 6, block: 1024, whole: 1024 };

/** The largest size exponent, `szx` and 6 at most, whose blocks go with their head into messages of `room` bytes. */
export function fittingSzx(szx: Szx, room: number): Szx {
  let size = Math.min(szx, 6) as Szx;
  while (size > 0 && blockSizeOf(size) + HEAD_SIZE > room) size = (size - 1) as Szx;
  return size;
}

/** What a datagram carries, in blocks of `szx` at most, to a peer that takes messages of `room` bytes. */
export const datagramCapacity = (szx: Szx, room = Infinity): Capacity =>
  CAPACITIES[fittingSzx(szx, room)] ?? LARGEST;
