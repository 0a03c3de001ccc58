import { nameAt } from './characters';
import { decodeReferences } from './references';
import type { SyntaxFault, XmlAttribute } from './tree';

/** The rest of a start tag after its name. */
export interface StartTagRest {
  readonly attributes: readonly XmlAttribute[];
  /** After `>`; where that is missing, after what belongs to the tag. */
  readonly end: number;
  readonly empty: boolean;
  readonly closed: boolean;
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;

/** Attributes up to `>` or `/>`, however wrong: every fault is told and the next attribute read (XML 1.0 §3.1). */
class AttributeReader {
  readonly attributes: XmlAttribute[] = [];
  private readonly names = new Set<string>();

  constructor(
    private readonly text: string,
    private at: number,
    private readonly declared: boolean,
    private readonly faults: SyntaxFault[],
  ) {}

  read(): StartTagRest {
    const { text, attributes } = this;
    let lastEnd = this.at;
    for (;;) {
      const before = this.at;
      this.blanks();
      const mark = text[this.at];
      if (mark === '>') return { attributes, end: this.at + 1, empty: false, closed: true };
      if (mark === '/' && text[this.at + 1] === '>')
        return { attributes, end: this.at + 2, empty: true, closed: true };
      if (mark === undefined || mark === '<')
        return { attributes, end: lastEnd, empty: false, closed: false };
      const name = nameAt(text, this.at);
      if (name === undefined) this.junk();
      else {
        if (before === this.at)
          this.fault(this.at, this.at + name.length, `A blank is missing before ${name}`);
        this.attribute(name);
      }
      lastEnd = this.at;
    }
  }

  private fault(start: number, end: number, message: string): void {
    this.faults.push({ range: { start, end }, message });
  }

  private blanks(): void {
    while (isBlank(this.text.charCodeAt(this.at))) this.at++;
  }

  private junk(): void {
    const { text } = this;
    const start = this.at;
    do this.at++;
    while (
      this.at < text.length &&
      !isBlank(text.charCodeAt(this.at)) &&
      !'<>/'.includes(text.charAt(this.at))
    );
    this.fault(
      start,
      this.at,
      `${text.slice(start, Math.min(this.at, start + 40))} is no attribute: one reads name="value"`,
    );
  }

  private attribute(name: string): void {
    const { text } = this;
    const nameRange = { start: this.at, end: this.at + name.length };
    this.at = nameRange.end;
    this.blanks();
    let valueRange = { start: nameRange.end, end: nameRange.end };
    if (text[this.at] !== '=') {
      this.at = nameRange.end;
      this.fault(nameRange.start, nameRange.end, `The attribute ${name} has no value: it reads ${name}="…"`);
    } else {
      this.at++;
      this.blanks();
      valueRange = this.value(name);
    }
    if (this.names.has(name))
      this.fault(nameRange.start, nameRange.end, `The attribute ${name} stands twice in the tag`);
    this.names.add(name);
    const raw = text.slice(valueRange.start, valueRange.end);
    const value = decodeReferences(raw, valueRange.start, this.declared, this.faults);
    this.attributes.push({ name, nameRange, value, valueRange });
  }

  private value(name: string): { start: number; end: number } {
    const { text } = this;
    const quote = text[this.at];
    const start = quote === '"' || quote === "'" ? this.at + 1 : this.at;
    let end = start;
    if (start > this.at) {
      while (end < text.length && text[end] !== quote && text[end] !== '<') end++;
      if (text[end] === quote) {
        this.at = end + 1;
        return { start, end };
      }
      this.fault(this.at, this.at + 1, `The value of ${name} is not closed by ${quote}`);
      end = start;
    }
    while (end < text.length && !isBlank(text.charCodeAt(end)) && !'<>'.includes(text.charAt(end))) end++;
    if (text[end] === '>' && end > start && text[end - 1] === '/') end--;
    if (start === this.at) this.fault(start, end, `The value of ${name} must stand in quotes`);
    this.at = end;
    return { start, end };
  }
}

/** Reads what stands between the name of a start tag and its end. */
export const readAttributes = (
  text: string,
  at: number,
  declared: boolean,
  faults: SyntaxFault[],
): StartTagRest =>
  text[at] === '>'
    ? { attributes: NO_ATTRIBUTES, end: at + 1, empty: false, closed: true }
    : new AttributeReader(text, at, declared, faults).read();

const NO_ATTRIBUTES: readonly XmlAttribute[] = [];
