import { CHILDREN_OF, ELEMENT_NAMES, ITEM_CHILDREN, OBJECT_CHILDREN, isLeafName } from './grammar';
import { scanXml, type Scanned, type XmlToken } from './scan';
import { nearName } from './spelling';
import type { SyntaxFault, XmlAttribute, XmlElement, XmlTree } from './tree';

/** Elements deeper than this are not taken into the tree: the grammar has five levels. */
export const MAX_DEPTH = 64;
/** Faults beyond these are not told. */
export const MAX_FAULTS = 500;

type StartToken = Extract<XmlToken, { kind: 'start' }>;
type EndToken = Extract<XmlToken, { kind: 'end' }>;
type Building = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { children: XmlElement[] };

const OBJECT_ONLY: ReadonlySet<string> = new Set(
  OBJECT_CHILDREN.filter((name) => !(ITEM_CHILDREN as readonly string[]).includes(name)),
);

/** Whether start and end tags match as XML wants it: only where they don't, what was meant has to be guessed. */
function isBalanced(tokens: readonly XmlToken[]): boolean {
  const open: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'start' && !token.empty) open.push(token.name);
    else if (token.kind === 'end' && open.pop() !== token.name) return false;
  }
  return open.length === 0;
}

class TreeBuilder {
  private readonly open: Building[] = [];
  private readonly roots: Building[] = [];
  private readonly faults: SyntaxFault[];
  private readonly balanced: boolean;
  private readonly endTagsLeft = new Map<string, number>();
  private tooDeep = 0;

  constructor(
    private readonly text: string,
    private readonly scanned: Scanned,
  ) {
    this.faults = scanned.faults;
    this.balanced = isBalanced(scanned.tokens);
    if (!this.balanced)
      for (const token of scanned.tokens) if (token.kind === 'end') this.count(token.name, 1);
  }

  build(): XmlTree {
    const { text, scanned, faults } = this;
    for (const token of scanned.tokens) {
      if (token.kind === 'start') this.start(token);
      else if (token.kind === 'end') this.end(token);
      else this.characters(token);
    }
    while (this.open.length > 0) this.closeUnended(text.length);
    const root = this.roots.find(({ name }) => name === 'LWM2M') ?? this.roots[0];
    for (const further of this.roots)
      if (further !== root)
        this.fault(
          further.nameRange,
          `<${further.name}> stands beside the outermost element <${root?.name}>`,
        );
    if (!root) this.fault({ start: text.length, end: text.length }, 'The file has no element');
    return {
      text,
      hasBom: text.charCodeAt(0) === 0xfeff,
      declaration: scanned.declaration,
      doctype: scanned.doctype,
      comments: scanned.comments,
      root,
      faults: faults.sort((a, b) => a.range.start - b.range.start).slice(0, MAX_FAULTS),
    };
  }

  private fault(range: SyntaxFault['range'], message: string): void {
    this.faults.push({ range, message });
  }

  /** Where the innermost open element of a name is on the stack; -1: nowhere. */
  private lastOpen(name: string): number {
    let index = this.open.length - 1;
    while (index >= 0 && this.open[index]?.name !== name) index--;
    return index;
  }

  private count(name: string, by: number): number {
    const left = (this.endTagsLeft.get(name) ?? 0) + by;
    this.endTagsLeft.set(name, left);
    return left;
  }

  private characters({ range, text }: Extract<XmlToken, { kind: 'text' }>): void {
    if (this.tooDeep > 0) return;
    const top = this.open.at(-1);
    if (top) top.text += text;
    else if (text.trim() !== '') {
      const raw = this.text.slice(range.start, range.end);
      const start = range.start + raw.length - raw.trimStart().length;
      this.fault(
        { start, end: range.start + raw.trimEnd().length },
        'Text may stand within the outermost element only',
      );
    }
  }

  private start(token: StartToken): void {
    if (this.tooDeep > 0 || this.open.length >= MAX_DEPTH) {
      if (this.tooDeep === 0) this.fault(token.range, `Elements are nested deeper than ${MAX_DEPTH} levels`);
      if (!token.empty) this.tooDeep++;
      return;
    }
    if (!this.balanced) this.closeBefore(token);
    const parent = this.open.at(-1);
    const { name, nameRange, attributes, range } = token;
    const element: Building = {
      kind: 'element',
      name,
      nameRange,
      attributes,
      startTag: range,
      endTag: undefined,
      range,
      contentRange: token.empty ? { start: range.end, end: range.end } : range,
      children: [],
      text: '',
      parent,
    };
    if (parent) parent.children.push(element);
    else this.roots.push(element);
    this.prefixes(token, element);
    if (token.empty) return;
    this.open.push(element);
  }

  /** A start tag that can't stand where it would: elements whose end tag was forgotten end before it. */
  private closeBefore({ name, range }: StartToken): void {
    if (!ELEMENT_NAMES.has(name)) return;
    let top = this.open.at(-1);
    if (top && isLeafName(top.name) && top.children.length === 0) {
      this.closeUnended(range.start);
      top = this.open.at(-1);
    }
    if (name === 'Item' && top?.name === 'Item') this.closeUnended(range.start);
    const resources = this.lastOpen('Resources');
    const parent = this.open[resources - 1];
    const meansParent = OBJECT_ONLY.has(name) && (CHILDREN_OF.get(parent?.name ?? '') ?? []).includes(name);
    if (!meansParent || (this.endTagsLeft.get('Resources') ?? 0) > 0) return;
    while (this.open.length > resources) this.closeUnended(range.start);
  }

  private end(token: EndToken): void {
    if (!this.balanced) this.count(token.name, -1);
    if (this.tooDeep > 0) {
      this.tooDeep--;
      return;
    }
    const { open } = this;
    const index = this.lastOpen(token.name);
    if (index === -1 && !this.closesMisspelt(token)) {
      this.fault(token.range, `The end tag </${token.name}> closes nothing: no <${token.name}> is open here`);
      return;
    }
    while (index !== -1 && open.length > index + 1) this.closeUnended(token.range.start);
    this.close(token.range.start, token.range.end);
    const closed = this.lastClosed;
    if (closed) closed.endTag = token.range;
  }

  private lastClosed: Building | undefined;

  /** Whether an end tag of a name that isn't open is that of the innermost element, wrongly spelt in either tag. */
  private closesMisspelt({ name, range }: EndToken): boolean {
    const top = this.open.at(-1);
    if (!top) return false;
    const isLeaf = top.children.length === 0;
    const exchanged = isLeaf && (ELEMENT_NAMES.has(name) || !ELEMENT_NAMES.has(top.name));
    if (!exchanged && !nearName(name, top.name)) return false;
    this.fault(range, `The end tag </${name}> does not match the start tag <${top.name}>`);
    return true;
  }

  /** Ends the innermost element, whose end tag is missing, before `limit`; one of text alone ends with its text. */
  private closeUnended(limit: number): void {
    const top = this.open.at(-1);
    if (!top) return;
    this.fault(top.nameRange, `<${top.name}> is not closed: its end tag </${top.name}> is missing`);
    let end = limit;
    if (top.children.length === 0)
      while (end > top.startTag.end && /\s/.test(this.text.charAt(end - 1))) end--;
    this.close(end, end);
    if (top.children.length === 0) top.text = top.text.trimEnd();
  }

  private close(contentEnd: number, end: number): void {
    const element = this.open.pop();
    if (!element) return;
    element.contentRange = { start: element.startTag.end, end: contentEnd };
    element.range = { start: element.startTag.start, end };
    this.lastClosed = element;
  }

  private prefixes(token: StartToken, element: XmlElement): void {
    this.prefix(token, element);
    for (const attribute of token.attributes) this.prefix(attribute, element);
  }

  /** Namespaces in XML 1.0 §5: a prefix has to be declared on the element or around it. */
  private prefix({ name, nameRange }: StartToken | XmlAttribute, element: XmlElement): void {
    const colon = name.indexOf(':');
    if (colon <= 0) return;
    const prefix = name.slice(0, colon);
    if (prefix === 'xml' || prefix === 'xmlns') return;
    let at: XmlElement | undefined = element;
    const declares = (one: { name: string }): boolean => one.name === `xmlns:${prefix}`;
    while (at && !at.attributes.some(declares)) at = at.parent;
    if (!at)
      this.fault(
        nameRange,
        `The prefix ${prefix} of ${name} is declared nowhere: xmlns:${prefix}="…" is missing`,
      );
  }
}

/**
 * Reads a text of object XML, however broken: whatever isn't well-formed (XML 1.0) is a fault at its place, and the tree
 * holds what a person would still read. Where tags don't match, an end tag closes up to the open element of its name, an
 * element of text alone ends before the next element of the grammar, and an `Item` before the next `Item`. Never throws;
 * linear in the text's length, {@link MAX_DEPTH} deep, and {@link MAX_FAULTS} faults at most. No reference beyond XML's
 * own is ever expanded.
 */
export const parseXml = (text: string): XmlTree => new TreeBuilder(text, scanXml(text)).build();
