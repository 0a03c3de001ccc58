import { concatBytes, encodeUtf8 } from '../../base/bytes';
import type { LwM2mValue } from '../../objects/value';
import { fits64Bits } from './wireValue';

function cborHead(major: number, argument: number | bigint): Uint8Array {
  const value = BigInt(argument);
  if (value < 24n) return Uint8Array.of((major << 5) | Number(value));
  const width = value < 0x100n ? 1 : value < 0x10000n ? 2 : value < 0x100000000n ? 4 : 8;
  const bytes = new Uint8Array(1 + width);
  bytes[0] = (major << 5) | (23 + [1, 2, 4, 8].indexOf(width) + 1);
  for (let i = 0; i < width; i++) bytes[1 + i] = Number((value >> BigInt(8 * (width - 1 - i))) & 0xffn);
  return bytes;
}

/** An integer of −2⁶⁴ to 2⁶⁴−1, in the fewest bytes (RFC 8949 §3.1). */
export function cborInteger(value: number | bigint): Uint8Array {
  return value < 0 ? cborHead(1, -1n - BigInt(value)) : cborHead(0, value);
}

/** A float in 4 bytes where they hold it exactly, else 8: an integer would be refused where a float is defined (observed: Leshan). */
export function cborFloat(value: number): Uint8Array {
  const short = Object.is(Math.fround(value), value);
  const bytes = new Uint8Array(short ? 5 : 9);
  const view = new DataView(bytes.buffer);
  bytes[0] = short ? 0xfa : 0xfb;
  if (short) view.setFloat32(1, value);
  else view.setFloat64(1, value);
  return bytes;
}

/** A text string. */
export function cborText(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  return concatBytes([cborHead(3, bytes.length), bytes]);
}

/** A byte string. */
export const cborBytes = (bytes: Uint8Array): Uint8Array => concatBytes([cborHead(2, bytes.length), bytes]);

/** True or false. */
export const cborBoolean = (value: boolean): Uint8Array => Uint8Array.of(value ? 0xf5 : 0xf4);

/** An array of encoded items. */
export const cborArray = (items: readonly Uint8Array[]): Uint8Array =>
  concatBytes([cborHead(4, items.length), ...items]);

/** A map of encoded keys and values, in the order given. */
export const cborMap = (entries: readonly (readonly [key: Uint8Array, value: Uint8Array])[]): Uint8Array =>
  concatBytes([cborHead(5, entries.length), ...entries.flat()]);

/** An epoch time: tag 1 around an integer (RFC 8949 §3.4.2). */
export const cborTime = (seconds: number): Uint8Array =>
  concatBytes([Uint8Array.of(0xc1), cborInteger(seconds)]);

/**
 * A value as one item (OMA-TS-LightweightM2M_Core-V1_1_1 §7.4.5, Appendix C): object links as text `3:0`, time with its
 * tag. `undefined` where an integer is beyond 64 bits.
 */
export function cborValue(value: LwM2mValue): Uint8Array | undefined {
  switch (value.type) {
    case 'string':
    case 'corelnk':
      return cborText(value.value);
    case 'integer':
    case 'unsigned':
      return fits64Bits(value.value, value.type === 'unsigned') ? cborInteger(value.value) : undefined;
    case 'time':
      return fits64Bits(value.value, false) ? cborTime(value.value) : undefined;
    case 'float':
      return cborFloat(value.value);
    case 'boolean':
      return cborBoolean(value.value);
    case 'opaque':
      return cborBytes(value.value);
    case 'objlnk':
      return cborText(`${value.value.objectId}:${value.value.instanceId}`);
  }
}
