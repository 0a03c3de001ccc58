import { setField } from '../../fieldEdit';
import { itemTitle, rangeOf, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { edited, inItems } from '../findings';

/** Rule 68: Time has its unit already. */
export const rule: XmlRule = {
  code: 'xml/unit-on-time',
  number: 68,
  severity: 'hint',
  document:
    'A Time is always the number of seconds since 1 January 1970, UTC. A unit beside it repeats that, or says that a ' +
    'duration was meant: then the type is Integer or Unsigned Integer.',
  check: (file) =>
    inItems(file, (item) => {
      const unit = valueOf(item, 'Units');
      if (unit === '' || valueOf(item, 'Type') !== 'Time') return [];
      return [
        {
          range: rangeOf(item, 'Units'),
          message:
            `A Time is always in seconds since 1970: the unit ${unit} of ${itemTitle(item)} ` +
            (unit === 's' ? 'says nothing more, or a duration is meant' : 'contradicts that'),
          fixes: [edited(file, 'Clear the unit', [setField(file, item, 'Units', '')], unit === 's')],
        },
      ];
    }),
};
