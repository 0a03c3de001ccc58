import { ITEM_CHILDREN } from '../../grammar';
import { itemTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { elementLine, insertChild } from '../../treeEdits';
import { edited, inItems, listed } from '../findings';

/** Rule 37: `RangeEnumeration` and `Units` are there, if empty. */
export const rule: XmlRule = {
  code: 'xml/range-or-units-missing',
  number: 37,
  severity: 'warning',
  document:
    'The schema asks for RangeEnumeration and Units in every Item; where there is nothing to say they are empty. LwM2M ' +
    'servers read the file without them, a validator does not.',
  check: (file) =>
    inItems(file, (item) => {
      const missing = ['RangeEnumeration', 'Units'].filter((name) => !item.fields.has(name));
      const [first] = missing;
      if (first === undefined) return [];
      const lines = missing.map((name) => elementLine(name, ''));
      const tags = missing.map((name) => `<${name}>`);
      return [
        {
          range: item.element.nameRange,
          message: `${listed(tags)} ${tags.length === 1 ? 'is' : 'are'} missing in ${itemTitle(item)}: empty where there is nothing to say`,
          fixes: () => {
            const edit = insertChild(file.tree, item.element, ITEM_CHILDREN, first, lines);
            return [edited(file, `Insert ${lines.join(' and ')}`, [edit], true)];
          },
        },
      ];
    }),
};
