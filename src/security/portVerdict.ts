import { decodeUtf8Lenient } from '../base/bytes';
import { decodeMessage } from '../coap/message';
import { isRequest } from '../coap/code';
import { OptionNumbers } from '../coap/option';
import { decodeClientHello, type ClientHello } from '../dtls/clientHello';
import { decodeFragments, HandshakeTypes } from '../dtls/handshakeMessage';
import { ContentTypes, decodeRecord } from '../dtls/record';
import { placeUri, whoOf, type Attempt, type Place } from './attempt';
import type { Scheme } from '../transport/ports';
import type { Verdict } from './handshakeAttempt';
import { shown } from './shownText';

const METHODS = ['', 'GET', 'POST', 'PUT', 'DELETE', 'FETCH', 'PATCH', 'iPATCH'];
/** Bytes of a first message that are looked at. */
const LOOKED_AT = 1024;

/** What came in clear to a secured port. */
export interface PlainMessage {
  /** `POST /rd`, as far as it can be told. */
  readonly what: string;
  /** The endpoint name, where it is a registration. */
  readonly endpoint?: string;
}

/** Plain CoAP or HTTP in what came to a secured port (`stream`: over a connection); `undefined` where it is neither. Never throws. */
export function plainMessage(bytes: Uint8Array, stream: boolean): PlainMessage | undefined {
  const head = bytes.subarray(0, LOOKED_AT);
  if (stream) return plainHttp(head) ?? plainCoapTcp(head);
  const message = decodeMessage(head);
  if (!message.ok || !isRequest(message.value.code)) return undefined;
  const texts = (number: number) =>
    message.value.options.flatMap((one) => (one.number === number ? [decodeUtf8Lenient(one.value)] : []));
  const path = '/' + texts(OptionNumbers.URI_PATH).join('/');
  const endpoint = texts(OptionNumbers.URI_QUERY).find((one) => one.startsWith('ep='));
  const method = METHODS[message.value.code] ?? 'a request';
  return {
    what: `${method} ${shown(path, 64)}`,
    ...(endpoint === undefined ? {} : { endpoint: shown(endpoint.slice(3)) }),
  };
}

function plainHttp(head: Uint8Array): PlainMessage | undefined {
  const line = /^([A-Z]{3,7}) (\/\S*) HTTP\/1\.[01]\r?\n/.exec(decodeUtf8Lenient(head));
  return line ? { what: `HTTP ${line[1] ?? ''} ${shown(line[2] ?? '', 64)}` } : undefined;
}

/** The first message of a connection is a CSM, 7.01 (RFC 8323 §5.3), or a request by a client that sends none. */
function plainCoapTcp(head: Uint8Array): PlainMessage | undefined {
  const [first = 0] = head;
  const lengthBytes = [0, 1, 2, 4][Math.max(0, (first >> 4) - 12)] ?? 0;
  const code = head[1 + lengthBytes];
  if ((first & 15) > 8 || code === undefined) return undefined;
  if (code === 0xe1) return { what: 'a CSM' };
  return code >= 1 && code <= 7 ? { what: METHODS[code] ?? 'a request' } : undefined;
}

/** `PLAIN_ON_SECURE_PORT`: plain CoAP, or HTTP, came to a secured listener. */
export function plainOnSecurePort(attempt: Attempt, { what, endpoint }: PlainMessage): Verdict {
  const { local } = attempt;
  const http = local.scheme === 'https';
  return {
    code: 'PLAIN_ON_SECURE_PORT',
    message: `${whoOf(attempt)} sent ${http || what.startsWith('HTTP') ? '' : 'plain CoAP, '}${what}, without security to ${placeUri(local)}.`,
    next: `Have the device use ${local.scheme}:// with this port, or the plain port with ${http ? 'http' : local.scheme === 'coaps' ? 'coap' : 'coap+tcp'}://.`,
    action:
      endpoint === undefined || endpoint.includes('\\u')
        ? { kind: 'showArrivals' }
        : { kind: 'addCredential', endpoint },
  };
}

/** A client's hello at a plain port: what it offers where it can be read whole. */
export interface SecureMessage {
  readonly protocol: 'DTLS' | 'TLS';
  readonly hello: ClientHello | undefined;
}

/** A DTLS or TLS (`stream`) ClientHello in what came to a plain port; `undefined` where it is none. Never throws. */
export function secureMessage(bytes: Uint8Array, stream: boolean): SecureMessage | undefined {
  const [type, major, minor] = bytes;
  if (type !== ContentTypes.HANDSHAKE) return undefined;
  if (stream)
    return major === 3 && minor !== undefined && minor <= 4 && (bytes[5] ?? 1) === HandshakeTypes.CLIENT_HELLO
      ? { protocol: 'TLS', hello: undefined }
      : undefined;
  const record = decodeRecord(bytes, 0, 0);
  if (!record.ok || record.value.record.header.epoch !== 0) return undefined;
  const fragments = decodeFragments(record.value.record.fragment);
  const first = fragments.ok ? fragments.value[0] : undefined;
  if (first?.type !== HandshakeTypes.CLIENT_HELLO) return undefined;
  const hello = first.bytes.length === first.length ? decodeClientHello(first.bytes.slice()) : undefined;
  return { protocol: 'DTLS', hello: hello?.ok ? hello.value : undefined };
}

/** `SECURE_ON_PLAIN_PORT`: a ClientHello came to a plain listener. `secured` are the listeners it may have meant, by `scheme`. */
export function secureOnPlainPort(
  attempt: Attempt,
  protocol: SecureMessage['protocol'],
  scheme: Scheme,
  secured: readonly Place[],
): Verdict {
  const { local } = attempt;
  const meant =
    secured.find((one) => one.scheme === scheme && one.address.host === local.address.host) ??
    secured.find((one) => one.scheme === scheme);
  return {
    code: 'SECURE_ON_PLAIN_PORT',
    message: `${whoOf(attempt)} sent a ${protocol} ClientHello to ${placeUri(local)}, which is a plain port.`,
    next: meant
      ? `Point the device at ${placeUri(meant)}, or have it use ${local.scheme}://.`
      : `Have this server listen with ${scheme}://, or have the device use ${local.scheme}://.`,
    action: { kind: 'showArrivals' },
  };
}
