import { NO_BYTES } from '../base/bytes';
import { InvariantError } from '../base/errors';
import { decoded, problem, type Decoded } from '../base/result';
import type { Code } from './code';
import { MAX_TOKEN, type Token } from './message';
import type { CoapOption } from './option';
import { inOrder, optionsLength, readOptions, readUint16, writeOptions } from './optionFormat';

/** One CoAP message over a reliable transport (RFC 8323 §3.2): it has neither type nor message ID. Values are views of the bytes it came in. */
export interface StreamMessage {
  readonly code: Code;
  readonly token: Token;
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
}

/** From these on a length takes one, two or four bytes of its own. */
const ONE_BYTE_FROM = 13;
const TWO_BYTES_FROM = 269;
const FOUR_BYTES_FROM = 65_805;
const MAX_LENGTH = 0xffff_ffff + FOUR_BYTES_FROM;

/** The bytes of a message as they go into the stream. Options may come in any order; equal numbers keep theirs. */
export function encodeStreamMessage(message: StreamMessage): Uint8Array {
  const { token, payload } = message;
  const options = inOrder(message.options);
  if (token.length > MAX_TOKEN) throw new InvariantError(`a token of ${token.length} bytes`);
  const length = optionsLength(options) + (payload.length > 0 ? payload.length + 1 : 0);
  if (length > MAX_LENGTH) throw new InvariantError(`a message of ${length} bytes`);
  const extended = extendedLength(nibbleOf(length));
  const bytes = new Uint8Array(2 + extended + token.length + length);
  bytes[0] = (nibbleOf(length) << 4) | token.length;
  writeLength(bytes, length);
  let at = 1 + extended;
  bytes[at++] = message.code;
  for (let i = 0; i < token.length; i++) bytes[at++] = token[i] ?? 0;
  writeOptions(bytes, at, options, payload);
  return bytes;
}

/**
 * How many bytes the message has that begins with `bytes`, from its first to its last, or `undefined` where the bytes
 * that tell it have not all come yet. `FORMAT` where they can begin no message.
 */
export function streamMessageLength(bytes: Uint8Array): Decoded<number | undefined> {
  if (bytes.length === 0) return decoded(undefined);
  const first = bytes[0] ?? 0;
  const tokenLength = first & 15;
  if (tokenLength > MAX_TOKEN) return problem(`token length ${tokenLength} is reserved`, 0, 'FORMAT');
  const extended = extendedLength(first >> 4);
  if (bytes.length < 1 + extended) return decoded(undefined);
  return decoded(2 + extended + tokenLength + readLength(bytes));
}

/**
 * The message that `bytes` hold, no more and no less; nothing is copied. `SHORT` where more of it has to come, else
 * `FORMAT`: what follows in the stream can't be read any more (RFC 8323 §5.6).
 */
export function decodeStreamMessage(bytes: Uint8Array): Decoded<StreamMessage> {
  const whole = streamMessageLength(bytes);
  if (!whole.ok) return whole;
  const end = bytes.length;
  if (whole.value === undefined || whole.value > end) {
    const needed = whole.value === undefined ? '' : ` of ${whole.value}`;
    return problem(`the message is cut off after ${end}${needed} bytes`, end, 'SHORT');
  }
  if (whole.value < end) return problem('bytes after the end of the message', whole.value, 'FORMAT');
  const first = bytes[0] ?? 0;
  const tokenLength = first & 15;
  const codeAt = 1 + extendedLength(first >> 4);
  const optionsAt = codeAt + 1 + tokenLength;
  const options: CoapOption[] = [];
  const payloadAt = readOptions(bytes, optionsAt, options);
  if (typeof payloadAt !== 'number') return payloadAt;
  return decoded({
    code: bytes[codeAt] ?? 0,
    token: tokenLength === 0 ? NO_BYTES : bytes.subarray(codeAt + 1, optionsAt),
    options,
    payload: payloadAt === end ? NO_BYTES : bytes.subarray(payloadAt),
  });
}

/** The upper half of a message's first byte: its length, or how many bytes tell it. */
const nibbleOf = (length: number): number =>
  length < ONE_BYTE_FROM ? length : length < TWO_BYTES_FROM ? 13 : length < FOUR_BYTES_FROM ? 14 : 15;

const extendedLength = (nibble: number): number =>
  nibble < ONE_BYTE_FROM ? 0 : nibble === 13 ? 1 : nibble === 14 ? 2 : 4;

function readLength(bytes: Uint8Array): number {
  const nibble = (bytes[0] ?? 0) >> 4;
  if (nibble < ONE_BYTE_FROM) return nibble;
  if (nibble === 13) return ONE_BYTE_FROM + (bytes[1] ?? 0);
  if (nibble === 14) return TWO_BYTES_FROM + readUint16(bytes, 1);
  return FOUR_BYTES_FROM + readUint16(bytes, 1) * 0x10000 + readUint16(bytes, 3);
}

function writeLength(bytes: Uint8Array, length: number): void {
  if (length < ONE_BYTE_FROM) return;
  if (length < TWO_BYTES_FROM) bytes[1] = length - ONE_BYTE_FROM;
  else if (length < FOUR_BYTES_FROM) {
    bytes[1] = (length - TWO_BYTES_FROM) >> 8;
    bytes[2] = length - TWO_BYTES_FROM;
  } else {
    const extended = length - FOUR_BYTES_FROM;
    bytes[1] = extended >>> 24;
    bytes[2] = extended >> 16;
    bytes[3] = extended >> 8;
    bytes[4] = extended;
  }
}
