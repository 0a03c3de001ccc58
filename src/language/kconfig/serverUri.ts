import type { Configuration } from './configuration';
import { fillsSecurity, SERVER } from './clientUtils';
import { tellAt, type Place } from './place';

/** A server URI taken apart as Zephyr's engine reads it. */
export interface ServerUri {
  readonly symbol: string;
  readonly text: string;
  /** In front of `://`, as it is written; empty where there is none. */
  readonly scheme: string;
  /** An IPv6 address with its brackets. */
  readonly host: string;
  /** Absent where the URI has none: the engine takes `LWM2M_PEER_PORT` then. */
  readonly port: number | undefined;
  /** After the port. */
  readonly rest: string;
  /** Where it is told: its own line, or the one that turns the library on. */
  readonly place: Place;
}

const URI = /^(?:([^:/?#]*):\/\/)?(\[[^\]]*\]|[^:/?#]*)(?::(\d{1,9}))?(.*)$/s;

/** Symbols of Zephyr's sample, by age. */
const SAMPLE_SERVERS = ['CONFIG_LWM2M_APP_SERVER', 'CONFIG_NET_SAMPLE_LWM2M_SERVER'];

/** Coiote: AVSystem's servers. */
export const isCoiote = (host: string): boolean => /(^|\.)iot\.avsystem\.cloud$/i.test(host);

/** The server URIs of a configuration that say something: the client utilities', and a sample's own where it is shown. */
export function serverUris(configuration: Configuration): readonly ServerUri[] {
  const symbols = [
    ...(fillsSecurity(configuration) ? [SERVER] : []),
    ...(configuration.isOn('CONFIG_LWM2M')
      ? SAMPLE_SERVERS.filter((symbol) => configuration.stated(symbol))
      : []),
  ];
  return symbols.flatMap((symbol) => {
    const text = configuration.string(symbol);
    const place = tellAt(configuration, symbol);
    if (!text || !place) return [];
    const [, scheme = '', host = '', port, rest = ''] = URI.exec(text) ?? [];
    return [{ symbol, text, scheme, host, port: port === undefined ? undefined : Number(port), rest, place }];
  });
}

/** The URI with some of its parts changed. */
export function uriWith(
  uri: ServerUri,
  { scheme = uri.scheme, port = uri.port }: { readonly scheme?: string; readonly port?: number | undefined },
): string {
  return `${scheme}://${uri.host}${port === undefined ? '' : `:${port}`}${uri.rest}`;
}

/** Whether the client's traffic to its server goes over DTLS by its URI. */
export const isSecured = (configuration: Configuration): boolean =>
  configuration.string(SERVER)?.startsWith('coaps://') ?? false;
