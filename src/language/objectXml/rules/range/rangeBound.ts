import type { ResourceType } from '../../../../objects/definition';

/** A bound of a range: `units` × 10^-`scale`, exact. */
export interface Bound {
  /** As written: `-40.5`, `1e6`, `0x7F`. */
  readonly text: string;
  readonly units: bigint;
  readonly scale: number;
}

/** What a bound looks like, as a piece of a pattern. */
export const BOUND_PATTERN = String.raw`[-+−]?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d{1,3})?)`;
const BOUND = /^([-+−]?)(?:(0[xX][0-9a-fA-F]+)|(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d{1,3}))?)$/;
/** Bounds with more characters are no numbers that anyone meant; big ones cost time. */
const LONGEST = 400;

/** A bound from its text; `undefined` where it is no number. */
export function readBound(text: string): Bound | undefined {
  const match = text.length <= LONGEST ? BOUND.exec(text) : null;
  if (!match) return undefined;
  const [, sign, hex, whole = '', fraction = '', exponent = '0'] = match;
  const magnitude = hex !== undefined ? BigInt(hex) : BigInt(whole + fraction);
  const units = sign === '' || sign === '+' ? magnitude : -magnitude;
  const scale = hex !== undefined ? 0 : fraction.length - Number(exponent);
  return scale >= 0 ? { text, units, scale } : { text, units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** Below 0, 0, above 0: how two bounds compare. */
export function compareBounds(a: Bound, b: Bound): number {
  const scale = Math.max(a.scale, b.scale);
  const left = a.units * 10n ** BigInt(scale - a.scale);
  const right = b.units * 10n ** BigInt(scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

const isWhole = ({ units, scale }: Bound): boolean => units % 10n ** BigInt(scale) === 0n;
const wholeOf = ({ units, scale }: Bound): bigint => units / 10n ** BigInt(scale);

/** The values that whole-numbered types hold (OMA-TS-LightweightM2M_Core-V1_1_1 Appendix C); lengths for texts and bytes. */
const LIMITS: Partial<Record<ResourceType, readonly [min: bigint, max: bigint, what: string]>> = {
  integer: [-(2n ** 63n), 2n ** 63n - 1n, 'an Integer has 64 bits'],
  time: [-(2n ** 63n), 2n ** 63n - 1n, 'a Time has 64 bits'],
  unsigned: [0n, 2n ** 64n - 1n, 'an Unsigned Integer has 64 bits and no sign'],
  string: [0n, 2n ** 64n - 1n, 'a bound of a String is its length in octets'],
  opaque: [0n, 2n ** 64n - 1n, 'a bound of an Opaque is its length in octets'],
};

/** Why a value of a type can't have the bound; `undefined` where it can. */
export function boundFault(bound: Bound, type: ResourceType): string | undefined {
  const limits = LIMITS[type];
  if (!limits) return undefined;
  const [min, max, what] = limits;
  if (!isWhole(bound)) return `${bound.text} is no whole number`;
  const value = wholeOf(bound);
  return value < min || value > max ? what : undefined;
}
