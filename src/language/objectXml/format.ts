import { applyEdits, type TextEdit, type TextRange } from '../text';
import { ITEM_CHILDREN, OBJECT_CHILDREN } from './grammar';
import { indentBefore, layoutOf, type Layout } from './layout';
import { rankBy } from './reorder';
import type { XmlElement, XmlTree } from './tree';

/** A line of its own among an element's children: a child, with what stands on its line, or a comment. */
interface Piece {
  readonly range: TextRange;
  /** The child it moves with: a comment moves with what follows it. */
  readonly child: XmlElement | undefined;
  /** A blank line stands before it. */
  readonly apart: boolean;
}

const ORDERS: Readonly<Record<string, readonly string[]>> = { Object: OBJECT_CHILDREN, Item: ITEM_CHILDREN };

class Formatter {
  private readonly layout: Layout;

  constructor(private readonly tree: XmlTree) {
    this.layout = layoutOf(tree);
  }

  edits(): readonly TextEdit[] {
    const { text, root, faults } = this.tree;
    if (!root || faults.length > 0) return [];
    const after: TextRange = { start: root.range.end, end: text.length };
    const isBlank = text.slice(after.start, after.end).trim() === '';
    return [
      ...this.within(root, indentBefore(text, root.range.start) ?? ''),
      ...(isBlank ? this.gap(after, this.layout.newline) : []),
    ];
  }

  private gap(range: TextRange, newText: string): readonly TextEdit[] {
    return this.tree.text.slice(range.start, range.end) === newText ? [] : [{ range, newText }];
  }

  /** The edits between the tags of an element that itself is indented by `indent`. */
  private within(element: XmlElement, indent: string): readonly TextEdit[] {
    const pieces = element.children.length === 0 ? undefined : this.piecesOf(element);
    if (!pieces) return [];
    const inner = indent + this.layout.unit;
    const ordered = this.ordered(element, pieces);
    const moved = ordered.some((piece, index) => piece !== pieces[index]);
    const { newline } = this.layout;
    const before = (piece: Piece, index: number): string =>
      (piece.apart && index > 0 ? newline : '') + newline + inner;
    if (moved) {
      const lines = ordered.map((piece, index) => before(piece, index) + this.textOf(piece, inner));
      return this.gap(element.contentRange, lines.join('') + newline + indent);
    }
    let from = element.contentRange.start;
    const edits: TextEdit[] = [];
    pieces.forEach((piece, index) => {
      edits.push(...this.gap({ start: from, end: piece.range.start }, before(piece, index)));
      edits.push(...this.inside(piece, inner));
      from = piece.range.end;
    });
    return [...edits, ...this.gap({ start: from, end: element.contentRange.end }, newline + indent)];
  }

  private inside({ child, range }: Piece, indent: string): readonly TextEdit[] {
    return child && child.range.start >= range.start && child.range.end <= range.end
      ? this.within(child, indent)
      : [];
  }

  private textOf(piece: Piece, indent: string): string {
    const { start, end } = piece.range;
    const edits = this.inside(piece, indent).map(({ range, newText }) => ({
      range: { start: range.start - start, end: range.end - start },
      newText,
    }));
    return applyEdits(this.tree.text.slice(start, end), edits);
  }

  /** The lines of an element's content; `undefined` where text stands among its children, which is then left alone. */
  private piecesOf(element: XmlElement): readonly Piece[] | undefined {
    const { text, comments } = this.tree;
    const { start, end } = element.contentRange;
    const parts: { range: TextRange; child: XmlElement | undefined }[] = element.children.map((child) => ({
      range: child.range,
      child,
    }));
    let next = 0;
    for (let low = 0, high = comments.length; low < high; next = low) {
      const middle = (low + high) >> 1;
      if ((comments[middle]?.range.start ?? end) < start) low = middle + 1;
      else high = middle;
    }
    let child = 0;
    for (let comment = comments[next]; comment && comment.range.end <= end; comment = comments[++next]) {
      const { range } = comment;
      while ((element.children[child]?.range.end ?? end) <= range.start) child++;
      if (range.start < (element.children[child]?.range.start ?? end))
        parts.push({ range, child: undefined });
    }
    parts.sort((a, b) => a.range.start - b.range.start);
    const pieces: Piece[] = [];
    let from = start;
    for (const part of parts) {
      const between = text.slice(from, part.range.start);
      if (between.trim() !== '') return undefined;
      const last = pieces.at(-1);
      if (part.child === undefined && last?.child && !/[\r\n]/.test(between))
        pieces[pieces.length - 1] = { ...last, range: { start: last.range.start, end: part.range.end } };
      else pieces.push({ ...part, apart: /\r?\n[ \t]*\r?\n/.test(between) });
      from = part.range.end;
    }
    return text.slice(from, end).trim() === '' ? pieces : undefined;
  }

  private ordered(element: XmlElement, pieces: readonly Piece[]): readonly Piece[] {
    const order = ORDERS[element.name];
    if (!order) return pieces;
    const rank = rankBy(order, element);
    let following = Number.MAX_SAFE_INTEGER;
    const ranked = [...pieces].reverse().map((piece) => {
      if (piece.child) following = rank(piece.child);
      return { piece, rank: following };
    });
    return ranked
      .reverse()
      .map((one, index) => ({ ...one, index }))
      .sort((a, b) => a.rank - b.rank || a.index - b.index)
      .map(({ piece }) => piece);
  }
}

/**
 * The edits that give a file the registry's layout: the children of `Object` and `Item` in the schema's order with their
 * comments, each on a line of its own, indented by what the file itself indents by. Texts, attributes, comments and what
 * stands before the root stay as they are; one blank line between children is kept. Formatting twice changes nothing
 * more; a file that is not well-formed is left alone.
 */
export const formatXml = (tree: XmlTree): readonly TextEdit[] => new Formatter(tree).edits();
