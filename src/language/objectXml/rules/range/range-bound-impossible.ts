import { itemTitle, rangeOf, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { rangedItems } from './itemRange';
import { boundFault } from './rangeBound';
import { boundsOf } from './rangeText';

/** Rule 58: a bound is a value of the type. */
export const rule: XmlRule = {
  code: 'xml/range-bound-impossible',
  number: 58,
  severity: 'warning',
  document:
    'A bound of a range is itself a value of the resource’s type: whole for Integer, Unsigned Integer and Time, not ' +
    'negative for Unsigned Integer, within 64 bits. For String and Opaque it is a length in octets, so whole and not ' +
    'negative. Another bound says that type or range is wrong.',
  check: (file) =>
    rangedItems(file).flatMap(({ item, range, type }) => {
      if (type === undefined) return [];
      for (const bound of range.parts.flatMap(boundsOf)) {
        const fault = boundFault(bound, type);
        if (fault !== undefined)
          return [
            {
              range: rangeOf(item, 'RangeEnumeration'),
              message:
                `The bound ${bound.text} is impossible for ${itemTitle(item)} ` +
                `of type ${valueOf(item, 'Type')}: ${fault}`,
            },
          ];
      }
      return [];
    }),
};
