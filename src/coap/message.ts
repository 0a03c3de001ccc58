import { decoded, problem, type Decoded } from '../base/result';
import { InvariantError } from '../base/errors';
import { NO_BYTES } from '../base/bytes';
import type { Code } from './code';
import type { CoapOption } from './option';

/** What a datagram asks of the message layer (RFC 7252 §4.2, §4.3). */
export const MessageTypes = { CON: 0, NON: 1, ACK: 2, RST: 3 } as const;
/** One of {@link MessageTypes}. */
export type MessageType = (typeof MessageTypes)[keyof typeof MessageTypes];

/** Sixteen bits that tie a message to its acknowledgement and to its duplicates (RFC 7252 §4.4). */
export type MessageId = number;

/** Up to eight bytes that tie a response to its request (RFC 7252 §5.3.1). */
export type Token = Uint8Array;

/** One CoAP message over an unreliable transport (RFC 7252 §3). Values are views of the datagram they came in. */
export interface Message {
  readonly type: MessageType;
  readonly code: Code;
  readonly messageId: MessageId;
  readonly token: Token;
  readonly options: readonly CoapOption[];
  readonly payload: Uint8Array;
}

/** More options than any honest message has; a datagram could hold 65,000 empty ones. */
const MAX_OPTIONS = 128;
const MAX_TOKEN = 8;
const PAYLOAD_MARKER = 0xff;
const ONE_BYTE_FROM = 13;
const TWO_BYTES_FROM = 269;
const MAX_EXTENDED = 65_535 + TWO_BYTES_FROM;

/** An empty message (RFC 7252 §4.1): acknowledgement, reset or ping. */
export function encodeEmpty(type: MessageType, messageId: MessageId): Uint8Array {
  const bytes = new Uint8Array(4);
  bytes[0] = 0x40 | (type << 4);
  bytes[2] = messageId >> 8;
  bytes[3] = messageId;
  return bytes;
}

/** The datagram of a message. Options may come in any order; equal numbers keep theirs. */
export function encodeMessage(message: Message): Uint8Array {
  const { token, payload } = message;
  const options = inOrder(message.options);
  if (token.length > MAX_TOKEN) throw new InvariantError(`a token of ${token.length} bytes`);
  const bytes = new Uint8Array(
    4 + token.length + optionsLength(options) + (payload.length > 0 ? payload.length + 1 : 0),
  );
  bytes[0] = 0x40 | (message.type << 4) | token.length;
  bytes[1] = message.code;
  bytes[2] = message.messageId >> 8;
  bytes[3] = message.messageId;
  let at = 4;
  for (let i = 0; i < token.length; i++) bytes[at++] = token[i] ?? 0;
  let previous = 0;
  for (const { number, value } of options) {
    at = writeOption(bytes, at, number - previous, value);
    previous = number;
  }
  if (payload.length > 0) {
    bytes[at++] = PAYLOAD_MARKER;
    bytes.set(payload, at);
  }
  return bytes;
}

/** The message in a datagram; nothing is copied. `VERSION` is to be ignored, the other problems are format errors (RFC 7252 §3). */
export function decodeMessage(bytes: Uint8Array): Decoded<Message> {
  if (bytes.length < 4) return problem(`a CoAP header has 4 bytes, here are ${bytes.length}`, 0, 'SHORT');
  const first = bytes[0] ?? 0;
  if (first >> 6 !== 1) return problem(`CoAP version ${first >> 6}, not 1`, 0, 'VERSION');
  const tokenLength = first & 15;
  if (tokenLength > MAX_TOKEN) return problem(`token length ${tokenLength} is reserved`, 0, 'FORMAT');
  const code = bytes[1] ?? 0;
  const end = bytes.length;
  if (code === 0 && (tokenLength > 0 || end > 4)) {
    return problem('an empty message carries nothing after its message ID', 4, 'FORMAT');
  }
  let at = 4 + tokenLength;
  if (at > end) return problem('the token is cut off', 4, 'FORMAT');

  const options: CoapOption[] = [];
  let number = 0;
  let payload: Uint8Array = NO_BYTES;
  while (at < end) {
    const start = at;
    const lead = bytes[at++] ?? 0;
    if (lead === PAYLOAD_MARKER) {
      if (at === end) return problem('a payload marker without a payload', start, 'FORMAT');
      payload = bytes.subarray(at);
      break;
    }
    let delta = lead >> 4;
    let length = lead & 15;
    if (delta >= ONE_BYTE_FROM) {
      if (delta === 15) return problem('option delta 15 is reserved', start, 'FORMAT');
      const wide = delta === 14;
      if (at + (wide ? 2 : 1) > end) return problem('the option delta is cut off', start, 'FORMAT');
      delta = wide ? TWO_BYTES_FROM + readUint16(bytes, at) : ONE_BYTE_FROM + (bytes[at] ?? 0);
      at += wide ? 2 : 1;
    }
    if (length >= ONE_BYTE_FROM) {
      if (length === 15) return problem('option length 15 is reserved', start, 'FORMAT');
      const wide = length === 14;
      if (at + (wide ? 2 : 1) > end) return problem('the option length is cut off', start, 'FORMAT');
      length = wide ? TWO_BYTES_FROM + readUint16(bytes, at) : ONE_BYTE_FROM + (bytes[at] ?? 0);
      at += wide ? 2 : 1;
    }
    number += delta;
    if (number > 65_535) return problem(`option number ${number} is beyond 65535`, start, 'FORMAT');
    if (at + length > end) return problem(`the value of option ${number} is cut off`, start, 'FORMAT');
    if (options.length === MAX_OPTIONS) return problem(`more than ${MAX_OPTIONS} options`, start, 'FORMAT');
    options.push({ number, value: length === 0 ? NO_BYTES : bytes.subarray(at, at + length) });
    at += length;
  }
  return decoded({
    type: ((first >> 4) & 3) as MessageType,
    code,
    messageId: readUint16(bytes, 2),
    token: tokenLength === 0 ? NO_BYTES : bytes.subarray(4, 4 + tokenLength),
    options,
    payload,
  });
}

const readUint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

function inOrder(options: readonly CoapOption[]): readonly CoapOption[] {
  let previous = 0;
  for (const { number } of options) {
    if (number < previous) return [...options].sort((a, b) => a.number - b.number);
    previous = number;
  }
  return options;
}

function optionsLength(options: readonly CoapOption[]): number {
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
