import { decodeUtf8, encodeUtf8, fromBase64, toBase64 } from '../../base/bytes';
import { decoded, problem, type Decoded } from '../../base/result';
import type { DefinitionLookup } from '../../objects/definition';
import { printPath, type LwM2mPath } from '../../objects/path';
import type { LwM2mValue } from '../../objects/value';
import { parseJson, wireOfNumber, type JsonItem } from './json';
import type { DecodedContent, Leaf } from './leaf';
import { leavesOfRecords, nameLeaves, pathsOfRecords, type SenmlRecord } from './senml';
import { fits64Bits, parseObjectLink, type WireValue } from './wireValue';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Fields that are known and of no use here: units, update time, base unit, base sum. */
const IGNORED = new Set(['u', 'ut', 'bu', 'bs']);

/** The value of a value field, or why it is none. */
function fieldValue(name: string, item: JsonItem): WireValue | string {
  if (name === 'v' && item.kind === 'number') return wireOfNumber(item.text);
  if (name === 'vs' && item.kind === 'string') return { kind: 'string', value: item.value };
  if (name === 'vb' && item.kind === 'boolean') return { kind: 'boolean', value: item.value };
  if (name === 'vlo' && item.kind === 'string') {
    const value = parseObjectLink(item.value);
    return value ? { kind: 'objlnk', value } : { kind: 'string', value: item.value };
  }
  if (name === 'vd' && item.kind === 'string') {
    const value = fromBase64(item.value);
    return value ? { kind: 'opaque', value } : '"vd" is no base64url';
  }
  return `"${name}" can't be of JSON type ${item.kind}`;
}

function recordOf(item: JsonItem): SenmlRecord {
  const values: WireValue[] = [];
  const faults: string[] = [];
  const record: Mutable<SenmlRecord> = { offset: item.offset, values, hasSum: false, faults };
  if (item.kind !== 'object') {
    faults.push('a SenML record is a JSON object');
    return record;
  }
  const seen = new Set<string>();
  for (const [name, value] of item.members) {
    if (seen.has(name)) faults.push(`"${name.slice(0, 20)}" stands twice: the first counts`);
    if (seen.has(name)) continue;
    seen.add(name);
    if (['v', 'vs', 'vb', 'vd', 'vlo'].includes(name)) {
      const wire = fieldValue(name, value);
      if (typeof wire === 'string') faults.push(wire);
      else values.push(wire);
    } else if (name === 'bn' && value.kind === 'string') record.baseName = value.value;
    else if (name === 'n' && value.kind === 'string') record.name = value.value;
    else if (name === 'bt' && value.kind === 'number') record.baseTime = Number(value.text);
    else if (name === 't' && value.kind === 'number') record.time = Number(value.text);
    else if (name === 'bv' && value.kind === 'number') record.baseValue = wireOfNumber(value.text);
    else if (name === 'bver' && value.kind === 'number') record.baseVersion = Number(value.text);
    else if (name === 's') record.hasSum = true;
    else if (['bn', 'n', 'bt', 't', 'bv', 'bver'].includes(name)) {
      faults.push(`"${name}" can't be of JSON type ${value.kind}`);
    } else if (name.endsWith('_') && !IGNORED.has(name)) {
      faults.push(`"${name.slice(0, 20)}" must be understood, and isn't`);
    }
  }
  return record;
}

function recordsOf(bytes: Uint8Array): Decoded<readonly SenmlRecord[]> {
  const text = decodeUtf8(bytes);
  if (text === undefined) return problem('SenML JSON is not UTF-8', 0);
  const json = parseJson(text);
  if (!json.ok) return json;
  if (json.value.kind !== 'array') return problem('a SenML pack is a JSON array', json.value.offset);
  return decoded(json.value.items.map(recordOf));
}

/** Reads SenML JSON (Content-Format 110, 320; RFC 8428 §5, OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.4). Offsets are characters. */
export function decodeSenmlJson(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
  now?: number,
): Decoded<DecodedContent> {
  const records = recordsOf(bytes);
  return records.ok ? leavesOfRecords(records.value, base, definitions, now) : records;
}

const toBase64Url = (bytes: Uint8Array) =>
  toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

/** The value field as JSON text, or `undefined` where JSON has no such number. */
function valueField(value: LwM2mValue): string | undefined {
  switch (value.type) {
    case 'string':
    case 'corelnk':
      return `"vs":${JSON.stringify(value.value)}`;
    case 'integer':
    case 'unsigned':
    case 'time':
      return fits64Bits(value.value, value.type === 'unsigned') ? `"v":${value.value}` : undefined;
    case 'float':
      if (!Number.isFinite(value.value)) return undefined;
      return `"v":${Object.is(value.value, -0) ? '-0.0' : value.value}`;
    case 'boolean':
      return `"vb":${value.value}`;
    case 'opaque':
      return `"vd":"${toBase64Url(value.value)}"`;
    case 'objlnk':
      return `"vlo":"${value.value.objectId}:${value.value.instanceId}"`;
  }
}

/** Writes SenML JSON; a problem for NaN, infinities and integers beyond 64 bits, which it can't carry. */
export function encodeSenmlJson(base: LwM2mPath, leaves: readonly Leaf[]): Decoded<Uint8Array> {
  const named = nameLeaves(base, leaves);
  if (!named.ok) return named;
  const records: string[] = [];
  for (const { baseName, name, leaf } of named.value) {
    const field = valueField(leaf.value);
    if (field === undefined) {
      return problem(
        `${printPath(leaf.path)}: JSON can't carry ${String(leaf.value.value)}`,
        0,
        'OUT_OF_RANGE',
      );
    }
    const fields: string[] = [];
    if (baseName !== undefined) fields.push(`"bn":${JSON.stringify(baseName)}`);
    if (name !== undefined) fields.push(`"n":${JSON.stringify(name)}`);
    if (leaf.at !== undefined) fields.push(`"t":${leaf.at}`);
    records.push(`{${[...fields, field].join(',')}}`);
  }
  return decoded(encodeUtf8(`[${records.join(',')}]`));
}

/** The paths of a Read-Composite or Observe-Composite request as SenML JSON. */
export const encodeSenmlJsonPaths = (paths: readonly LwM2mPath[]): Uint8Array =>
  encodeUtf8(JSON.stringify(paths.map((path) => ({ n: printPath(path) }))));

/** The paths that a SenML JSON request names. */
export function decodeSenmlJsonPaths(bytes: Uint8Array): Decoded<readonly LwM2mPath[]> {
  const records = recordsOf(bytes);
  return records.ok ? pathsOfRecords(records.value) : records;
}
