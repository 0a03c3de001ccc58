import { DEFAULT_PORTS } from '../base/scheme';
import { printAuthority } from '../base/socketAddress';
import type { Scheme, SocketAddress } from '../transport/ports';
import type { DeviceScheme } from './deviceSecurity';
import { ProtocolNames } from './fault';

/** A Package URI, taken apart. `protocol` is the number of 5/0/8. */
export interface PackageUri {
  /** Absolute. */
  readonly text: string;
  readonly scheme: Scheme;
  readonly protocol: number;
  readonly address: SocketAddress;
  readonly path: readonly string[];
  readonly query: readonly string[];
}

/** Where a device has registered: what a relative Package URI is relative to. */
export interface RegisteredAt {
  readonly scheme: DeviceScheme;
  readonly address: SocketAddress;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // a lone % or no UTF-8: the only way decodeURIComponent says so
    return undefined;
  }
}

/** A reference made absolute (RFC 3986 §4.2, §5.2), its base having no path: a `scheme:` in front makes it absolute already. */
function absolute(text: string, { scheme, address }: RegisteredAt): string {
  if (/^[^/?#]*:/.test(text)) return text;
  if (text.startsWith('//')) return `${scheme}:${text}`;
  return `${scheme}://${printAuthority(address)}${text.startsWith('/') ? '' : '/'}${text}`;
}

/**
 * A Package URI, absolute or relative to the server that the device registered at; `invalid` where it is none (result
 * 7), `unsupported` where its scheme isn't known (result 9).
 */
export function parsePackageUri(text: string, base: RegisteredAt): PackageUri | 'invalid' | 'unsupported' {
  const full = absolute(text, base);
  const match =
    /^([a-z][a-z0-9+.-]*):\/\/(\[[0-9a-f:.]+\]|[^/?#:@[\]\s]+)(?::(\d{1,5}))?(\/[^?#\s]*)?(?:\?([^#\s]*))?$/i.exec(
      full,
    );
  if (!match) return 'invalid';
  const [, named = '', host = '', port, path = '/', query = ''] = match;
  const protocol = ProtocolNames.findIndex((name) => name === named.toLowerCase());
  const scheme = ProtocolNames[protocol];
  if (scheme === undefined) return 'unsupported';
  const segments = path.split('/').slice(1).map(percentDecoded);
  const queries = (query === '' ? [] : query.split('&')).map(percentDecoded);
  const isText = (one: string | undefined): one is string => one !== undefined;
  if (!segments.every(isText) || !queries.every(isText) || Number(port ?? 1) > 65_535) return 'invalid';
  return {
    text: full,
    scheme,
    protocol,
    address: {
      host: host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, ''),
      port: Number(port ?? DEFAULT_PORTS[scheme]),
    },
    path: segments.length === 1 && segments[0] === '' ? [] : segments,
    query: queries,
  };
}

/** Whether an image is at the very server that the device registered at, reached the same way. */
export const isRegisteredAt = (
  { scheme, address }: Pick<PackageUri, 'scheme' | 'address'>,
  base: RegisteredAt,
): boolean =>
  scheme === base.scheme && address.host === base.address.host && address.port === base.address.port;
