import { decodeUtf8 } from '../../base/bytes';
import { decoded, problem, type Decoded } from '../../base/result';
import { parsePath, type LwM2mPath } from '../../objects/path';

/**
 * A link of the CoRE link format (RFC 6690). `path` where the target is one. Attributes by name: a number where it is
 * written bare as one (`pmin=10`, but never `ver`), else the text without its quotes; `''` for a name alone.
 */
export interface Link {
  readonly target: string;
  readonly path: LwM2mPath | undefined;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

/** The longest list of links read. */
export const MAX_LINK_BYTES = 256 * 1024;
const MAX_LINKS = 10_000;
const MAX_ATTRIBUTES = 64;

const TARGET = /\s*<([^<>\s]*)>/y;
// RFC 6690 §2: parmname, then nothing, a quoted string, or a token
const ATTRIBUTE = /\s*;\s*([A-Za-z0-9!#$&+.^_`|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;<>]*)))?/y;
const COMMA = /\s*,/y;
const END = /\s*$/y;

function attributeValue(name: string, quoted: string | undefined, bare: string | undefined): string | number {
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  if (bare === undefined) return '';
  return name !== 'ver' && bare !== '' && String(Number(bare)) === bare && Number.isFinite(Number(bare))
    ? Number(bare)
    : bare;
}

/** Links from text or UTF-8 bytes; offsets are characters. Blanks between the parts and an empty list are accepted. */
export function parseLinks(content: string | Uint8Array): Decoded<readonly Link[]> {
  if (content.length > MAX_LINK_BYTES) return problem(`links beyond ${MAX_LINK_BYTES} bytes`, MAX_LINK_BYTES);
  const text = typeof content === 'string' ? content : decodeUtf8(content);
  if (text === undefined) return problem('links are not UTF-8', 0);
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    if (found) at += found[0].length;
    return found;
  };
  const links: Link[] = [];
  if (take(END)) return decoded(links);
  do {
    const target = take(TARGET)?.[1];
    if (target === undefined) return problem('a "<target>" is due', at);
    if (links.length >= MAX_LINKS) return problem(`more than ${MAX_LINKS} links`, at);
    const attributes = new Map<string, string | number>();
    for (let found = take(ATTRIBUTE); found; found = take(ATTRIBUTE)) {
      const [, name = '', quoted, bare] = found;
      if (attributes.size >= MAX_ATTRIBUTES) return problem(`more than ${MAX_ATTRIBUTES} attributes`, at);
      // RFC 6690 §2.2: of a repeated attribute the first counts
      if (!attributes.has(name)) attributes.set(name, attributeValue(name, quoted, bare));
    }
    const path = target.startsWith('/') ? parsePath(target) : undefined;
    links.push({
      target,
      path: path?.ok ? path.value : undefined,
      attributes: Object.fromEntries(attributes),
    });
  } while (take(COMMA));
  return take(END) ? decoded(links) : problem('";", "," or the end is due', at);
}

const printAttribute = (name: string, value: string | number | undefined): string => {
  if (value === undefined || value === '') return `;${name}`;
  if (typeof value === 'number' || name === 'ver') return `;${name}=${value}`;
  return `;${name}="${value.replace(/[\\"]/g, '\\$&')}"`;
};

/** The text of links: numbers and `ver` bare, other values quoted. */
export function printLinks(links: readonly Pick<Link, 'target' | 'attributes'>[]): string {
  return links
    .map(({ target, attributes }) => {
      const list = Object.entries(attributes).map(([name, value]) => printAttribute(name, value));
      return `<${target}>${list.join('')}`;
    })
    .join(',');
}

/** The Content-Formats a link's `ct` names, bare or as a quoted list (RFC 7252 §7.2.1). */
export function contentFormatsOf(link: Link): readonly number[] {
  const ct = Object.hasOwn(link.attributes, 'ct') ? link.attributes['ct'] : undefined;
  return String(ct ?? '')
    .split(/\s+/)
    .filter((part) => /^\d{1,5}$/.test(part))
    .map(Number);
}

/** The object version a link's `ver` names, `1.1`; some clients put it in quotes. */
export function versionOf(link: Link): string | undefined {
  const version = Object.hasOwn(link.attributes, 'ver') ? String(link.attributes['ver']) : '';
  return /^\d{1,3}\.\d{1,3}$/.test(version) ? version : undefined;
}
