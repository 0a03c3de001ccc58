import { setField } from '../../fieldEdit';
import { itemTitle, rangeOf, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { edited, inItems } from '../findings';

/** Rule 69: C is the coulomb. */
export const rule: XmlRule = {
  code: 'xml/unit-coulomb',
  number: 69,
  severity: 'warning',
  document:
    'The code C is the coulomb, of electric charge. Degrees Celsius are Cel. A server that converts units, or a dashboard ' +
    'that labels axes, takes a temperature in C for a charge.',
  check: (file) =>
    inItems(file, (item) => {
      if (valueOf(item, 'Units') !== 'C') return [];
      if (!/temperature|celsius|thermo/i.test(`${valueOf(item, 'Name')} ${valueOf(item, 'Description')}`))
        return [];
      return [
        {
          range: rangeOf(item, 'Units'),
          message: `C is the coulomb: the temperature of ${itemTitle(item)} is in Cel (degrees Celsius)`,
          fixes: [
            edited(file, 'Set Units to Cel (degrees Celsius)', [setField(file, item, 'Units', 'Cel')], true),
          ],
        },
      ];
    }),
};
