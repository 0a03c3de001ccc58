import { itemTitle, rangeOf } from '../../object';
import type { XmlRule } from '../../rule';
import { conventional, rangedItems, rewriteFix } from './itemRange';
import { isReversed, type RangePart } from './rangeText';

const turned = (part: RangePart): RangePart =>
  part.kind === 'interval' && isReversed(part) ? { ...part, min: part.max, max: part.min } : part;

/** Rule 57: the lower bound comes first. */
export const rule: XmlRule = {
  code: 'xml/range-reversed',
  number: 57,
  severity: 'warning',
  document:
    'The lower bound of a range comes first. With the bounds the other way round no value is in the range, so a server that ' +
    'checks it refuses every write.',
  check: (file) =>
    rangedItems(file).flatMap((one) => {
      const part = one.range.parts.find(isReversed);
      if (part?.kind !== 'interval') return [];
      const wanted = conventional(one, one.range.parts.map(turned));
      return [
        {
          range: rangeOf(one.item, 'RangeEnumeration'),
          message:
            `No value is in the range of ${itemTitle(one.item)}: ` +
            `its lower bound ${part.min.text} is above its upper bound ${part.max.text}`,
          fixes: [rewriteFix(file, one, wanted)],
        },
      ];
    }),
};
