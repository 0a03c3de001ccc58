import { applyEdits, type TextEdit, type TextRange } from '../text';
import type { XmlComment, XmlElement, XmlTree } from './tree';

/** A child with what belongs to it: the comments before it, and one behind it on its line. */
interface Chunk {
  readonly child: XmlElement;
  readonly range: TextRange;
}

/** The first comment at or after an offset. */
function firstFrom(comments: readonly XmlComment[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.range.start ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The children of an element with their comments; blanks alone remain between them. */
function chunksOf({ text, comments }: XmlTree, parent: XmlElement): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let from = parent.contentRange.start;
  let next = firstFrom(comments, from);
  for (const child of parent.children) {
    let start = from;
    while (start < child.range.start && /\s/.test(text.charAt(start))) start++;
    let end = child.range.end;
    while ((comments[next]?.range.start ?? end) < end) next++;
    const comment = comments[next];
    if (
      comment &&
      comment.range.start < parent.contentRange.end &&
      /^[ \t]*$/.test(text.slice(end, comment.range.start))
    )
      end = comment.range.end;
    chunks.push({ child, range: { start, end } });
    from = end;
  }
  return chunks;
}

/**
 * Puts the children of an element in an order, each with its comments; what stands between them stays where it is, and
 * children of equal rank keep their order. `within` are edits inside the children, made on the way.
 */
export function reorderChildren(
  tree: XmlTree,
  parent: XmlElement,
  rank: (child: XmlElement) => number,
  within: (child: XmlElement) => readonly TextEdit[] = () => [],
): readonly TextEdit[] {
  const chunks = chunksOf(tree, parent);
  const sorted = chunks
    .map((chunk, index) => ({ chunk, index, rank: rank(chunk.child) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index);
  return chunks.flatMap(({ child, range }, index) => {
    const from = sorted[index]?.chunk;
    if (!from || from.child === child) return within(child);
    const moved = within(from.child).map(({ range: inner, newText }) => ({
      range: { start: inner.start - from.range.start, end: inner.end - from.range.start },
      newText,
    }));
    const newText = applyEdits(tree.text.slice(from.range.start, from.range.end), moved);
    return newText === tree.text.slice(range.start, range.end) ? [] : [{ range, newText }];
  });
}

/** The rank of children by a list of names; others keep behind what they follow. */
export function rankBy(order: readonly string[], parent: XmlElement): (child: XmlElement) => number {
  const ranks = new Map<XmlElement, number>();
  let last = -1;
  for (const child of parent.children) {
    const index = order.indexOf(child.name);
    if (index !== -1) last = index;
    ranks.set(child, index === -1 ? last : index);
  }
  return (child) => ranks.get(child) ?? -1;
}

/** The first child that stands behind one it should come before, with that one. */
export function firstMisplaced(
  parent: XmlElement,
  order: readonly string[],
): { readonly child: XmlElement; readonly after: XmlElement } | undefined {
  let highest: { rank: number; child: XmlElement } | undefined;
  for (const child of parent.children) {
    const rank = order.indexOf(child.name);
    if (rank === -1) continue;
    if (highest && rank < highest.rank) {
      const wanted = rank;
      const after = parent.children.find((one) => order.indexOf(one.name) > wanted);
      return { child, after: after ?? highest.child };
    }
    if (!highest || rank > highest.rank) highest = { rank, child };
  }
  return undefined;
}
