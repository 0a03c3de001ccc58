import { ITEM_CHILDREN } from '../../grammar';
import { itemTitle } from '../../object';
import { firstMisplaced, rankBy, reorderChildren } from '../../reorder';
import type { XmlRule } from '../../rule';
import { edited, inItems } from '../findings';
import { reorderAll } from '../reorderAll';

/** Rule 39: the children of `Item` in the schema's order. */
export const rule: XmlRule = {
  code: 'xml/item-child-order',
  number: 39,
  severity: 'warning',
  document:
    `The schema wants the children of Item in one order: ${ITEM_CHILDREN.join(', ')}. LwM2M servers do not mind, but the ` +
    'file is invalid by its schema. The fix moves elements with their comments and changes nothing else.',
  check: (file) =>
    inItems(file, (item) => {
      const { element } = item;
      const misplaced = firstMisplaced(element, ITEM_CHILDREN);
      if (!misplaced) return [];
      return [
        {
          range: misplaced.child.nameRange,
          message: `<${misplaced.child.name}> must come before <${misplaced.after.name}> in ${itemTitle(item)}`,
          fixes: () => [
            edited(
              file,
              'Put the children of this Item in order',
              reorderChildren(file.tree, element, rankBy(ITEM_CHILDREN, element)),
              true,
            ),
            edited(file, 'Put every element of the file in order', reorderAll(file)),
          ],
        },
      ];
    }),
};
