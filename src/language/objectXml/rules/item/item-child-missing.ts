import { ITEM_CHILDREN } from '../../grammar';
import { itemTitle, valueOf, type Item } from '../../object';
import type { XmlRule } from '../../rule';
import { elementLine, insertChild } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** What a missing child says at first, and whether it can say nothing else. */
function contentOf(item: Item, name: string): { readonly text: string; readonly sure: boolean } {
  const executable = valueOf(item, 'Operations') === 'E';
  if (name === 'Operations') return { text: 'R', sure: false };
  if (name === 'MultipleInstances') return { text: 'Single', sure: executable };
  if (name === 'Mandatory') return { text: 'Optional', sure: true };
  if (name === 'Type') return { text: executable ? '' : 'String', sure: executable };
  return name === 'Name' ? { text: 'Name', sure: false } : { text: '', sure: true };
}

/** Rule 38: an Item has its other children. */
export const rule: XmlRule = {
  code: 'xml/item-child-missing',
  number: 38,
  severity: 'error',
  document:
    `An Item has, in this order, ${ITEM_CHILDREN.join(', ')}. Without the name, operations, type, instances or obligation of ` +
    'a resource nothing can be done with it.',
  check: (file) =>
    inItems(file, (item) =>
      ITEM_CHILDREN.filter(
        (name) => name !== 'RangeEnumeration' && name !== 'Units' && !item.fields.has(name),
      ).map((name) => {
        const { text, sure } = contentOf(item, name);
        const line = elementLine(name, text);
        const edit = insertChild(file.tree, item.element, ITEM_CHILDREN, name, [line]);
        return {
          range: item.element.nameRange,
          message: `<${name}> is missing in ${itemTitle(item)}`,
          fixes: [edited(file, `Insert ${line}`, [edit], sure)],
        };
      }),
    ),
};
