import { Tokenizer, Type } from 'cborg';
import { concatBytes, decodeUtf8 } from '../../base/bytes';
import { errorText } from '../../base/errors';
import { decoded, problem, type Decoded } from '../../base/result';
import { narrowInteger, type WireValue } from './wireValue';

/** A CBOR data item with its place (RFC 8949); integers and floats stay apart, tags stay visible. */
export type CborItem = { readonly offset: number } & (
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'opaque'; readonly value: Uint8Array }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'array'; readonly items: readonly CborItem[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: CborItem, value: CborItem])[] }
  | { readonly kind: 'tag'; readonly tag: number; readonly item: CborItem }
);

const MAX_DEPTH = 16;
const MAX_ITEMS = 200_000;
const OPTIONS = { strict: false, allowIndefinite: true, allowUndefined: true, allowBigInt: true };

/** What stops the reading: thrown and caught within this file. */
class Broken extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

/** Bytes of an item's head: 1, 2, 3, 5 or 9 (RFC 8949 §3). */
const headLength = (initial: number): number => {
  const minor = initial & 0x1f;
  return minor < 24 ? 1 : minor === 24 ? 2 : minor === 25 ? 3 : minor === 26 ? 5 : 9;
};

class ItemReader {
  private tokens: Tokenizer;
  /** Where `tokens` began. */
  private start = 0;
  private count = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.tokens = new Tokenizer(bytes, OPTIONS);
  }

  get offset(): number {
    return this.start + this.tokens.pos();
  }

  get done(): boolean {
    return this.offset >= this.bytes.length;
  }

  /** The next item, or `undefined` for a break where one may stand. */
  item(depth: number, mayBreak = false): CborItem | undefined {
    const offset = this.offset;
    const initial = this.bytes[offset];
    if (initial === undefined) throw new Broken('the CBOR ends where an item is due', offset);
    if (++this.count > MAX_ITEMS) throw new Broken(`more than ${MAX_ITEMS} items`, offset);
    if (initial === 0x5f || initial === 0x7f) return this.chunks(initial, offset);
    const token = this.token(offset);
    const { type } = token;
    if (Type.equals(type, Type.break)) {
      if (mayBreak) return undefined;
      throw new Broken('a break outside an indefinite item', offset);
    }
    const body = () => this.bytes.subarray(offset + headLength(initial), this.offset);
    const value: unknown = token.value;
    if (Type.equals(type, Type.bytes)) return { offset, kind: 'opaque', value: body() };
    if (Type.equals(type, Type.string)) return this.text(body(), offset);
    if (typeof value === 'boolean') return { offset, kind: 'boolean', value };
    if (Type.equals(type, Type.float) && typeof value === 'number') return { offset, kind: 'float', value };
    if (Type.equals(type, Type.null) || Type.equals(type, Type.undefined)) return { offset, kind: 'null' };
    if (typeof value === 'bigint') return { offset, kind: 'integer', value: narrowInteger(value) };
    if (typeof value !== 'number') throw new Broken('an item of unknown type', offset);
    if (Type.equals(type, Type.uint) || Type.equals(type, Type.negint))
      return { offset, kind: 'integer', value };
    if (depth >= MAX_DEPTH) throw new Broken(`nested deeper than ${MAX_DEPTH}`, offset);
    if (Type.equals(type, Type.tag)) return { offset, kind: 'tag', tag: value, item: this.due(depth + 1) };
    if (Type.equals(type, Type.array)) return { offset, kind: 'array', items: this.items(value, depth + 1) };
    return { offset, kind: 'map', entries: this.entries(value, depth + 1) };
  }

  due(depth: number): CborItem {
    const item = this.item(depth);
    if (!item) throw new Broken('an item is due', this.offset);
    return item;
  }

  private token(offset: number) {
    try {
      return this.tokens.next();
    } catch (error) {
      // cborg's only way to tell what is wrong
      throw new Broken(errorText(error).replace(/^CBOR decode error: ?/, ''), offset);
    }
  }

  private text(bytes: Uint8Array, offset: number): CborItem {
    const value = decodeUtf8(bytes);
    if (value === undefined) throw new Broken('a text string is not UTF-8', offset);
    return { offset, kind: 'string', value };
  }

  private items(length: number, depth: number): CborItem[] {
    const items: CborItem[] = [];
    while (items.length < length) {
      const item = this.item(depth, length === Infinity);
      if (!item) break;
      items.push(item);
    }
    return items;
  }

  private entries(length: number, depth: number): [CborItem, CborItem][] {
    const entries: [CborItem, CborItem][] = [];
    while (entries.length < length) {
      const key = this.item(depth, length === Infinity);
      if (!key) break;
      entries.push([key, this.due(depth)]);
    }
    return entries;
  }

  /** A string in chunks (RFC 8949 §3.2.3), which cborg leaves out. */
  private chunks(initial: number, offset: number): CborItem {
    const parts: Uint8Array[] = [];
    this.seek(offset + 1);
    for (;;) {
      const at = this.offset;
      const head = this.bytes[at];
      if (head === undefined) throw new Broken('the CBOR ends within a string of chunks', at);
      if (head === 0xff) break;
      if (head >> 5 !== initial >> 5 || head === initial) throw new Broken('a chunk of another type', at);
      if (++this.count > MAX_ITEMS) throw new Broken(`more than ${MAX_ITEMS} items`, at);
      this.token(at);
      parts.push(this.bytes.subarray(at + headLength(head), this.offset));
    }
    this.seek(this.offset + 1);
    const value = concatBytes(parts);
    return initial === 0x5f ? { offset, kind: 'opaque', value } : this.text(value, offset);
  }

  private seek(offset: number): void {
    this.start = offset;
    this.tokens = new Tokenizer(this.bytes.subarray(offset), OPTIONS);
  }
}

/** One CBOR item and nothing after it, within limits of depth and count. */
export function parseCbor(bytes: Uint8Array): Decoded<CborItem> {
  const reader = new ItemReader(bytes);
  try {
    const item = reader.due(0);
    return reader.done ? decoded(item) : problem('bytes follow the CBOR item', reader.offset);
  } catch (error) {
    if (error instanceof Broken) return problem(error.message, error.offset);
    throw error;
  }
}

function taggedValue(tag: number, item: CborItem): WireValue | string {
  switch (tag) {
    case 0: // date and time as text
      return item.kind === 'string' ? wireOfItem(item) : 'a date and time that is no text';
    case 1: // epoch time
    case 55799: // self-described CBOR
      return wireOfItem(item);
    case 2:
    case 3: {
      if (item.kind !== 'opaque' || item.value.length > 8) return 'a big number beyond 64 bits';
      let value = 0n;
      for (const byte of item.value) value = (value << 8n) | BigInt(byte);
      return { kind: 'integer', value: narrowInteger(tag === 2 ? value : -1n - value) };
    }
    case 4: {
      const [exponent, mantissa] = item.kind === 'array' && item.items.length === 2 ? item.items : [];
      if (exponent?.kind !== 'integer' || mantissa?.kind !== 'integer')
        return 'a decimal fraction without its parts';
      return { kind: 'float', value: Number(`${mantissa.value}e${exponent.value}`) };
    }
    default:
      return `tag ${tag} means nothing here`;
  }
}

/** The value an item is, or why it is none. Tags: date and time, epoch time, big numbers, decimal fraction (RFC 8949 §3.4). */
export function wireOfItem(item: CborItem): WireValue | string {
  switch (item.kind) {
    case 'null':
      return 'null is no value';
    case 'array':
    case 'map':
      return `a CBOR ${item.kind} is no single value`;
    case 'tag':
      return taggedValue(item.tag, item.item);
    default:
      return item;
  }
}
