import type { TextEdit } from '../text';
import { ITEM_CHILDREN, OBJECT_CHILDREN } from './grammar';
import type { Item, XmlObject } from './object';
import type { XmlFile } from './rule';
import { elementLine, insertChild, setText } from './treeEdits';

/** Makes a child of `Object` or `Item` say a text; one that is missing is put where the schema has it. */
export function setField(file: XmlFile, of: XmlObject | Item, name: string, value: string): TextEdit {
  const field = of.fields.get(name);
  if (field) return setText(field.element, value);
  const order: readonly string[] = of.element.name === 'Item' ? ITEM_CHILDREN : OBJECT_CHILDREN;
  return insertChild(file.tree, of.element, order, name, [elementLine(name, value)]);
}
