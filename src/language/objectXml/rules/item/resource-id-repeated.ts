import { freeResourceId } from '../../freeIds';
import { itemTitle, type Item } from '../../object';
import type { XmlRule } from '../../rule';
import { setAttribute } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 36: each resource has an ID of its own. */
export const rule: XmlRule = {
  code: 'xml/resource-id-repeated',
  number: 36,
  severity: 'error',
  document:
    'Two Items of an object must not have the same ID: a path names one resource. Leshan refuses the file.',
  check: (file) =>
    inObjects(file, (object) => {
      const first = new Map<number, Item>();
      const free = freeResourceId(object);
      return object.items.flatMap((item) => {
        if (item.id === undefined) return [];
        const earlier = first.get(item.id);
        if (!earlier) {
          first.set(item.id, item);
          return [];
        }
        return [
          {
            range: item.idRange,
            message: `The ID ${item.id} is that of ${itemTitle(earlier)} already`,
            related: [{ uri: file.uri, range: earlier.idRange, message: `The first: ${itemTitle(earlier)}` }],
            fixes: [
              edited(file, `Set ID to ${free}, the next free one`, [
                setAttribute(item.element, 'ID', String(free)),
              ]),
            ],
          },
        ];
      });
    }),
};
