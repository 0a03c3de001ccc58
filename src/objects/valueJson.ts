import { fromBase64, toBase64 } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';
import {
  resourceDefinition,
  type DefinitionLookup,
  type ResourceDefinition,
  type ResourceType,
} from './definition';
import { idsOf, MAX_ID, pathOf, printPath, type LwM2mPath } from './path';
import type { LwM2mValue } from './value';

/** A value with its place: the same shape as a leaf of content. */
export interface PlacedValue {
  readonly path: LwM2mPath;
  readonly value: LwM2mValue;
}

/**
 * A value in JSON: string, number, boolean; an integer beyond ±2⁵³ as a string of digits; opaque as base64; time as
 * seconds since 1970; an object link as `3:0`; NaN and infinities as strings. The type beside it says which.
 */
export function valueToJson(value: LwM2mValue): string | number | boolean {
  switch (value.type) {
    case 'integer':
    case 'unsigned':
      return typeof value.value === 'bigint' ? value.value.toString() : value.value;
    case 'float':
      return Number.isFinite(value.value) ? value.value : String(value.value);
    case 'opaque':
      return toBase64(value.value);
    case 'objlnk':
      return `${value.value.objectId}:${value.value.instanceId}`;
    default:
      return value.value;
  }
}

/** The bounds of 64-bit integers (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C). */
const BOUNDS = {
  integer: { least: -(2n ** 63n), most: 2n ** 63n - 1n },
  unsigned: { least: 0n, most: 2n ** 64n - 1n },
} as const;

function integerFromText(text: string, type: 'integer' | 'unsigned' | 'time'): Decoded<LwM2mValue> {
  if (!/^[+-]?\d{1,20}$/.test(text)) return problem(`"${text.slice(0, 40)}" is no ${type}`, 0, 'NOT_A_VALUE');
  const big = BigInt(text.replace(/^\+/, ''));
  const { least, most } = BOUNDS[type === 'unsigned' ? 'unsigned' : 'integer'];
  if (big < least || big > most) return problem(`${text} is beyond 64 bits`, 0, 'NOT_A_VALUE');
  const value = Number(big);
  if (Number.isSafeInteger(value)) return decoded({ type, value });
  return type === 'time' ? problem(`${text} is no time`, 0, 'NOT_A_VALUE') : decoded({ type, value: big });
}

/** The type that text looks like, for a resource that no definition knows. */
function guessedType(text: string): ResourceType {
  if (/^-?\d{1,18}$/.test(text)) return 'integer';
  if (/^-?\d+\.\d+([eE][+-]?\d+)?$/.test(text)) return 'float';
  return text === 'true' || text === 'false' ? 'boolean' : 'string';
}

const FLOAT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * A value from what a user typed: `true`/`false`/`1`/`0`, base64 for opaque, `3:0`, seconds since 1970. Without a type
 * (an unknown resource) it is guessed. Problem code `NOT_A_VALUE`.
 */
export function valueFromText(text: string, type: ResourceType | undefined): Decoded<LwM2mValue> {
  const wrong = (what: string) => problem(`"${text.slice(0, 40)}" is no ${what}`, 0, 'NOT_A_VALUE');
  switch (type) {
    case undefined:
      return valueFromText(text, guessedType(text));
    case 'string':
    case 'corelnk':
      return decoded({ type, value: text });
    case 'integer':
    case 'unsigned':
    case 'time':
      return integerFromText(text.trim(), type);
    case 'float': {
      const plain = text.trim();
      const named = /^([+-]?)(nan|infinity)$/i.exec(plain);
      if (!named && !FLOAT.test(plain)) return wrong('float');
      const size = named?.[2]?.toLowerCase() === 'nan' ? NaN : Infinity;
      return decoded({ type, value: named ? (named[1] === '-' ? -size : size) : Number(plain) });
    }
    case 'boolean': {
      const plain = text.trim().toLowerCase();
      if (plain === 'true' || plain === '1') return decoded({ type, value: true });
      return plain === 'false' || plain === '0'
        ? decoded({ type, value: false })
        : wrong('boolean (true, false)');
    }
    case 'opaque': {
      const value = fromBase64(text.trim());
      return value ? decoded({ type, value }) : wrong('base64');
    }
    case 'objlnk': {
      const match = /^(\d{1,5}):(\d{1,5})$/.exec(text.trim());
      const [objectId, instanceId] = [Number(match?.[1]), Number(match?.[2])];
      if (!match || objectId > 0xffff || instanceId > 0xffff) return wrong('object link (3:0)');
      return decoded({ type, value: { objectId, instanceId } });
    }
  }
}

/** A value from JSON, under a type where one is known. */
function valueFromJson(json: unknown, type: ResourceType | undefined, where: string): Decoded<LwM2mValue> {
  const wrong = (why: string) => problem(`${where}: ${why}`, 0, 'NOT_A_VALUE');
  if (typeof json === 'string') {
    // a string has said its type already: unknown ones stay strings
    const value = valueFromText(json, type ?? 'string');
    return value.ok ? value : wrong(value.problem.message);
  }
  if (typeof json === 'boolean') {
    if (type !== undefined && type !== 'boolean') return wrong(`true or false is no ${type}`);
    return decoded({ type: 'boolean', value: json });
  }
  if (typeof json !== 'number') return wrong('a value is a string, a number, true or false');
  if (type === 'float') return decoded({ type, value: json });
  if (type === undefined && !Number.isInteger(json)) return decoded({ type: 'float', value: json });
  const wanted = type ?? 'integer';
  if (wanted !== 'integer' && wanted !== 'unsigned' && wanted !== 'time')
    return wrong(`a number is no ${wanted}`);
  if (!Number.isSafeInteger(json)) {
    return wrong(
      Number.isInteger(json) ? 'beyond ±2⁵³ an integer is a string of digits' : `${json} is no ${wanted}`,
    );
  }
  if (wanted === 'unsigned' && json < 0) return wrong(`${json} is no unsigned`);
  return decoded({ type: wanted, value: json });
}

/**
 * The values of JSON written to `base`: a resource's own value, or an object of them keyed by instance ID where it is
 * multiple; an instance keyed by resource ID; a whole object keyed by instance ID around that. Problem code
 * `NOT_A_VALUE`, naming the path.
 */
export function leavesFromJson(
  json: unknown,
  base: LwM2mPath,
  definitions: DefinitionLookup,
): Decoded<readonly PlacedValue[]> {
  const { objectId, resourceId, resourceInstanceId } = base;
  const where = printPath(base);
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  if (objectId !== undefined && resourceId !== undefined && !isObject) {
    const known: ResourceDefinition | undefined = resourceDefinition(definitions, objectId, resourceId);
    const value = valueFromJson(json, known?.type, where);
    return value.ok ? decoded([{ path: base, value: value.value }]) : value;
  }
  if (!isObject) return problem(`${where}: a JSON object keyed by ID is due`, 0, 'NOT_A_VALUE');
  if (resourceInstanceId !== undefined)
    return problem(`${where}: a value is due, no object`, 0, 'NOT_A_VALUE');
  const leaves: PlacedValue[] = [];
  for (const [key, member] of Object.entries(json)) {
    if (!/^(0|[1-9]\d{0,4})$/.test(key) || Number(key) > MAX_ID) {
      return problem(`${where}: "${key.slice(0, 20)}" is no ID`, 0, 'NOT_A_VALUE');
    }
    const below = leavesFromJson(member, pathOf(...idsOf(base), Number(key)), definitions);
    if (!below.ok) return below;
    leaves.push(...below.value);
  }
  return decoded(leaves);
}
