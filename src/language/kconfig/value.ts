import type { KconfigValue } from './fragment';

const INTEGER = /^[+-]?\d{1,40}$/;
const HEX = /^0[xX][0-9A-Fa-f]{1,64}$/;
/** Kconfig's own: what follows the closing quote is not looked at. */
const STRING = /^"((?:[^\\"]|\\.)*)"/;

/** Kconfig looks at the first letter alone: what follows may be a comment. */
const TRISTATE = /^([ynm])(?=[\s#]|$)/;

/** A value as it stands after `=` or `default`: `y`, `42`, `0x2A`, `"text"` with `\"` and `\\`. Blanks around it don't count. */
export function readValue(written: string): KconfigValue {
  const text = written.trim();
  const letter = TRISTATE.exec(text)?.[1];
  if (letter === 'y' || letter === 'n' || letter === 'm') return { type: 'tristate', value: letter };
  if (INTEGER.test(text)) return { type: 'int', value: BigInt(text.replace(/^\+/, '')) };
  if (HEX.test(text)) return { type: 'hex', value: BigInt(text) };
  const quoted = STRING.exec(text)?.[1];
  if (quoted !== undefined) return { type: 'string', value: quoted.replace(/\\(.)/g, '$1') };
  return { type: 'unreadable', text };
}

/** A value as a fragment spells it. */
export function writeValue(value: string | bigint | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'y' : 'n';
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  return String(value);
}

/** A value for people: a string in its quotes, the rest as it is written. */
export function showValue(value: KconfigValue): string {
  switch (value.type) {
    case 'string':
      return writeValue(value.value);
    case 'hex':
      return `0x${value.value.toString(16)}`;
    case 'unreadable':
      return value.text;
    case 'int':
    case 'tristate':
      return String(value.value);
  }
}

/** Whether two values are the same to Kconfig: 16 and 0x10 are. */
export function sameValue(a: KconfigValue, b: KconfigValue): boolean {
  if ((a.type === 'int' || a.type === 'hex') && (b.type === 'int' || b.type === 'hex'))
    return a.value === b.value;
  return a.type === b.type && showValue(a) === showValue(b);
}
