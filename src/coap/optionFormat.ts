import { problem, type Decoded } from '../base/result';
import { InvariantError } from '../base/errors';
import { NO_BYTES } from '../base/bytes';
import type { CoapOption } from './option';

/** More options than any honest message has; a datagram could hold 65,000 empty ones. */
const MAX_OPTIONS = 128;
const PAYLOAD_MARKER = 0xff;
const ONE_BYTE_FROM = 13;
const TWO_BYTES_FROM = 269;
const MAX_EXTENDED = 65_535 + TWO_BYTES_FROM;

/**
 * Reads the options of a message from `start` to the payload marker or the end of `bytes` (RFC 7252 §3.1) into `options`;
 * values are views. Gives the offset of the payload (`bytes.length` where there is none), or the problem: `FORMAT`.
 */
export function readOptions(
  bytes: Uint8Array,
  start: number,
  options: CoapOption[],
): number | Decoded<never> {
  const end = bytes.length;
  let at = start;
  let number = 0;
  while (at < end) {
    const begin = at;
    const lead = bytes[at++] ?? 0;
    if (lead === PAYLOAD_MARKER) {
      return at === end ? problem('a payload marker without a payload', begin, 'FORMAT') : at;
    }
    let delta = lead >> 4;
    let length = lead & 15;
    if (delta >= ONE_BYTE_FROM) {
      if (delta === 15) return problem('option delta 15 is reserved', begin, 'FORMAT');
      const wide = delta === 14;
      if (at + (wide ? 2 : 1) > end) return problem('the option delta is cut off', begin, 'FORMAT');
      delta = wide ? TWO_BYTES_FROM + readUint16(bytes, at) : ONE_BYTE_FROM + (bytes[at] ?? 0);
      at += wide ? 2 : 1;
    }
    if (length >= ONE_BYTE_FROM) {
      if (length === 15) return problem('option length 15 is reserved', begin, 'FORMAT');
      const wide = length === 14;
      if (at + (wide ? 2 : 1) > end) return problem('the option length is cut off', begin, 'FORMAT');
      length = wide ? TWO_BYTES_FROM + readUint16(bytes, at) : ONE_BYTE_FROM + (bytes[at] ?? 0);
      at += wide ? 2 : 1;
    }
    number += delta;
    if (number > 65_535) return problem(`option number ${number} is beyond 65535`, begin, 'FORMAT');
    if (at + length > end) return problem(`the value of option ${number} is cut off`, begin, 'FORMAT');
    if (options.length === MAX_OPTIONS) return problem(`more than ${MAX_OPTIONS} options`, begin, 'FORMAT');
    options.push({ number, value: length === 0 ? NO_BYTES : bytes.subarray(at, at + length) });
    at += length;
  }
  return end;
}

/** The options by number; equal numbers keep their order. */
export function inOrder(options: readonly CoapOption[]): readonly CoapOption[] {
  let previous = 0;
  for (const { number } of options) {
    if (number < previous) return [...options].sort((a, b) => a.number - b.number);
    previous = number;
  }
  return options;
}

/** Bytes that options, in their order, take in a message. */
export function optionsLength(options: readonly CoapOption[]): number {
  let length = 0;
  let previous = 0;
  for (const { number, value } of options) {
    length += 1 + extension(number - previous) + extension(value.length) + value.length;
    previous = number;
  }
  return length;
}

function extension(n: number): number {
  if (n < ONE_BYTE_FROM) return 0;
  if (n < TWO_BYTES_FROM) return 1;
  if (n > MAX_EXTENDED) throw new InvariantError(`an option delta or length of ${n}`);
  return 2;
}

/**
 * Writes options, in their order, and after a marker the payload; `bytes` ends with it. {@link optionsLength} and the
 * payload's length say how much room they need.
 */
export function writeOptions(
  bytes: Uint8Array,
  start: number,
  options: readonly CoapOption[],
  payload: Uint8Array,
): void {
  let at = start;
  let previous = 0;
  for (const { number, value } of options) {
    at = writeOption(bytes, at, number - previous, value);
    previous = number;
  }
  if (payload.length === 0) return;
  bytes[at++] = PAYLOAD_MARKER;
  bytes.set(payload, at);
}

/** Two bytes as a number, the higher first. */
export const readUint16 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

function writeOption(bytes: Uint8Array, start: number, delta: number, value: Uint8Array): number {
  const { length } = value;
  bytes[start] = (nibble(delta) << 4) | nibble(length);
  let at = writeExtension(bytes, writeExtension(bytes, start + 1, delta), length);
  if (length < 16) for (let i = 0; i < length; i++) bytes[at++] = value[i] ?? 0;
  else {
    bytes.set(value, at);
    at += length;
  }
  return at;
}

const nibble = (n: number): number => (n < ONE_BYTE_FROM ? n : n < TWO_BYTES_FROM ? 13 : 14);

function writeExtension(bytes: Uint8Array, at: number, n: number): number {
  if (n < ONE_BYTE_FROM) return at;
  if (n < TWO_BYTES_FROM) {
    bytes[at] = n - ONE_BYTE_FROM;
    return at + 1;
  }
  bytes[at] = (n - TWO_BYTES_FROM) >> 8;
  bytes[at + 1] = n - TWO_BYTES_FROM;
  return at + 2;
}
