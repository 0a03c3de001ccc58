import { concatBytes, decodeUtf8Lenient } from '../base/bytes';
import { Codes, isRequest, printCode } from '../coap/code';
import { decodeMessage, type Message } from '../coap/message';
import { OptionNumbers } from '../coap/option';

const TYPES = ['CON', 'NON', 'ACK', 'RST'];
const METHODS = ['', 'GET', 'POST', 'PUT', 'DELETE', 'FETCH', 'PATCH', 'iPATCH'];
const SIGNALS = new Map<number, string>([
  [Codes.CSM, 'CSM'],
  [Codes.PING, 'ping'],
  [Codes.PONG, 'pong'],
  [Codes.RELEASE, 'Release'],
  [Codes.ABORT, 'Abort'],
]);

/** First byte of a DTLS handshake record, and of a TLS or DTLS version after it (RFC 6347 §4.1). */
const isDtls = (bytes: Uint8Array): boolean => bytes[0] === 0x16 && (bytes[1] === 0xfe || bytes[1] === 0x03);

const texts = (message: Message, number: number): readonly string[] =>
  message.options.filter((option) => option.number === number).map(({ value }) => decodeUtf8Lenient(value));

/**
 * A message of a connection with a datagram's header in place of its own, which has the length in it (RFC 8323 §3.2):
 * so what is cut off is no fault here either.
 */
function asDatagram(head: Uint8Array): Uint8Array {
  const [first = 0] = head;
  const length = first >> 4;
  const code = 1 + (length < 13 ? 0 : 2 ** (length - 13));
  return concatBytes([Uint8Array.of(0x40 | (first & 15), head[code] ?? 0, 0, 0), head.subarray(code + 1)]);
}

/**
 * A datagram in a few words: `CON POST /rd?ep=dev1`, or why it is none of ours; `TCP POST …` for a message of a
 * connection (`stream`). `head` are its first bytes, enough for the options that matter; what is cut off behind them is
 * no fault.
 */
export function summarize(head: Uint8Array, stream: boolean): string {
  if (isDtls(head))
    return stream
      ? 'a TLS handshake: this listener is plain CoAP, the device uses coaps+tcp://'
      : 'a DTLS handshake: this listener is plain CoAP, the device uses coaps://';
  const message = decodeMessage(stream ? asDatagram(head) : head);
  if (!message.ok) return `no CoAP: ${message.problem.message}`;
  const { type, code } = message.value;
  const kind = stream ? 'TCP' : (TYPES[type] ?? '');
  const signal = SIGNALS.get(code);
  if (stream && signal !== undefined) return `${kind} ${signal}`;
  if (code === 0) return type === 0 && !stream ? 'ping' : kind;
  if (!isRequest(code)) return `${kind} ${printCode(code)}`;
  const path = '/' + texts(message.value, OptionNumbers.URI_PATH).join('/');
  const query = texts(message.value, OptionNumbers.URI_QUERY).join('&');
  return `${kind} ${METHODS[code] ?? printCode(code)} ${path}${query === '' ? '' : `?${query}`}`.slice(
    0,
    120,
  );
}
