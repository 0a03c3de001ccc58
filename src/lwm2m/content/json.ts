import { decoded, problem, type Decoded } from '../../base/result';
import { narrowInteger, type WireValue } from './wireValue';

/** A JSON value with its place in characters (RFC 8259). Numbers keep their text, as a double would cut 64-bit integers. */
export type JsonItem = { readonly offset: number } & (
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'array'; readonly items: readonly JsonItem[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: JsonItem])[] }
);

const MAX_DEPTH = 16;
const MAX_ITEMS = 200_000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// a run of plain characters; escapes are taken one by one
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** What stops the reading: thrown and caught within this file. */
class Broken extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

class JsonReader {
  private at = 0;
  private count = 0;

  constructor(private readonly text: string) {}

  whole(): JsonItem {
    const item = this.item(0);
    this.blanks();
    if (this.at < this.text.length) throw new Broken('text follows the JSON value', this.at);
    return item;
  }

  private blanks(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  /** Steps over `token` if it is next, blanks before it included. */
  private skip(token: string): boolean {
    this.blanks();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private item(depth: number): JsonItem {
    this.blanks();
    const offset = this.at;
    if (++this.count > MAX_ITEMS) throw new Broken(`more than ${MAX_ITEMS} values`, offset);
    if (depth > MAX_DEPTH) throw new Broken(`nested deeper than ${MAX_DEPTH}`, offset);
    if (this.skip('{')) return { offset, kind: 'object', members: this.members(depth) };
    if (this.skip('[')) return { offset, kind: 'array', items: this.items(depth) };
    if (this.skip('"')) return { offset, kind: 'string', value: this.string() };
    if (this.skip('true')) return { offset, kind: 'boolean', value: true };
    if (this.skip('false')) return { offset, kind: 'boolean', value: false };
    if (this.skip('null')) return { offset, kind: 'null' };
    const text = this.take(NUMBER);
    if (text === '') throw new Broken('a JSON value is due', offset);
    return { offset, kind: 'number', text };
  }

  private items(depth: number): JsonItem[] {
    const items: JsonItem[] = [];
    if (this.skip(']')) return items;
    do items.push(this.item(depth + 1));
    while (this.skip(','));
    if (!this.skip(']')) throw new Broken('"," or "]" is due', this.at);
    return items;
  }

  private members(depth: number): [string, JsonItem][] {
    const members: [string, JsonItem][] = [];
    if (this.skip('}')) return members;
    do {
      if (!this.skip('"')) throw new Broken('a member name is due', this.at);
      const name = this.string();
      if (!this.skip(':')) throw new Broken('":" is due', this.at);
      members.push([name, this.item(depth + 1)]);
    } while (this.skip(','));
    if (!this.skip('}')) throw new Broken('"," or "}" is due', this.at);
    return members;
  }

  private string(): string {
    let value = '';
    for (;;) {
      value += this.take(PLAIN);
      const at = this.at++;
      const stop = this.text[at];
      if (stop === '"') return value;
      if (stop !== '\\') throw new Broken('a string is not closed', at);
      const escape = this.text[this.at++] ?? '';
      const hex = this.text.slice(this.at, this.at + 4);
      if (escape === 'u' && /^[0-9a-fA-F]{4}$/.test(hex)) {
        value += String.fromCharCode(parseInt(hex, 16));
        this.at += 4;
      } else {
        const plain = Object.hasOwn(ESCAPES, escape) ? ESCAPES[escape] : undefined;
        if (plain === undefined) throw new Broken('an unknown escape', at);
        value += plain;
      }
    }
  }
}

/** One JSON value and nothing after it, within limits of depth and count. */
export function parseJson(text: string): Decoded<JsonItem> {
  try {
    return decoded(new JsonReader(text).whole());
  } catch (error) {
    if (error instanceof Broken) return problem(error.message, error.offset);
    throw error;
  }
}

/** The value of a number's text: an exact integer where it is written as one. */
export const wireOfNumber = (text: string): WireValue =>
  /^-?\d{1,40}$/.test(text) && text !== '-0'
    ? { kind: 'integer', value: narrowInteger(BigInt(text)) }
    : { kind: 'float', value: Number(text) };
