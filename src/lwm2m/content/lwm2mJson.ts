import { decodeUtf8, fromBase64 } from '../../base/bytes';
import { problem, type Decoded } from '../../base/result';
import type { DefinitionLookup } from '../../objects/definition';
import { parsePath, printPath, type LwM2mPath } from '../../objects/path';
import { Collector } from './collector';
import { parseJson, wireOfNumber, type JsonItem } from './json';
import type { DecodedContent } from './leaf';
import { parseObjectLink, type WireValue } from './wireValue';

type JsonMembers = ReadonlyMap<string, JsonItem>;

/** The first of each member; a later one of the same name is told. */
function membersOf(item: JsonItem, collector: Collector): JsonMembers | undefined {
  if (item.kind !== 'object') return undefined;
  const members = new Map<string, JsonItem>();
  for (const [name, value] of item.members) {
    if (members.has(name))
      collector.note(`"${name.slice(0, 20)}" stands twice: the first counts`, value.offset);
    else members.set(name, value);
  }
  return members;
}

const textOf = (item: JsonItem | undefined) => (item?.kind === 'string' ? item.value : undefined);
const numberOf = (item: JsonItem | undefined) => (item?.kind === 'number' ? Number(item.text) : undefined);

/** Base name and name as clients write them: whole, relative, with or without the slash between. */
function joined(baseName: string | undefined, name: string, base: LwM2mPath): Decoded<LwM2mPath> {
  const above = baseName ?? printPath(base);
  // a long base name before many entries would cost its length each time
  if (above.length + name.length > 200) return problem('a name is too long for a path', 0);
  if (name === '') return parsePath(above.replace(/(.)\/$/, '$1'));
  if (name.startsWith('/') && (baseName === undefined || baseName === '')) return parsePath(name);
  return parsePath(`${above.replace(/\/$/, '')}/${name.replace(/^\//, '')}`);
}

function valueOf(entry: JsonMembers, path: LwM2mPath, collector: Collector): WireValue | undefined {
  for (const [name, item] of entry) {
    if (name === 'v' && item.kind === 'number') return wireOfNumber(item.text);
    if (name === 'bv' && item.kind === 'boolean') return { kind: 'boolean', value: item.value };
    if (name === 'ov' && item.kind === 'string') {
      const value = parseObjectLink(item.value);
      return value ? { kind: 'objlnk', value } : { kind: 'string', value: item.value };
    }
    if (name === 'sv' && item.kind === 'string') {
      const bytes = collector.typeOf(path) === 'opaque' ? fromBase64(item.value) : undefined;
      return bytes ? { kind: 'opaque', value: bytes } : { kind: 'string', value: item.value };
    }
  }
  return undefined;
}

/**
 * Reads LwM2M JSON (Content-Format 11543, 1543; OMA-TS-LightweightM2M-V1_0_2 §6.4.4): `bn`, `bt`, and `e` with `n`, `t`
 * and one of `v`, `sv`, `bv`, `ov`; opaque values are base64 in `sv`. Offsets are characters.
 */
export function decodeLwM2mJson(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
): Decoded<DecodedContent> {
  const text = decodeUtf8(bytes);
  if (text === undefined) return problem('LwM2M JSON is not UTF-8', 0);
  const json = parseJson(text);
  if (!json.ok) return json;
  const collector = new Collector(base, definitions);
  const pack = membersOf(json.value, collector);
  const entries = pack?.get('e');
  if (!pack || entries?.kind !== 'array')
    return problem('LwM2M JSON is an object with an array "e"', json.value.offset);
  const baseName = textOf(pack.get('bn'));
  const baseTime = numberOf(pack.get('bt'));
  for (const item of entries.items) {
    const entry = membersOf(item, collector);
    if (!entry) {
      collector.note('an entry is a JSON object', item.offset);
      continue;
    }
    const path = joined(baseName, textOf(entry.get('n')) ?? '', base);
    if (!path.ok) {
      collector.note(path.problem.message, item.offset);
      continue;
    }
    const value = valueOf(entry, path.value, collector);
    if (!value) {
      collector.note(`${printPath(path.value)}: no value`, item.offset);
      continue;
    }
    const time = numberOf(entry.get('t'));
    // without a base time, "t" counts from the newest entry (V1_0_2 §6.4.4): no time of day
    const at = baseTime === undefined ? undefined : baseTime + (time ?? 0);
    collector.add(path.value, value, item.offset, at);
    if (collector.full) break;
  }
  return collector.result();
}
