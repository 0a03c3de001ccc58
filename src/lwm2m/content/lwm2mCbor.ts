import { decoded, problem, type Decoded } from '../../base/result';
import type { DefinitionLookup } from '../../objects/definition';
import { comparePaths, idsOf, MAX_ID, pathOf, printPath, type LwM2mPath } from '../../objects/path';
import { parseCbor, wireOfItem, type CborItem } from './cborItem';
import { cborArray, cborInteger, cborMap, cborValue } from './cborWrite';
import { Collector, idsBelow } from './collector';
import type { DecodedContent, Leaf } from './leaf';

/** The IDs a map key names: one, or an array of several (OMA-TS-LightweightM2M_Core-V1_2 §7.4.6). */
function idsOfKey(key: CborItem): readonly number[] | undefined {
  const parts = key.kind === 'array' ? key.items : [key];
  const ids: number[] = [];
  for (const part of parts) {
    if (part.kind !== 'integer' || typeof part.value !== 'number') return undefined;
    if (part.value < 0 || part.value > MAX_ID) return undefined;
    ids.push(part.value);
  }
  return ids;
}

/** Reads LwM2M CBOR (Content-Format 11544): maps of IDs, one within another, from the root down. */
export function decodeLwM2mCbor(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
): Decoded<DecodedContent> {
  const item = parseCbor(bytes);
  if (!item.ok) return item;
  if (item.value.kind !== 'map') return problem('LwM2M CBOR is a map of IDs', item.value.offset);
  const collector = new Collector(base, definitions);
  const seen = new Set<string>();
  const walk = (above: readonly number[], entries: readonly (readonly [CborItem, CborItem])[]): void => {
    for (const [key, value] of entries) {
      const below = idsOfKey(key);
      const ids = [...above, ...(below ?? [])];
      if (!below || below.length === 0 || ids.length > 4) {
        collector.note('a map key is no ID, or names more than a resource instance', key.offset);
        continue;
      }
      if (value.kind === 'map') {
        walk(ids, value.entries);
        continue;
      }
      const path = pathOf(...ids);
      const wire = wireOfItem(value);
      if (typeof wire === 'string') {
        collector.note(`${printPath(path)}: ${wire}`, value.offset);
        continue;
      }
      if (seen.has(printPath(path))) collector.note(`${printPath(path)} stands twice`, key.offset);
      seen.add(printPath(path));
      collector.add(path, wire, value.offset);
    }
  };
  walk([], item.value.entries);
  return collector.result();
}

interface Pending {
  readonly ids: readonly number[];
  readonly item: Uint8Array;
}

function nested(pending: readonly Pending[]): Uint8Array {
  const groups = new Map<number, Pending[]>();
  for (const { ids, item } of pending) {
    const [id = 0, ...rest] = ids;
    const group = groups.get(id);
    if (group) group.push({ ids: rest, item });
    else groups.set(id, [{ ids: rest, item }]);
  }
  return cborMap(
    [...groups].map(([id, group]) => {
      const [only] = group;
      const isValue = group.length === 1 && only?.ids.length === 0;
      return [cborInteger(id), isValue ? only.item : nested(group)];
    }),
  );
}

/** Writes LwM2M CBOR: the base path as one array key, the rest as nested maps. */
export function encodeLwM2mCbor(base: LwM2mPath, leaves: readonly Leaf[]): Decoded<Uint8Array> {
  const pending: Pending[] = [];
  const seen = new Set<string>();
  for (const leaf of [...leaves].sort((a, b) => comparePaths(a.path, b.path))) {
    const ids = idsBelow(base, leaf.path);
    if (!ids || leaf.path.resourceId === undefined || seen.has(printPath(leaf.path))) {
      return problem(
        `${printPath(leaf.path)} is no value of its own below ${printPath(base)}`,
        0,
        'NO_PLACE',
      );
    }
    seen.add(printPath(leaf.path));
    const item = cborValue(leaf.value);
    if (!item) return problem(`${printPath(leaf.path)}: beyond 64 bits`, 0, 'OUT_OF_RANGE');
    pending.push({ ids, item });
  }
  const [first] = pending;
  if (base.objectId === undefined || !first) return decoded(nested(pending));
  const key = cborArray(idsOf(base).map(cborInteger));
  return decoded(cborMap([[key, first.ids.length === 0 ? first.item : nested(pending)]]));
}
