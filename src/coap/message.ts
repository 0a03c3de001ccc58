import { decoded, problem, type Decoded } from '../base/result';
import { InvariantError } from '../base/errors';
import { NO_BYTES } from '../base/bytes';
import type { Code } from './code';
import type { CoapOption } from './option';
import { inOrder, optionsLength, readOptions, readUint16, writeOptions } from './optionFormat';

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

/** Longer tokens are reserved (RFC 7252 §3). */
export const MAX_TOKEN = 8;

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
  writeOptions(bytes, at, options, payload);
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
  const at = 4 + tokenLength;
  if (at > end) return problem('the token is cut off', 4, 'FORMAT');
  const options: CoapOption[] = [];
  const payloadAt = readOptions(bytes, at, options);
  if (typeof payloadAt !== 'number') return payloadAt;
  return decoded({
    type: ((first >> 4) & 3) as MessageType,
    code,
    messageId: readUint16(bytes, 2),
    token: tokenLength === 0 ? NO_BYTES : bytes.subarray(4, 4 + tokenLength),
    options,
    payload: payloadAt === end ? NO_BYTES : bytes.subarray(payloadAt),
  });
}
