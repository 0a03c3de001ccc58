import { itemTitle, rangeOf, valueOf, type Item } from '../../object';
import type { XmlRule } from '../../rule';
import { inObjects } from '../findings';

/** Rule 50: names that differ in punctuation alone. */
export const rule: XmlRule = {
  code: 'xml/item-name-collides',
  number: 50,
  severity: 'hint',
  document:
    'Names that are equal without blanks and punctuation become the same identifier in C and other languages: code ' +
    'generators make one of two resources.',
  check: (file) =>
    inObjects(file, (object) => {
      const first = new Map<string, Item>();
      return object.items.flatMap((item) => {
        const name = valueOf(item, 'Name').toLowerCase();
        const key = name.replace(/[^\p{L}\p{N}]+/gu, '');
        if (key === '') return [];
        const earlier = first.get(key);
        if (!earlier) first.set(key, item);
        if (!earlier || valueOf(earlier, 'Name').toLowerCase() === name) return [];
        return [
          {
            range: rangeOf(item, 'Name'),
            message: `Code generators give ${itemTitle(item)} and ${itemTitle(earlier)} the same identifier`,
            related: [{ uri: file.uri, range: rangeOf(earlier, 'Name'), message: itemTitle(earlier) }],
          },
        ];
      });
    }),
};
