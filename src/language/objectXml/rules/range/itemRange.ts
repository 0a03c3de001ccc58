import type { ResourceType } from '../../../../objects/definition';
import type { Fix } from '../../../problem';
import type { TextEdit } from '../../../text';
import { setField } from '../../fieldEdit';
import { TYPE_VALUES } from '../../grammar';
import { readTree, valueOf, type Item } from '../../object';
import type { XmlFile } from '../../rule';
import type { XmlTree } from '../../tree';
import { escapeText } from '../../treeEdits';
import { edited } from '../findings';
import { printRange, readRange, type RangePart, type RangeText } from './rangeText';

/** A resource whose RangeEnumeration says something. */
export interface RangedItem {
  readonly item: Item;
  /** As written, without the blanks around it. */
  readonly text: string;
  readonly range: RangeText;
  /** Its type where it is one. */
  readonly type: ResourceType | undefined;
}

const ranged = new WeakMap<XmlTree, readonly RangedItem[]>();

/** The resources of a file that have a range, read once for all rules. */
export function rangedItems({ tree }: XmlFile): readonly RangedItem[] {
  const known = ranged.get(tree);
  if (known) return known;
  const found = readTree(tree)
    .objects.flatMap(({ items }) => items)
    .flatMap((item) => {
      const text = valueOf(item, 'RangeEnumeration');
      if (text === '') return [];
      return [{ item, text, range: readRange(text), type: TYPE_VALUES.get(valueOf(item, 'Type')) }];
    });
  ranged.set(tree, found);
  return found;
}

/** Types whose bounds are lengths in octets. */
export const isMeasured = (type: ResourceType | undefined): boolean => type === 'string' || type === 'opaque';

/** A range as the convention writes it; on a String or Opaque the word for octets is left out, as it goes without saying. */
export function conventional({ range, type }: RangedItem, parts: readonly RangePart[] = range.parts): string {
  const suffix = range.suffix !== undefined && !isMeasured(type) ? ` ${range.suffix}` : '';
  return `${printRange(parts)}${suffix}`;
}

/** A range within a message: on one line, and not without end. */
export function shownRange(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/** Writes the range in the way of the convention. */
export function rewriteFix(file: XmlFile, one: RangedItem, text: string): Fix {
  return edited(
    file,
    `Write the range as ${shownRange(text)}`,
    [setField(file, one.item, 'RangeEnumeration', text)],
    true,
  );
}

/** Puts what stands in a field at the end of the Description, and clears the field: nothing that was said is lost. */
export function moveToDescription(
  file: XmlFile,
  item: Item,
  field: string,
  said: string,
  preferred = true,
): Fix {
  const description = valueOf(item, 'Description');
  const after = description === '' ? '' : /[.!?:]$/.test(description) ? ' ' : '. ';
  return edited(
    file,
    `Move ${shownRange(said)} to Description`,
    [setField(file, item, field, ''), appended(file, item, 'Description', `${after}${said}`)],
    preferred,
  );
}

/** Text at the end of what a child says: what stands there, elements and comments too, stays as it is. */
function appended(file: XmlFile, item: Item, name: string, text: string): TextEdit {
  const element = item.fields.get(name)?.element;
  if (!element || element.contentRange.start === element.contentRange.end)
    return setField(file, item, name, text);
  const content = file.tree.text.slice(element.contentRange.start, element.contentRange.end);
  const end = element.contentRange.start + content.trimEnd().length;
  return { range: { start: end, end }, newText: escapeText(text) };
}
