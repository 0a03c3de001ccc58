import { itemTitle, type Item } from '../../object';
import { reorderChildren } from '../../reorder';
import type { XmlRule } from '../../rule';
import { edited, inObjects } from '../findings';

/** Rule 54: the resources by their IDs. */
export const rule: XmlRule = {
  code: 'xml/item-sequence',
  number: 54,
  severity: 'hint',
  registryOnly: true,
  document:
    'Items in ascending order of their IDs are easier to look up. Many published files have another order, often on purpose; ' +
    'readers do not mind. The fix moves Items with their comments.',
  check: (file) =>
    inObjects(file, ({ items, resources }) => {
      let previous: Item | undefined;
      const behind = items.find((item) => {
        const isBehind = item.id !== undefined && previous?.id !== undefined && item.id < previous.id;
        if (item.id !== undefined && !isBehind) previous = item;
        return isBehind;
      });
      if (!behind || !previous || !resources) return [];
      const ids = new Map(items.map((item) => [item.element, item.id]));
      const edits = reorderChildren(
        file.tree,
        resources,
        (child) => ids.get(child) ?? Number.MAX_SAFE_INTEGER,
      );
      return [
        {
          range: behind.idRange,
          message: `${itemTitle(behind)} stands behind ${itemTitle(previous)}: the Items are not in ascending order of their IDs`,
          fixes: [edited(file, 'Sort the Items by ID', edits, true)],
        },
      ];
    }),
};
