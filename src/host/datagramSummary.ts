import { decodeUtf8Lenient } from '../base/bytes';
import { isRequest, printCode } from '../coap/code';
import { decodeMessage, type Message } from '../coap/message';
import { OptionNumbers } from '../coap/option';

const TYPES = ['CON', 'NON', 'ACK', 'RST'];
const METHODS = ['', 'GET', 'POST', 'PUT', 'DELETE', 'FETCH', 'PATCH', 'iPATCH'];

/** First byte of a DTLS handshake record, and of a TLS or DTLS version after it (RFC 6347 §4.1). */
const isDtls = (bytes: Uint8Array): boolean => bytes[0] === 0x16 && (bytes[1] === 0xfe || bytes[1] === 0x03);

const texts = (message: Message, number: number): readonly string[] =>
  message.options.filter((option) => option.number === number).map(({ value }) => decodeUtf8Lenient(value));

/**
 * A datagram in a few words: `CON POST /rd?ep=dev1`, or why it is none of ours. `head` are its first bytes, enough for
 * the options that matter; what is cut off behind them is no fault.
 */
export function summarize(head: Uint8Array): string {
  if (isDtls(head)) return 'a DTLS handshake: this listener is plain CoAP, the device uses coaps://';
  const message = decodeMessage(head);
  if (!message.ok) return `no CoAP: ${message.problem.message}`;
  const { type, code } = message.value;
  const kind = TYPES[type] ?? '';
  if (code === 0) return type === 0 ? 'ping' : kind;
  if (!isRequest(code)) return `${kind} ${printCode(code)}`;
  const path = '/' + texts(message.value, OptionNumbers.URI_PATH).join('/');
  const query = texts(message.value, OptionNumbers.URI_QUERY).join('&');
  return `${kind} ${METHODS[code] ?? printCode(code)} ${path}${query === '' ? '' : `?${query}`}`.slice(
    0,
    120,
  );
}
