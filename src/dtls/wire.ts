import { concatBytes } from '../base/bytes';

/** Big-endian integer of one byte. */
export const uint8 = (n: number): Uint8Array => Uint8Array.of(n);
/** Big-endian integer of two bytes. */
export const uint16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n);
/** Big-endian integer of three bytes. */
export const uint24 = (n: number): Uint8Array => Uint8Array.of(n >> 16, n >> 8, n);
/**
 * Writes a big-endian integer of `length` bytes (six at most, as a record's sequence number has) and gives the offset
 * behind it: what is written for each record is written in place.
 */
export function putInteger(into: Uint8Array, at: number, n: number, length: number): number {
  let rest = n;
  for (let i = at + length - 1; i >= at; i--) {
    into[i] = rest;
    rest = Math.floor(rest / 256);
  }
  return at + length;
}

/** A vector with a length of one byte before it (RFC 5246 §4.3). */
export const vector8 = (...parts: Uint8Array[]): Uint8Array => prefixed(uint8, parts);
/** A vector with a length of two bytes before it. */
export const vector16 = (...parts: Uint8Array[]): Uint8Array => prefixed(uint16, parts);
/** A vector with a length of three bytes before it. */
export const vector24 = (...parts: Uint8Array[]): Uint8Array => prefixed(uint24, parts);

function prefixed(length: (n: number) => Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(parts);
  return concatBytes([length(body.length), body]);
}

/**
 * Reads a stranger's structure from front to back. Reading past the end gives zeros and sets {@link failed}, so that
 * a decoder reads everything and asks once.
 */
export class WireReader {
  /** Whether something was read that is not there. */
  failed = false;

  constructor(
    private readonly source: Uint8Array,
    private at = 0,
  ) {}

  /** Offset of the next byte. */
  get offset(): number {
    return this.at;
  }

  get remaining(): number {
    return this.source.length - this.at;
  }

  uint8(): number {
    return this.integer(1);
  }

  uint16(): number {
    return this.integer(2);
  }

  uint24(): number {
    return this.integer(3);
  }

  uint48(): number {
    return this.integer(6);
  }

  /** The next `length` bytes, as a view. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) {
      this.failed = true;
      return new Uint8Array(0);
    }
    this.at += length;
    return this.source.subarray(this.at - length, this.at);
  }

  vector8(): Uint8Array {
    return this.bytes(this.uint8());
  }

  vector16(): Uint8Array {
    return this.bytes(this.uint16());
  }

  vector24(): Uint8Array {
    return this.bytes(this.uint24());
  }

  private integer(length: number): number {
    if (length > this.remaining) {
      this.failed = true;
      return 0;
    }
    let value = 0;
    for (const end = this.at + length; this.at < end; this.at++) {
      value = value * 256 + (this.source[this.at] ?? 0);
    }
    return value;
  }
}

/** The 16-bit integers of a vector; an odd byte at the end is left out. */
export function uint16List(bytes: Uint8Array): number[] {
  const list: number[] = [];
  for (let i = 0; i + 1 < bytes.length; i += 2) list.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  return list;
}
