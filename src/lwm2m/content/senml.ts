import { decoded, problem, type Decoded } from '../../base/result';
import type { DefinitionLookup } from '../../objects/definition';
import { parsePath, printPath, type LwM2mPath } from '../../objects/path';
import { Collector, idsBelow } from './collector';
import type { DecodedContent, Leaf } from './leaf';
import type { WireValue } from './wireValue';

/** A SenML record as either notation gives it (RFC 8428 §4; `vlo` of OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.4). */
export interface SenmlRecord {
  readonly offset: number;
  readonly baseName?: string;
  readonly baseTime?: number;
  readonly baseValue?: WireValue;
  readonly baseVersion?: number;
  readonly name?: string;
  readonly time?: number;
  /** Every value field of the record: exactly one is right. */
  readonly values: readonly WireValue[];
  readonly hasSum: boolean;
  /** What is wrong with its fields. A record with such is told; what can be read of it is. */
  readonly faults: readonly string[];
}

/** The SenML version that RFC 8428 §4.4 defines. */
const SENML_VERSION = 10;
/** Far beyond any path: a long base name before many records would cost its length each time. */
const LONGEST_NAME = 200;
/** Times below are relative to now (RFC 8428 §4.5.3). */
const RELATIVE_BELOW = 2 ** 28;

function sum(base: WireValue | undefined, value: WireValue): WireValue {
  if (!base || (value.kind !== 'integer' && value.kind !== 'float')) return value;
  if (base.kind === 'integer' && value.kind === 'integer') {
    const total = BigInt(base.value) + BigInt(value.value);
    const narrow = Number(total);
    return { kind: 'integer', value: Number.isSafeInteger(narrow) ? narrow : total };
  }
  return { kind: 'float', value: Number(base.value) + Number(value.value) };
}

interface Base {
  name: string;
  time: number;
  value: WireValue | undefined;
}

/** The path a record names: base name and name joined as they are; a missing slash between them is forgiven, and told. */
function pathOfRecord(
  base: string,
  name: string,
): Decoded<{ readonly path: LwM2mPath; readonly forgiven: boolean }> {
  if (base.length + name.length > LONGEST_NAME) return problem('a name is too long for a path', 0);
  const strict = parsePath(base + name);
  if (strict.ok) return decoded({ path: strict.value, forgiven: false });
  const joined = parsePath(`${base.replace(/\/$/, '')}/${name.replace(/^\//, '')}`);
  return joined.ok ? decoded({ path: joined.value, forgiven: true }) : strict;
}

function timeOf(total: number, given: boolean, now: number | undefined): number | undefined {
  if (!given || !Number.isFinite(total)) return undefined;
  if (total >= RELATIVE_BELOW) return total;
  return now === undefined ? undefined : now + total;
}

/**
 * The values of a pack. `now` (seconds since 1970) makes relative times absolute; without it they are left out, told
 * unless they mean now.
 */
export function leavesOfRecords(
  records: readonly SenmlRecord[],
  requested: LwM2mPath,
  definitions: DefinitionLookup,
  now?: number,
): Decoded<DecodedContent> {
  const collector = new Collector(requested, definitions);
  const base: Base = { name: '', time: 0, value: undefined };
  let timed = false;
  for (const record of records) {
    const { offset } = record;
    for (const fault of record.faults) collector.note(fault, offset);
    if (record.baseName !== undefined) base.name = record.baseName;
    if (record.baseTime !== undefined) base.time = record.baseTime;
    if (record.baseTime !== undefined || record.time !== undefined) timed = true;
    if (record.baseValue !== undefined) base.value = record.baseValue;
    if ((record.baseVersion ?? SENML_VERSION) > SENML_VERSION) {
      collector.note(`SenML version ${record.baseVersion} is newer than ${SENML_VERSION}`, offset);
    }
    const place = pathOfRecord(base.name, record.name ?? '');
    const [value] = record.values;
    if (!value) {
      const setsBase =
        record.name === undefined && (record.baseName ?? record.baseTime ?? record.baseValue) !== undefined;
      if (record.hasSum) collector.note('a sum ("s") is no value of LwM2M', offset);
      else if (!setsBase && record.faults.length === 0) collector.note('a record without a value', offset);
      continue;
    }
    if (record.values.length > 1) collector.note('a record with several values: the first is taken', offset);
    if (!place.ok) {
      collector.note(
        `the name ${JSON.stringify(base.name.slice(0, 40) + (record.name ?? '').slice(0, 40))} is no path`,
        offset,
      );
      continue;
    }
    if (place.value.forgiven) collector.note('base name and name lack a "/" between them', offset);
    const total = base.time + (record.time ?? 0);
    const at = timeOf(total, timed, now);
    if (timed && at === undefined && total !== 0)
      collector.note(`the relative time ${total} is left out`, offset);
    collector.add(place.value.path, sum(base.value, value), offset, at);
    if (collector.full) break;
  }
  return collector.result();
}

/** A record to be written: `name` continues the pack's base name. */
export interface NamedLeaf {
  readonly baseName?: string;
  readonly name?: string;
  readonly leaf: Leaf;
}

/**
 * Leaves with the names they get in a pack: the requested path is the base name of the first record and the rest is
 * relative, as OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.4 shows; below the root the names are whole.
 */
export function nameLeaves(base: LwM2mPath, leaves: readonly Leaf[]): Decoded<readonly NamedLeaf[]> {
  const named: NamedLeaf[] = [];
  for (const leaf of leaves) {
    if (leaf.path.resourceId === undefined)
      return problem(`${printPath(leaf.path)} is no resource`, 0, 'NO_PLACE');
    const rest = idsBelow(base, leaf.path);
    if (!rest) return problem(`${printPath(leaf.path)} lies outside ${printPath(base)}`, 0, 'NO_PLACE');
    if (base.objectId === undefined) named.push({ name: printPath(leaf.path), leaf });
    else if (rest.length === 0) named.push({ baseName: printPath(base), leaf });
    else {
      const first = named.length === 0 ? { baseName: printPath(base) + '/' } : {};
      named.push({ ...first, name: rest.join('/'), leaf });
    }
  }
  return decoded(named);
}

/** The paths that a pack of names asks for (Read-Composite; OMA-TS-LightweightM2M_Core-V1_1_1 §6.3.7); `/` asks for all. */
export function pathsOfRecords(records: readonly SenmlRecord[]): Decoded<readonly LwM2mPath[]> {
  const paths: LwM2mPath[] = [];
  let baseName = '';
  for (const record of records) {
    if (record.faults[0] !== undefined) return problem(record.faults[0], record.offset);
    baseName = record.baseName ?? baseName;
    const place = pathOfRecord(baseName, record.name ?? '');
    if (!place.ok) return problem(place.problem.message, record.offset);
    paths.push(place.value.path);
  }
  return decoded(paths);
}
