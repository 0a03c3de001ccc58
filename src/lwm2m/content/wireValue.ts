import type { ResourceType } from '../../objects/definition';
import type { LwM2mValue, ObjectLinkValue } from '../../objects/value';
import { secondsOfDateTime } from './dateTime';

/** A value as a self-describing format carries it, before a definition says what it means. */
export type WireValue =
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'opaque'; readonly value: Uint8Array }
  | { readonly kind: 'objlnk'; readonly value: ObjectLinkValue };

/** A value with its type; `misfit` says why it isn't of the type its definition names (it is then kept by its wire type). */
export interface TypedValue {
  readonly value: LwM2mValue;
  readonly misfit?: string;
}

/** A bigint as a number where that is exact, else itself. */
export const narrowInteger = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;

/** Whether an integer is one of 64 bits (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C). */
export function fits64Bits(value: number | bigint, unsigned: boolean): boolean {
  const big = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (big === undefined) return false;
  return BigInt.asIntN(64, big) === big
    ? !unsigned || big >= 0n
    : unsigned && BigInt.asUintN(64, big) === big;
}

/** An object link from `3:0` (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C); IDs to 65535, the null link. */
export function parseObjectLink(text: string): ObjectLinkValue | undefined {
  const match = /^(\d{1,5}):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const [objectId, instanceId] = [Number(match[1]), Number(match[2])];
  return objectId > 0xffff || instanceId > 0xffff ? undefined : { objectId, instanceId };
}

function asItIs(wire: WireValue): LwM2mValue {
  switch (wire.kind) {
    case 'integer':
      return { type: 'integer', value: wire.value };
    case 'float':
      return { type: 'float', value: wire.value };
    case 'string':
      return { type: 'string', value: wire.value };
    case 'boolean':
      return { type: 'boolean', value: wire.value };
    case 'opaque':
      return { type: 'opaque', value: wire.value };
    case 'objlnk':
      return { type: 'objlnk', value: wire.value };
  }
}

/** The integer a number is, where it is one: `95.0` counts, and so does any safe `1e3`. */
function integerOf(wire: WireValue): number | bigint | undefined {
  if (wire.kind === 'integer') return wire.value;
  if (wire.kind === 'float' && Number.isSafeInteger(wire.value)) return wire.value === 0 ? 0 : wire.value;
  return undefined;
}

function fitted(wire: WireValue, type: ResourceType): LwM2mValue | undefined {
  switch (type) {
    case 'string':
    case 'corelnk':
      return wire.kind === 'string' ? { type, value: wire.value } : undefined;
    case 'integer':
    case 'unsigned': {
      const value = integerOf(wire);
      return value !== undefined && fits64Bits(value, type === 'unsigned') ? { type, value } : undefined;
    }
    case 'time': {
      const value = wire.kind === 'string' ? secondsOfDateTime(wire.value) : integerOf(wire);
      return typeof value === 'number' ? { type, value } : undefined;
    }
    case 'float':
      if (wire.kind === 'float') return { type, value: wire.value };
      // a float is a double: its decimal digits in JSON need not be those of an exact integer
      return wire.kind === 'integer' ? { type, value: Number(wire.value) } : undefined;
    case 'boolean':
      return wire.kind === 'boolean' ? { type, value: wire.value } : undefined;
    case 'opaque':
      return wire.kind === 'opaque' ? { type, value: wire.value } : undefined;
    case 'objlnk': {
      const value =
        wire.kind === 'objlnk'
          ? wire.value
          : wire.kind === 'string'
            ? // Zephyr's CBOR has the NUL behind it (lwm2m_rw_cbor.c, put_objlnk)
              parseObjectLink(wire.value.replace(/\0$/, ''))
            : undefined;
      return value && { type, value };
    }
  }
}

/** The value a wire value is under a definition's type; without one, or where it doesn't fit, by its wire type. */
export function typedValue(wire: WireValue, type: ResourceType | undefined): TypedValue {
  if (type === undefined) return { value: asItIs(wire) };
  const value = fitted(wire, type);
  return value ? { value } : { value: asItIs(wire), misfit: `defined as ${type}, came as ${wire.kind}` };
}
