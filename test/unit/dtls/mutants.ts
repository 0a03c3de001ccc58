import { concatBytes } from '../../../src/base/bytes';
import type { RandomSource } from '../../../src/base/random';
import { decodeRecord } from '../../../src/dtls/record';

/** Numbers below a limit from repeatable randomness. */
export const below = (random: RandomSource, limit: number): number => Math.floor(random.unit() * limit);

/** One of them. */
export function oneOf<T>(random: RandomSource, list: readonly T[]): T {
  const one = list[below(random, list.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}

/** The records of a datagram, as byte strings; connection IDs have `cidLength`. */
function recordsOf(datagram: Uint8Array, cidLength: number): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < datagram.length;) {
    const read = decodeRecord(datagram, at, cidLength);
    if (!read.ok) break;
    records.push(datagram.slice(at, read.value.next));
    at = read.value.next;
  }
  return records;
}

/**
 * A datagram made of `bytes` and others, as a hostile or broken network makes them: bits flipped, bytes put in, taken
 * out, doubled or cut off, lengths that lie, two datagrams spliced, records reordered, repeated or moved to another
 * datagram. Now and then it is left as it was: a repetition.
 */
export function mutant(
  bytes: Uint8Array,
  others: readonly Uint8Array[],
  random: RandomSource,
  cidLength: number,
): Uint8Array {
  const pick = (limit: number) => below(random, limit);
  const kind = pick(20);
  if (kind === 0) return bytes;
  if (kind <= 2) {
    const records = [...recordsOf(bytes, cidLength), ...recordsOf(oneOf(random, others), cidLength)];
    const chosen = Array.from({ length: 1 + pick(4) }, () => oneOf(random, records));
    return concatBytes(chosen);
  }
  if (kind === 3) {
    const other = oneOf(random, others);
    return concatBytes([bytes.subarray(0, pick(bytes.length + 1)), other.subarray(pick(other.length + 1))]);
  }
  const copy = Array.from(bytes);
  for (let changes = 1 + pick(3); changes > 0; changes--) {
    const at = pick(copy.length);
    switch (pick(7)) {
      case 0:
        copy[at] = (copy[at] ?? 0) ^ (1 << pick(8));
        break;
      case 1:
        copy.splice(at);
        break;
      case 2:
        copy.splice(at, 0, pick(256));
        break;
      case 3:
        copy.splice(at, pick(6));
        break;
      case 4:
        copy.splice(at, 0, ...copy.slice(at, at + pick(40)));
        break;
      case 5:
        // type, epoch, sequence number, lengths of record and message, offsets
        copy[pick(26)] = oneOf(random, [0, 1, 2, 20, 21, 22, 23, 25, 0x7f, 0x80, 0xfe, 0xff]);
        break;
      default:
        copy[at] = pick(256);
    }
  }
  return Uint8Array.from(copy);
}
