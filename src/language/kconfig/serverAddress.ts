/** Symbols that hold a server's URI. */
export const SERVER_SYMBOLS: readonly string[] = [
  'CONFIG_LWM2M_CLIENT_UTILS_SERVER',
  'CONFIG_LWM2M_APP_SERVER',
  'CONFIG_NET_SAMPLE_LWM2M_SERVER',
  'CONFIG_LWM2M_CARRIER_CUSTOM_URI',
  'CONFIG_ANJAY_ZEPHYR_SERVER_URI',
];

/** Those that Zephyr's engine reads: without a port it takes `LWM2M_PEER_PORT`. */
const OF_ENGINE: readonly string[] = SERVER_SYMBOLS.slice(0, 3);

/** Whether the engine of Zephyr reads the URI of a symbol: it knows coap and coaps alone. */
export const isOfEngine = (symbol: string): boolean => OF_ENGINE.includes(symbol);

/** A server's URI taken apart. */
export interface ServerAddress {
  /** In small letters: `coaps`, `coap+tcp`. */
  readonly scheme: string;
  /** In small letters, an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

const FORM =
  /^([a-z][a-z+]*):\/\/(?:\[([0-9a-f:.]+)(?:%[^\]]*)?\]|([^:/?#[\]]+))(?::(\d{1,5}))?(?:[/?#].*)?$/i;

/** The ports of URIs without one: RFC 7252 §6.1, §6.2, RFC 8323 §8.1, §8.2. */
export const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  coap: 5683,
  coaps: 5684,
  'coap+tcp': 5683,
  'coaps+tcp': 5684,
};

/** Takes a URI apart; `undefined` for what is no URI of a server. */
export function parseServerAddress(uri: string): ServerAddress | undefined {
  const [, scheme, v6, name, port] = FORM.exec(uri) ?? [];
  const host = v6 ?? name;
  if (scheme === undefined || host === undefined) return undefined;
  return {
    scheme: scheme.toLowerCase(),
    host: host.toLowerCase(),
    port: port === undefined ? undefined : Number(port),
  };
}

/** Whether an address can be reached from this computer alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.');
