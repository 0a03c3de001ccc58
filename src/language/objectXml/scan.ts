import type { TextRange } from '../text';
import { nameAt, noCharacters } from './characters';
import { decodeReferences } from './references';
import { readAttributes } from './startTag';
import type { SyntaxFault, XmlAttribute, XmlComment } from './tree';

/** A piece of the text that makes the tree. */
export type XmlToken =
  | {
      readonly kind: 'start';
      readonly name: string;
      readonly nameRange: TextRange;
      readonly range: TextRange;
      readonly attributes: readonly XmlAttribute[];
      /** `<Name/>` */
      readonly empty: boolean;
    }
  | { readonly kind: 'end'; readonly name: string; readonly nameRange: TextRange; readonly range: TextRange }
  | { readonly kind: 'text'; readonly range: TextRange; readonly text: string };

/** A text in its pieces, with all that is wrong in one alone. */
export interface Scanned {
  readonly tokens: readonly XmlToken[];
  readonly comments: readonly XmlComment[];
  readonly declaration: TextRange | undefined;
  readonly doctype: TextRange | undefined;
  readonly faults: SyntaxFault[];
}

const DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])1\.\d+\1(?:\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*\?>$/;
const TAG_ON_A_NEW_LINE = /[\r\n][ \t]*(?=<[/A-Za-z!?])/g;
const END_OF_DOCTYPE_PART = /["'[\]>]/g;

class Scanner {
  readonly tokens: XmlToken[] = [];
  readonly comments: XmlComment[] = [];
  readonly faults: SyntaxFault[] = [];
  declaration: TextRange | undefined;
  doctype: TextRange | undefined;
  private at: number;
  /** Where each closing mark stands next: asked again and again, a missing one is looked for once only. */
  private readonly next = new Map<string, number>();
  private tags = false;

  constructor(private readonly text: string) {
    this.at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  scan(): Scanned {
    const { text } = this;
    for (const match of noCharacters(text)) {
      const hex = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      this.fault(match.index, match.index + match[0].length, `U+${hex} is no character that XML has`);
    }
    while (this.at < text.length) {
      if (text[this.at] === '<') this.mark();
      else this.plain();
    }
    return this;
  }

  private fault(start: number, end: number, message: string): void {
    this.faults.push({ range: { start, end }, message });
  }

  private find(mark: string, from: number): number {
    const known = this.next.get(mark);
    if (known !== undefined && (known === -1 || known >= from)) return known;
    const found = this.text.indexOf(mark, from);
    this.next.set(mark, found);
    return found;
  }

  private plain(from = this.at): void {
    const start = from;
    const next = this.text.indexOf('<', this.at === from ? from : this.at);
    const end = next === -1 ? this.text.length : next;
    const raw = this.text.slice(start, end);
    const cdataEnd = raw.indexOf(']]>');
    if (cdataEnd !== -1)
      this.fault(start + cdataEnd, start + cdataEnd + 3, '“]]>” must be written ]]&gt; in text');
    const text = decodeReferences(raw, start, this.doctype !== undefined, this.faults);
    this.tokens.push({ kind: 'text', range: { start, end }, text });
    this.at = end;
  }

  private mark(): void {
    const { text, at } = this;
    const second = text[at + 1];
    if (second === '!') {
      if (text.startsWith('<!--', at)) return this.comment();
      if (text.startsWith('<![CDATA[', at)) return this.cdata();
      if (text.startsWith('<!DOCTYPE', at)) return this.doctypeDeclaration();
    }
    if (second === '?') return this.instruction();
    const name = nameAt(text, at + (second === '/' ? 2 : 1));
    if (name !== undefined) return second === '/' ? this.endTag(name) : this.startTag(name);
    if (second === '!' || second === '/') return this.noMark();
    this.fault(at, at + 1, '“<” must be written &lt; in text');
    this.at = at + 1;
    this.plain(at);
  }

  /** `<!…` or `</…` that is nothing: passed over to its end, or to the next mark. */
  private noMark(): void {
    const { text, at } = this;
    let end = at + 1;
    while (end < text.length && text[end] !== '>' && text[end] !== '<') end++;
    if (text[end] === '>') end++;
    this.fault(
      at,
      end,
      text[at + 1] === '/' ? 'An end tag without a name' : '“<!” begins nothing that is known here',
    );
    this.at = end;
  }

  /** Where something without its closing mark ends: before the next line that begins with a mark. */
  private beforeNextTag(from: number): number {
    TAG_ON_A_NEW_LINE.lastIndex = from;
    return TAG_ON_A_NEW_LINE.exec(this.text)?.index ?? this.text.length;
  }

  private comment(): void {
    const { text, at } = this;
    const found = this.find('-->', at + 4);
    const end = found === -1 ? this.beforeNextTag(at + 4) : found + 3;
    if (found === -1) this.fault(at, at + 4, 'The comment is not closed by “-->”');
    else {
      const dashes = text.slice(at + 4, found + 1).indexOf('--');
      if (dashes !== -1)
        this.fault(at + 4 + dashes, at + 6 + dashes, '“--” may stand at the end of a comment only');
    }
    this.comments.push({ range: { start: at, end }, text: text.slice(at, end) });
    this.at = end;
  }

  private cdata(): void {
    const { text, at } = this;
    const found = this.find(']]>', at + 9);
    const next = found === -1 ? text.indexOf('</', at + 9) : found;
    const contentEnd = next === -1 ? text.length : next;
    if (found === -1) this.fault(at, at + 9, 'The CDATA section is not closed by “]]>”');
    const end = found === -1 ? contentEnd : found + 3;
    this.tokens.push({ kind: 'text', range: { start: at, end }, text: text.slice(at + 9, contentEnd) });
    this.at = end;
  }

  private instruction(): void {
    const { text, at } = this;
    const found = this.find('?>', at + 2);
    const end = found === -1 ? this.beforeNextTag(at + 2) : found + 2;
    if (found === -1) this.fault(at, at + 2, 'The processing instruction is not closed by “?>”');
    const target = nameAt(text, at + 2);
    if (target === undefined) this.fault(at, at + 2, 'A processing instruction without a name');
    else if (target.toLowerCase() === 'xml') {
      const first = at === (text.charCodeAt(0) === 0xfeff ? 1 : 0);
      if (!first || target !== 'xml')
        this.fault(at, end, 'The XML declaration <?xml …?> may stand at the very start of a file only');
      else {
        this.declaration = { start: at, end };
        if (found !== -1 && !DECLARATION.test(text.slice(at, end)))
          this.fault(at, end, 'The XML declaration must read <?xml version="1.0" encoding="UTF-8"?>');
      }
    }
    this.at = end;
  }

  private doctypeDeclaration(): void {
    const { text, at } = this;
    const end = this.doctypeEnd();
    if (this.doctype || this.tags)
      this.fault(at, end, 'A DOCTYPE may stand before the first element only, and once');
    this.doctype ??= { start: at, end };
    if (text[end - 1] !== '>') this.fault(at, at + 9, 'The DOCTYPE is not closed by “>”');
    this.at = end;
  }

  /** The end of `<!DOCTYPE …>` past its internal subset; of a second one, or one that never ends, that of its line. */
  private doctypeEnd(): number {
    const { text, at } = this;
    const part = END_OF_DOCTYPE_PART;
    let depth = 0;
    part.lastIndex = at + 9;
    for (let match = this.doctype ? null : part.exec(text); match; match = part.exec(text)) {
      const mark = match[0];
      if (mark === '[') depth++;
      else if (mark === ']') depth--;
      else if (mark === '>') {
        if (depth <= 0) return match.index + 1;
      } else {
        const close = text.indexOf(mark, part.lastIndex);
        if (close === -1) break;
        part.lastIndex = close + 1;
      }
    }
    let end = at + 9;
    while (end < text.length && !'<>\r\n'.includes(text.charAt(end))) end++;
    return text[end] === '>' ? end + 1 : end;
  }

  private endTag(name: string): void {
    const { text, at } = this;
    const nameRange = { start: at + 2, end: at + 2 + name.length };
    let end = nameRange.end;
    while (text[end] !== '>' && end < text.length && /\s/.test(text.charAt(end))) end++;
    if (text[end] === '>') end++;
    else {
      const junk = end;
      while (end < text.length && text[end] !== '>' && text[end] !== '<') end++;
      if (text[end] === '>') {
        end++;
        this.fault(junk, end - 1, `Nothing but the name may stand in the end tag </${name}>`);
      } else {
        end = nameRange.end;
        this.fault(at, end, `The end tag </${name} is not closed by “>”`);
      }
    }
    this.tokens.push({ kind: 'end', name, nameRange, range: { start: at, end } });
    this.at = end;
  }

  private startTag(name: string): void {
    const { at } = this;
    this.tags = true;
    const nameRange = { start: at + 1, end: at + 1 + name.length };
    const { attributes, end, empty, closed } = readAttributes(
      this.text,
      nameRange.end,
      this.doctype !== undefined,
      this.faults,
    );
    if (!closed) this.fault(at, nameRange.end, `The start tag <${name} is not closed by “>”`);
    this.tokens.push({ kind: 'start', name, nameRange, range: { start: at, end }, attributes, empty });
    this.at = end;
  }
}

/** The pieces of a text: tags, text, comments; linear in its length. */
export const scanXml = (text: string): Scanned => new Scanner(text).scan();
