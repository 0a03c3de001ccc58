import type { TextRange } from '../text';
import type { XmlElement, XmlTree } from './tree';

/** How a file is laid out: what ends its lines, and what each level is indented by. */
export interface Layout {
  readonly newline: '\n' | '\r\n';
  /** One level: a tab, or some blanks. */
  readonly unit: string;
}

const layouts = new WeakMap<XmlTree, Layout>();

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at--;
  return at;
}

/** The blanks before an element, where nothing but blanks precedes it on its line. */
export function indentBefore(text: string, offset: number): string | undefined {
  let at = offset;
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--;
  const before = text[at - 1];
  return before === undefined || before === '\n' || before === '\r' ? text.slice(at, offset) : undefined;
}

/** Counts what children are indented by beyond their parents. */
function countUnits(text: string, element: XmlElement, counts: Map<string, number>): void {
  const indent = indentBefore(text, element.range.start);
  const own = element.parent ? indent : (indent ?? '');
  for (const child of element.children) {
    const deeper = indentBefore(text, child.range.start);
    if (own !== undefined && deeper !== undefined && deeper.length > own.length && deeper.startsWith(own)) {
      const unit = deeper.slice(own.length);
      if (/^(?:\t| +)$/.test(unit)) counts.set(unit, (counts.get(unit) ?? 0) + 1);
    }
    countUnits(text, child, counts);
  }
}

/** The layout of a file as most of its lines have it; a tab a level where nothing shows. */
export function layoutOf(tree: XmlTree): Layout {
  const known = layouts.get(tree);
  if (known) return known;
  const counts = new Map<string, number>();
  if (tree.root) countUnits(tree.text, tree.root, counts);
  let unit = '\t';
  let most = 0;
  for (const [candidate, count] of counts) if (count > most) [unit, most] = [candidate, count];
  const layout: Layout = { newline: tree.text.includes('\r\n') ? '\r\n' : '\n', unit };
  layouts.set(tree, layout);
  return layout;
}

/** The lines an element or comment has to itself, its line end included; itself where something else is on them. */
export function wholeLines(text: string, { start, end }: TextRange): TextRange {
  const indent = indentBefore(text, start);
  let after = end;
  while (text[after] === ' ' || text[after] === '\t') after++;
  if (indent === undefined || (after < text.length && text[after] !== '\n' && text[after] !== '\r'))
    return { start, end };
  if (text[after] === '\r') after++;
  if (text[after] === '\n') after++;
  return { start: start - indent.length, end: after };
}
