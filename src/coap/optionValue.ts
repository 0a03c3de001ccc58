import { NO_BYTES, decodeUtf8Lenient, encodeUtf8 } from '../base/bytes';
import { OptionNumbers, type CoapOption } from './option';
import { blockSizeOf, type Szx } from './exchange';

/** One block of a body: which, whether more follow, and how large (RFC 7959 §2.2). */
export interface Block {
  readonly num: number;
  readonly more: boolean;
  readonly szx: Szx;
}

/** The highest block number that fits into the option's 20 bits. */
export const MAX_BLOCK_NUM = 0xfffff;

/** The byte at which a block begins in its body. */
export const blockOffset = (block: Block): number => block.num * blockSizeOf(block.szx);

/** An unsigned integer without leading zero bytes (RFC 7252 §3.2); up to 32 bits. */
export function encodeUint(n: number): Uint8Array {
  if (n === 0) return NO_BYTES;
  if (n < 0x100) return Uint8Array.of(n);
  if (n < 0x10000) return Uint8Array.of(n >> 8, n);
  if (n < 0x1000000) return Uint8Array.of(n >> 16, n >> 8, n);
  return Uint8Array.of(n >>> 24, n >> 16, n >> 8, n);
}

/** The unsigned integer of an option, or `undefined` where it is longer than 32 bits. Leading zeros are allowed. */
export function decodeUint(value: Uint8Array): number | undefined {
  if (value.length > 4) return undefined;
  let n = 0;
  for (const byte of value) n = n * 256 + byte;
  return n;
}

/** An option whose value is an unsigned integer. */
export const uintOption = (number: number, n: number): CoapOption => ({ number, value: encodeUint(n) });

/** An option whose value is text. */
export const textOption = (number: number, text: string): CoapOption => ({ number, value: encodeText(text) });

/** A Block1 or Block2 option. */
export const blockOption = (number: number, block: Block): CoapOption =>
  uintOption(number, (block.num << 4) | (block.more ? 8 : 0) | block.szx);

/**
 * The block of a Block1 or Block2 option, or `undefined` where its value is none: too long, or SZX 7 where there is no
 * `bert`, which only a reliable transport has (RFC 8323 §6).
 */
export function decodeBlock(value: Uint8Array, bert = false): Block | undefined {
  if (value.length > 3) return undefined;
  const n = decodeUint(value) ?? 0;
  const szx = (n & 7) as Szx;
  return szx === 7 && !bert ? undefined : { num: n >> 4, more: (n & 8) !== 0, szx };
}

/** Whether a payload of `length` bytes can be that block: full where more follow; with BERT any number of 1024 bytes. */
export function holds({ more, szx }: Block, length: number): boolean {
  const size = blockSizeOf(szx);
  if (szx === 7) return !more || (length > 0 && length % size === 0);
  return more ? length === size : length <= size;
}

/** The first option of a number. */
export function findOption(options: readonly CoapOption[], number: number): Uint8Array | undefined {
  for (const option of options) if (option.number === number) return option.value;
  return undefined;
}

/** The unsigned integer of the first option of a number. */
export function findUint(options: readonly CoapOption[], number: number): number | undefined {
  const value = findOption(options, number);
  return value === undefined ? undefined : decodeUint(value);
}

/** The block of the first option of a number. */
export function findBlock(
  options: readonly CoapOption[],
  number: typeof OptionNumbers.BLOCK1 | typeof OptionNumbers.BLOCK2,
  bert = false,
): Block | undefined {
  const value = findOption(options, number);
  return value === undefined ? undefined : decodeBlock(value, bert);
}

/** The texts of every option of a number, in their order. */
export function findTexts(options: readonly CoapOption[], number: number): string[] {
  const texts: string[] = [];
  for (const option of options) if (option.number === number) texts.push(decodeText(option.value));
  return texts;
}

/** Short ASCII, which nearly every path and query is, costs a tenth of a text decoder's call. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > 32) return decodeUtf8Lenient(bytes);
  let text = '';
  for (const byte of bytes) {
    if (byte >= 0x80) return decodeUtf8Lenient(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}

function encodeText(text: string): Uint8Array {
  if (text.length > 32) return encodeUtf8(text);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return encodeUtf8(text);
    bytes[i] = unit;
  }
  return bytes;
}

/** The text that stands for a token as a key of a map. */
export function tokenKey(token: Uint8Array): string {
  let key = '';
  for (const byte of token) key += String.fromCharCode(byte);
  return key;
}
