import { decoded, problem, type Decoded } from '../../base/result';
import type { DefinitionLookup } from '../../objects/definition';
import { printPath, type LwM2mPath } from '../../objects/path';
import type { LwM2mValue } from '../../objects/value';
import { parseCbor, wireOfItem, type CborItem } from './cborItem';
import { cborArray, cborFloat, cborInteger, cborMap, cborText, cborValue } from './cborWrite';
import type { DecodedContent, Leaf } from './leaf';
import { leavesOfRecords, nameLeaves, pathsOfRecords, type SenmlRecord } from './senml';
import { fits64Bits, parseObjectLink, type WireValue } from './wireValue';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Labels of RFC 8428 §6, table 4. */
const LABELS: Readonly<Record<number, string>> = {
  [-1]: 'bver',
  [-2]: 'bn',
  [-3]: 'bt',
  [-4]: 'bu',
  [-5]: 'bv',
  [-6]: 'bs',
  0: 'n',
  1: 'u',
  2: 'v',
  3: 'vs',
  4: 'vb',
  5: 's',
  6: 't',
  7: 'ut',
  8: 'vd',
};

const WIRE_OF_FIELD: Readonly<Record<string, readonly WireValue['kind'][]>> = {
  v: ['integer', 'float'],
  vs: ['string'],
  vb: ['boolean'],
  vd: ['opaque'],
  vlo: ['string'],
};

function fieldValue(name: string, item: CborItem): WireValue | string {
  const wire = wireOfItem(item);
  if (typeof wire === 'string') return `"${name}": ${wire}`;
  // a Time may come as a tagged date and time (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C)
  const isDateTime = name === 'v' && item.kind === 'tag' && wire.kind === 'string';
  if (!isDateTime && !WIRE_OF_FIELD[name]?.includes(wire.kind))
    return `"${name}" can't be of CBOR type ${wire.kind}`;
  if (name !== 'vlo' || wire.kind !== 'string') return wire;
  const value = parseObjectLink(wire.value);
  return value ? { kind: 'objlnk', value } : wire;
}

function setField(record: Mutable<SenmlRecord>, name: string, item: CborItem): boolean {
  if (item.kind === 'string') {
    if (name === 'bn') record.baseName = item.value;
    else if (name === 'n') record.name = item.value;
    else return false;
    return true;
  }
  const wire = wireOfItem(item);
  if (typeof wire === 'string' || (wire.kind !== 'integer' && wire.kind !== 'float')) return false;
  if (name === 'bt') record.baseTime = Number(wire.value);
  else if (name === 't') record.time = Number(wire.value);
  else if (name === 'bver') record.baseVersion = Number(wire.value);
  else if (name === 'bv') record.baseValue = wire;
  else return false;
  return true;
}

function recordOf(item: CborItem): SenmlRecord {
  const values: WireValue[] = [];
  const faults: string[] = [];
  const record: Mutable<SenmlRecord> = { offset: item.offset, values, hasSum: false, faults };
  if (item.kind !== 'map') {
    faults.push('a SenML record is a CBOR map');
    return record;
  }
  const seen = new Set<string>();
  for (const [key, value] of item.entries) {
    const name =
      key.kind === 'string' ? key.value : key.kind === 'integer' ? LABELS[Number(key.value)] : undefined;
    if (name === undefined) continue; // RFC 8428 §4.4: unknown labels are ignored
    if (seen.has(name)) faults.push(`"${name.slice(0, 20)}" stands twice: the first counts`);
    if (seen.has(name)) continue;
    seen.add(name);
    if (Object.hasOwn(WIRE_OF_FIELD, name)) {
      const wire = fieldValue(name, value);
      if (typeof wire === 'string') faults.push(wire);
      else values.push(wire);
    } else if (name === 's') record.hasSum = true;
    else if (['bn', 'n', 'bt', 't', 'bv', 'bver'].includes(name)) {
      if (!setField(record, name, value)) faults.push(`"${name}" can't be of CBOR type ${value.kind}`);
    } else if (name.endsWith('_')) faults.push(`"${name.slice(0, 20)}" must be understood, and isn't`);
  }
  return record;
}

function recordsOf(bytes: Uint8Array): Decoded<readonly SenmlRecord[]> {
  const pack = parseCbor(bytes);
  if (!pack.ok) return pack;
  if (pack.value.kind !== 'array') return problem('a SenML pack is a CBOR array', pack.value.offset);
  return decoded(pack.value.items.map(recordOf));
}

/** Reads SenML CBOR (Content-Format 112, 322; RFC 8428 §6, OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.4). */
export function decodeSenmlCbor(
  base: LwM2mPath,
  bytes: Uint8Array,
  definitions: DefinitionLookup,
  now?: number,
): Decoded<DecodedContent> {
  const records = recordsOf(bytes);
  return records.ok ? leavesOfRecords(records.value, base, definitions, now) : records;
}

function valueField(value: LwM2mValue): [Uint8Array, Uint8Array] | undefined {
  const key = { string: 3, corelnk: 3, integer: 2, unsigned: 2, time: 2, float: 2, boolean: 4, opaque: 8 };
  if (value.type === 'objlnk') {
    return [cborText('vlo'), cborText(`${value.value.objectId}:${value.value.instanceId}`)];
  }
  // "v" is a plain number: a time has no tag here
  const plain: LwM2mValue = value.type === 'time' ? { type: 'integer', value: value.value } : value;
  const item = cborValue(plain);
  return item && [cborInteger(key[value.type]), item];
}

/** Writes SenML CBOR: base name first, then name, time, value; a problem for an integer beyond 64 bits. */
export function encodeSenmlCbor(base: LwM2mPath, leaves: readonly Leaf[]): Decoded<Uint8Array> {
  const named = nameLeaves(base, leaves);
  if (!named.ok) return named;
  const records: Uint8Array[] = [];
  for (const { baseName, name, leaf } of named.value) {
    const field = valueField(leaf.value);
    if (!field) return problem(`${printPath(leaf.path)}: beyond 64 bits`, 0, 'OUT_OF_RANGE');
    const fields: [Uint8Array, Uint8Array][] = [];
    if (baseName !== undefined) fields.push([cborInteger(-2), cborText(baseName)]);
    if (name !== undefined) fields.push([cborInteger(0), cborText(name)]);
    if (leaf.at !== undefined) {
      fields.push([cborInteger(6), fits64Bits(leaf.at, false) ? cborInteger(leaf.at) : cborFloat(leaf.at)]);
    }
    records.push(cborMap([...fields, field]));
  }
  return decoded(cborArray(records));
}

/** The paths of a Read-Composite or Observe-Composite request as SenML CBOR. */
export const encodeSenmlCborPaths = (paths: readonly LwM2mPath[]): Uint8Array =>
  cborArray(paths.map((path) => cborMap([[cborInteger(0), cborText(printPath(path))]])));

/** The paths that a SenML CBOR request names. */
export function decodeSenmlCborPaths(bytes: Uint8Array): Decoded<readonly LwM2mPath[]> {
  const records = recordsOf(bytes);
  return records.ok ? pathsOfRecords(records.value) : records;
}
