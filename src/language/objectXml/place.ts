import type { TextRange } from '../text';
import { readTree, type Item, type XmlObject } from './object';
import type { XmlAttribute, XmlElement, XmlTree } from './tree';

const holds = ({ start, end }: TextRange, offset: number): boolean => start <= offset && offset <= end;

/** The innermost element that an offset is in: between its first and its last character. */
export function elementAt(tree: XmlTree, offset: number): XmlElement | undefined {
  let found: XmlElement | undefined;
  let candidates: readonly XmlElement[] = tree.root ? [tree.root] : [];
  for (;;) {
    const inner = candidates.find(({ range }) => range.start < offset && offset < range.end);
    if (!inner) return found;
    found = inner;
    candidates = inner.children;
  }
}

/** Where an offset is, as far as it matters to a reader. */
export type Place =
  | { readonly kind: 'tag'; readonly element: XmlElement; readonly range: TextRange }
  | { readonly kind: 'attribute'; readonly element: XmlElement; readonly attribute: XmlAttribute }
  | { readonly kind: 'content'; readonly element: XmlElement }
  | { readonly kind: 'none' };

/** What stands at an offset: an element's name in either tag, an attribute, or its content. */
export function placeAt(tree: XmlTree, offset: number): Place {
  if (tree.comments.some(({ range }) => range.start < offset && offset < range.end)) return { kind: 'none' };
  const element = elementAt(tree, offset);
  if (!element) return { kind: 'none' };
  const { startTag, endTag, name, nameRange } = element;
  if (holds(nameRange, offset)) return { kind: 'tag', element, range: nameRange };
  if (endTag && endTag.start < offset) {
    const start = endTag.start + 2;
    return { kind: 'tag', element, range: { start, end: Math.min(start + name.length, endTag.end) } };
  }
  if (offset < startTag.end) {
    const attribute = element.attributes.find(
      (one) => holds(one.nameRange, offset) || holds(one.valueRange, offset),
    );
    return attribute ? { kind: 'attribute', element, attribute } : { kind: 'none' };
  }
  return { kind: 'content', element };
}

/** The object that an element belongs to, with the resource where it is part of one. */
export function ownersOf(
  tree: XmlTree,
  element: XmlElement,
): { readonly object: XmlObject | undefined; readonly item: Item | undefined } {
  const up: XmlElement[] = [];
  for (let at: XmlElement | undefined = element; at; at = at.parent) up.push(at);
  const object = readTree(tree).objects.find((one) => up.includes(one.element));
  return { object, item: object?.items.find((one) => up.includes(one.element)) };
}
