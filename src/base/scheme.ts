/** The schemes a device, or an image, can be reached by. */
export type Scheme = 'coap' | 'coaps' | 'coap+tcp' | 'coaps+tcp' | 'http' | 'https';

/** Ports of URIs that name none (RFC 7252 §6.1, RFC 8323 §8, RFC 9110 §4.2). */
export const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = {
  coap: 5683,
  coaps: 5684,
  'coap+tcp': 5683,
  'coaps+tcp': 5684,
  http: 80,
  https: 443,
};

/** Ports that a server of ours listens on where none is named: for HTTP a free one. */
export const LISTENING_PORTS: Readonly<Record<Scheme, number>> = { ...DEFAULT_PORTS, http: 0, https: 0 };

/** All of them, in the order in which they are told. */
export const SCHEMES = Object.keys(DEFAULT_PORTS) as readonly Scheme[];

/** Whether a text is one, in lower case. */
export const isScheme = (text: string | undefined): text is Scheme =>
  text !== undefined && Object.hasOwn(DEFAULT_PORTS, text);

/** Whether CoAP by a scheme goes over connections (RFC 8323), and not in datagrams. */
export const isConnected = (scheme: Scheme): scheme is 'coap+tcp' | 'coaps+tcp' => scheme.endsWith('+tcp');

/** Whether what goes by a scheme is encrypted, and its ends are known. */
export const isEncrypted = (scheme: Scheme): boolean =>
  scheme === 'coaps' || scheme === 'coaps+tcp' || scheme === 'https';
