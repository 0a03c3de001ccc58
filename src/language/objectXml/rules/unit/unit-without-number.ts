import { setField } from '../../fieldEdit';
import { itemTitle, rangeOf, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { edited, inItems } from '../findings';

/** Types whose values are no quantities. */
const WITHOUT_NUMBER: readonly string[] = ['String', 'Opaque', 'Boolean', 'Objlnk', 'Corelnk'];

/** Rule 67: only numbers have units. */
export const rule: XmlRule = {
  code: 'xml/unit-without-number',
  number: 67,
  severity: 'hint',
  document:
    'A unit belongs to a number. On a text, bytes, a Boolean or a link it says nothing; where the value is a number after ' +
    'all, its type is Integer, Unsigned Integer or Float.',
  check: (file) =>
    inItems(file, (item) => {
      const unit = valueOf(item, 'Units');
      const type = valueOf(item, 'Type');
      if (unit === '' || !WITHOUT_NUMBER.includes(type)) return [];
      return [
        {
          range: rangeOf(item, 'Units'),
          message: `The unit ${unit} has no meaning on ${itemTitle(item)}, which is of type ${type}`,
          fixes: [edited(file, 'Clear the unit', [setField(file, item, 'Units', '')], true)],
        },
      ];
    }),
};
