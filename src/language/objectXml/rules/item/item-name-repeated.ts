import { itemTitle, rangeOf, valueOf, type Item } from '../../object';
import type { XmlRule } from '../../rule';
import { inObjects } from '../findings';

/** Rule 49: each resource has a name of its own. */
export const rule: XmlRule = {
  code: 'xml/item-name-repeated',
  number: 49,
  severity: 'warning',
  document:
    'Two resources of one name, capitals aside, can not be told apart in a list, and generated code collides.',
  check: (file) =>
    inObjects(file, (object) => {
      const first = new Map<string, Item>();
      return object.items.flatMap((item) => {
        const key = valueOf(item, 'Name').toLowerCase();
        const earlier = first.get(key);
        if (key === '' || !earlier) {
          first.set(key, item);
          return [];
        }
        return [
          {
            range: rangeOf(item, 'Name'),
            message: `${itemTitle(earlier)} has the name of ${itemTitle(item)} already`,
            related: [{ uri: file.uri, range: rangeOf(earlier, 'Name'), message: itemTitle(earlier) }],
          },
        ];
      });
    }),
};
