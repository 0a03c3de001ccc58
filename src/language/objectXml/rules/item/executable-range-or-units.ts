import { itemTitle, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 43: an executable has neither range nor unit. */
export const rule: XmlRule = {
  code: 'xml/executable-range-or-units',
  number: 43,
  severity: 'warning',
  document:
    'RangeEnumeration and Units say something of a value, and an executable has none. What its arguments may be belongs in ' +
    'Description.',
  check: (file) =>
    inItems(file, (item) =>
      valueOf(item, 'Operations') !== 'E'
        ? []
        : ['RangeEnumeration', 'Units'].flatMap((name) => {
            const field = item.fields.get(name);
            if (!field || field.value === '') return [];
            return [
              {
                range: field.range,
                message: `${name} “${field.value}” means nothing on an executable, which ${itemTitle(item)} is`,
                fixes: [edited(file, `Clear ${name}`, [setText(field.element, '')], name === 'Units')],
              },
            ];
          }),
    ),
};
