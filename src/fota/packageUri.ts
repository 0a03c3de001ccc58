import { DEFAULT_PORTS, isScheme, SCHEMES } from '../base/scheme';
import { encodeUtf8 } from '../base/bytes';
import { decoded, problem, type Decoded, type Problem } from '../base/result';
import { decodedSegments } from '../firmware/servedPath';
import type { Scheme } from '../transport/ports';

/** Longest Package URI, in bytes (5/0/1 is a string of 0..255). */
export const MAX_PACKAGE_URI = 255;

/** What may stand in braces. */
export const URI_FIELDS = ['endpoint', 'version', 'sha256'] as const;
/** A name of {@link URI_FIELDS}. */
export type UriField = (typeof URI_FIELDS)[number];
/** Values for the braces; one that the image or device doesn't have is absent. */
export type UriValues = Readonly<Partial<Record<UriField, string>>>;

/** A template that can be filled. Every code of its problems is `BAD_URI_TEMPLATE`. */
export interface UriTemplate {
  readonly text: string;
  /** Of an absolute one. */
  readonly scheme?: Scheme;
  /** `host:port` of an absolute one; braces can't stand here. */
  readonly authority?: string;
  /** The fields it has, each once. */
  readonly fields: readonly UriField[];
}

/** A Package URI, taken apart. */
export interface PackageUri {
  /** Absent of a relative one: the device resolves it against the server it registered at. */
  readonly origin?: { readonly scheme: Scheme; readonly host: string; readonly port: number };
  /** Decoded, as CoAP carries them in Uri-Path (RFC 7252 §6.4). */
  readonly segments: readonly string[];
  readonly hasQuery: boolean;
}

const CODE = 'BAD_URI_TEMPLATE';
const ABSOLUTE = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?]*))?/i;
const FOREIGN = /[^\u0021-\u007e]|["<>\\^`|#]|%(?![0-9a-f]{2})/i;
const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i;

const bad = (message: string, offset: number): Decoded<never> => problem(message, offset, CODE);

/**
 * Reads a template: a relative reference with a path (RFC 3986 §4.2), or an absolute URI of a scheme that LwM2M fetches
 * by, with `{endpoint}`, `{version}` and `{sha256}` in path or query. Says at which character something is wrong.
 */
export function parseUriTemplate(text: string): Decoded<UriTemplate> {
  if (text === '') return bad('An empty Package URI resets the device', 0);
  const foreign = FOREIGN.exec(text);
  if (foreign)
    return bad(
      foreign[0] === '#'
        ? 'A Package URI has no fragment (#)'
        : `${JSON.stringify(foreign[0])} can't stand in a URI as it is: write it percent-encoded`,
      foreign.index,
    );
  const absolute = ABSOLUTE.exec(text);
  const [whole = '', scheme, authority] = absolute ?? [];
  if (scheme !== undefined) {
    if (!isScheme(scheme.toLowerCase()))
      return bad(
        `A device does not fetch by ${scheme}: choose ${SCHEMES.join(', ')}, or write a first segment with a colon as %3A`,
        0,
      );
    if (authority === undefined) return bad(`After ${scheme}: stands //host:port/…`, scheme.length + 1);
    if (originOf(text) === undefined)
      return bad(
        `${JSON.stringify(authority)} is no host with a port (braces stand behind it, in the path)`,
        scheme.length + 3,
      );
  } else if (text.startsWith('//'))
    return bad('A URI that begins with // has a host and no scheme: name the scheme too', 0);
  const rest = text.slice(whole.length);
  const fields = new Set<UriField>();
  for (const brace of rest.matchAll(/\{([^{}]*)\}|[{}]/g)) {
    const offset = whole.length + brace.index;
    const name = brace[1];
    if (name === undefined)
      return bad('A brace stands alone: a field is {endpoint}, {version} or {sha256}', offset);
    const field = URI_FIELDS.find((known) => known === name);
    if (!field)
      return bad(
        `{${name}} is no field of a Package URI: there are {endpoint}, {version} and {sha256}`,
        offset,
      );
    fields.add(field);
  }
  const path = pathOf(rest);
  if (path.replace(/^\//, '') === '') return bad('A Package URI needs a path behind the host', text.length);
  return decoded({
    text,
    ...(isScheme(scheme?.toLowerCase())
      ? { scheme: scheme.toLowerCase() as Scheme, authority: authority ?? '' }
      : {}),
    fields: [...fields],
  });
}

/**
 * The Package URI of one device and image: each value percent-encoded only where it has to be
 * (RFC 3986 §3.3): Zephyr copies segments into Uri-Path as they stand (lwm2m_pull_context.c). The
 * problem is a value that is missing, one that would be read as a step in the path (`.`, `..`), or a URI beyond 255 bytes.
 */
export function fillUriTemplate({ text, fields }: UriTemplate, values: UriValues): Decoded<string> {
  for (const field of fields) {
    const value = values[field];
    if (value === undefined || value === '')
      return problem(
        field === 'version' ? 'The image names no version for {version}' : `There is no value for {${field}}`,
        text.indexOf(`{${field}}`),
        'NO_URI_VALUE',
      );
  }
  const uri = text.replace(/\{([a-z0-9]+)\}/g, (_, field: string, offset: number) =>
    percentEncode(values[field as UriField] ?? '', bareAt(text, offset)),
  );
  if (ABSOLUTE.test(uri) && !ABSOLUTE.test(text))
    return problem(`${uri} would be read as a scheme: write the colon of its first segment as %3A`, 0, CODE);
  const steps = pathOf(uri.replace(ABSOLUTE, ''))
    .split('/')
    .find((segment) => /^(\.|%2e){1,2}$/i.test(segment));
  if (steps !== undefined)
    return problem(`${uri} has the segment ${steps}, which is a step in the path and no name`, 0, CODE);
  if (uri.length > MAX_PACKAGE_URI) return tooLong(uri);
  return decoded(uri);
}

/** Why a URI does not fit into 5/0/1; its code is `URI_TOO_LONG`. */
export const tooLong = (uri: string): { readonly ok: false; readonly problem: Problem } => ({
  ok: false,
  problem: {
    message: `The Package URI has ${uri.length} bytes, and 5/0/1 holds ${MAX_PACKAGE_URI}: ${uri.slice(0, 60)}…`,
    offset: MAX_PACKAGE_URI,
    code: 'URI_TOO_LONG',
  },
});

/** Takes a filled URI apart; `undefined` for what is none, or whose escapes are no text. */
export function parsePackageUri(uri: string): PackageUri | undefined {
  const origin = originOf(uri);
  if (!origin && ABSOLUTE.test(uri)) return undefined;
  const rest = uri.replace(ABSOLUTE, '');
  const segments = decodedSegments(pathOf(rest));
  return segments && { ...(origin ? { origin } : {}), segments, hasQuery: rest.includes('?') };
}

function originOf(uri: string): PackageUri['origin'] {
  const [, scheme, authority] = ABSOLUTE.exec(uri) ?? [];
  const known = scheme?.toLowerCase();
  if (!isScheme(known)) return undefined;
  const [, ipv6, name, port] = AUTHORITY.exec(authority ?? '') ?? [];
  const host = ipv6 ?? name;
  const number = port === undefined ? DEFAULT_PORTS[known] : Number(port);
  if (host === undefined || number < 1 || number > 65_535) return undefined;
  return { scheme: known, host: host.toLowerCase(), port: number };
}

const pathOf = (rest: string): string => rest.split('?')[0] ?? '';

/** Characters of a segment (RFC 3986 §3.3); of the first of a relative reference (§4.2); of a query that may be a form. */
const IN_SEGMENT = /[A-Za-z0-9._~!$&'()*+,;=:@-]/;
const IN_FIRST_SEGMENT = /[A-Za-z0-9._~!$&'()*+,;=@-]/;
const IN_QUERY = /[A-Za-z0-9._~-]/;

/** What needs no escape at an offset of a template. */
function bareAt(template: string, offset: number): RegExp {
  const before = template.slice(0, offset);
  if (before.includes('?')) return IN_QUERY;
  return before.includes('/') ? IN_SEGMENT : IN_FIRST_SEGMENT;
}

/** All but the characters that may stand bare as escapes of their UTF-8. */
const percentEncode = (text: string, bare: RegExp): string =>
  Array.from(encodeUtf8(text), (byte) => {
    const character = String.fromCharCode(byte);
    return bare.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
