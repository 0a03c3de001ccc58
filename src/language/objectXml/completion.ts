import type { Completion } from './completionItem';
import { elementCompletions } from './elementCompletion';
import { readTree } from './object';
import { elementAt, ownersOf } from './place';
import type { XmlContext, XmlFile } from './rule';
import { attributeCompletions, valueCompletions } from './valueCompletion';

/**
 * What can be put at an offset, the likeliest first: elements that are missing in the schema's order, values, units with
 * their meaning, reusable resources as whole items, the next free IDs. The file may be as broken as it is while one types.
 */
export function completeXml(file: XmlFile, offset: number, context: XmlContext): readonly Completion[] {
  const { tree } = file;
  if (readTree(tree).kind !== 'object') return [];
  if (tree.comments.some(({ range }) => range.start < offset && offset < range.end)) return [];
  const before = tree.text.slice(Math.max(0, offset - 200), offset);
  const tag = /<\/?[\w:]*$/.exec(before);
  if (tag) return elementCompletions(file, { start: offset - tag[0].length, end: offset }, tag[0], context);
  const element = elementAt(tree, offset);
  if (!element) return [];
  const { object, item } = ownersOf(tree, element);
  if (offset < element.startTag.end) {
    const attribute = element.attributes.find(
      ({ valueRange }) => valueRange.start <= offset && offset <= valueRange.end,
    );
    return attribute ? attributeCompletions(element, attribute, object, item, context) : [];
  }
  if (element.endTag && offset > element.endTag.start) return [];
  const values = valueCompletions(file, element, offset, object, item, context);
  return values ?? elementCompletions(file, { start: offset, end: offset }, '', context);
}
