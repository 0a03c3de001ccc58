import { decodeUtf8 } from '../../base/bytes';
import { Codes } from '../../coap/code';
import { parsePath, printPath, type LwM2mPath } from '../../objects/path';
import { contentFormatsOf, parseLinks, versionOf, type Link } from '../content/linkFormat';
import { shown, type Refusal } from './parameters';
import type { ObjectLink } from './registration';

/** The longest object list taken; a longer one gets 4.13. */
export const MAX_OBJECT_LIST = 16 * 1024;

/** What a Register's or Update's payload says (OMA-TS-LightweightM2M_Core-V1_1_1 §6.2.1). */
export interface ObjectList {
  readonly objectLinks: readonly ObjectLink[];
  readonly rootPath: readonly string[];
  readonly contentFormats: readonly number[] | undefined;
  readonly warnings: readonly string[];
}

/** Lists kept for sharing, and the characters of their texts. */
const MAX_SHARED = 256;
const MAX_SHARED_TEXT = 512 * 1024;
/** Different links kept for sharing: nearly every device has the same ones. */
const MAX_SHARED_LINKS = 4096;
const MAX_WARNINGS = 8;
const MAX_ROOT_SEGMENTS = 8;
const MAX_FORMATS = 32;
const NO_ROOT: readonly string[] = [];
const EMPTY: ObjectList = {
  objectLinks: [],
  rootPath: NO_ROOT,
  contentFormats: undefined,
  warnings: [],
};

/** Reads object lists; a fleet of equal devices shares one parsed list. */
export class ObjectLists {
  private readonly shared = new Map<string, ObjectList>();
  private sharedText = 0;
  private readonly links = new Map<string, ObjectLink>();

  parse(payload: Uint8Array): ObjectList | Refusal {
    if (payload.length === 0) return EMPTY;
    if (payload.length > MAX_OBJECT_LIST)
      return {
        code: Codes.REQUEST_ENTITY_TOO_LARGE,
        reason: `the object list is longer than ${MAX_OBJECT_LIST / 1024} KiB`,
      };
    const text = decodeUtf8(payload);
    if (text === undefined) return { code: Codes.BAD_REQUEST, reason: 'the object list is not UTF-8' };
    const known = this.shared.get(text);
    if (known) return known;
    const list = readObjectList(text, (link) => this.linkLike(link));
    if (!('code' in list)) this.share(text, list);
    return list;
  }

  /** The shared copy of links that come from the registrations of an earlier run. */
  intern(links: readonly ObjectLink[]): readonly ObjectLink[] {
    const key = links.map(keyOf).join(' ');
    const known = this.shared.get(key);
    if (known) return known.objectLinks;
    const own = links.map((link) => this.linkLike(link));
    this.share(key, { ...EMPTY, objectLinks: own });
    return own;
  }

  /** The one object for all equal links. */
  private linkLike(link: ObjectLink): ObjectLink {
    const key = keyOf(link);
    const known = this.links.get(key);
    if (!known && this.links.size < MAX_SHARED_LINKS) this.links.set(key, link);
    return known ?? link;
  }

  private share(text: string, list: ObjectList): void {
    this.shared.set(text, list);
    this.sharedText += text.length;
    for (const oldest of this.shared.keys()) {
      if (this.shared.size <= MAX_SHARED && this.sharedText <= MAX_SHARED_TEXT) break;
      this.shared.delete(oldest);
      this.sharedText -= oldest.length;
    }
  }
}

const keyOf = ({ path, version }: ObjectLink): string => `${printPath(path)} ${version ?? ''}`;

function readObjectList(text: string, linkLike: (link: ObjectLink) => ObjectLink): ObjectList | Refusal {
  const parsed = parseLinks(text);
  if (!parsed.ok)
    return {
      code: Codes.BAD_REQUEST,
      reason: `object list, character ${parsed.problem.offset}: ${parsed.problem.message}`,
    };
  const warnings: string[] = [];
  const root = parsed.value.find(isRoot) ?? parsed.value.find((link) => link.target === '/');
  const rootPath = root === undefined ? NO_ROOT : segmentsOf(root.target);
  if (rootPath === undefined)
    return { code: Codes.BAD_REQUEST, reason: 'the root path is too long, or no path' };
  const objectLinks: ObjectLink[] = [];
  for (const link of parsed.value) {
    if (link === root) continue;
    const path = objectPath(link.target, rootPath);
    if (!path) {
      warnings.push(`${shown(link.target)} in the object list is no object of LwM2M`);
      continue;
    }
    const version = versionOf(link);
    if (version === undefined && Object.hasOwn(link.attributes, 'ver'))
      warnings.push(`${shown(link.target)} has a version that is none`);
    objectLinks.push(linkLike(version === undefined ? { path } : { path, version }));
  }
  const formats = root ? contentFormatsOf(root).slice(0, MAX_FORMATS) : [];
  return {
    objectLinks,
    rootPath,
    contentFormats: formats.length > 0 ? formats : undefined,
    warnings: warnings.slice(0, MAX_WARNINGS),
  };
}

const isRoot = ({ attributes }: Link): boolean =>
  Object.hasOwn(attributes, 'rt') && String(attributes['rt']).split(' ').includes('oma.lwm2m');

/** Path segments of `/lwm2m/client`; some clients leave the leading slash out. */
function segmentsOf(target: string): readonly string[] | undefined {
  const segments = target.split('/').filter((segment) => segment !== '');
  if (segments.length === 0) return NO_ROOT;
  return segments.length <= MAX_ROOT_SEGMENTS && target.length <= 255 ? segments : undefined;
}

/** The object or object instance of a link's target, below the root or, as some clients write it, without it. */
function objectPath(target: string, rootPath: readonly string[]): LwM2mPath | undefined {
  const prefix = rootPath.map((segment) => `/${segment}`).join('');
  const below = prefix !== '' && target.startsWith(`${prefix}/`) ? target.slice(prefix.length) : target;
  const path = parsePath(below);
  return path.ok && path.value.objectId !== undefined && path.value.resourceId === undefined
    ? path.value
    : undefined;
}
