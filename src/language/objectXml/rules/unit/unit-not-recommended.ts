import { setField } from '../../fieldEdit';
import { itemTitle, rangeOf, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { unitReplacement } from '../../units';
import { edited, inItems } from '../findings';

/** Rule 66: units that SenML discourages. */
export const rule: XmlRule = {
  code: 'xml/unit-not-recommended',
  number: 66,
  severity: 'hint',
  document:
    'SenML marks some units as not recommended, as another one says the same with another scale (RFC 8428 §12.1): / for %, ' +
    'rad for deg. In a new object the other one is the better choice. Changing it in an object that is in use changes ' +
    'every value, so that is never done unasked.',
  check: (file, { registry }) =>
    inItems(file, (item) => {
      const unit = valueOf(item, 'Units');
      if (!registry.units.notRecommended.includes(unit)) return [];
      const instead = unitReplacement(unit);
      return [
        {
          range: rangeOf(item, 'Units'),
          message:
            `SenML discourages ${unit}, the unit of ${itemTitle(item)}` +
            (instead ? `: prefer ${instead.code}, of which ${instead.scale}` : ''),
          fixes: instead
            ? [
                edited(file, `Set Units to ${instead.code} (values change: ${instead.scale})`, [
                  setField(file, item, 'Units', instead.code),
                ]),
              ]
            : [],
        },
      ];
    }),
};
