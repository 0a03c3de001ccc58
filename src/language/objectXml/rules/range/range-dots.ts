import { itemTitle, rangeOf } from '../../object';
import type { XmlRule } from '../../rule';
import { conventional, rangedItems, rewriteFix, shownRange } from './itemRange';

/** Rule 56: two dots, not three. */
export const rule: XmlRule = {
  code: 'xml/range-dots',
  number: 56,
  severity: 'warning',
  document:
    'The two bounds of a range are joined by just two dots: 1..15. Three dots, or the single character … that editors make ' +
    'of them, are read as text by the tools, and the range is lost.',
  check: (file) =>
    rangedItems(file)
      .filter(({ range }) =>
        range.parts.some((part) => part.kind === 'interval' && part.separator === 'manyDots'),
      )
      .map((one) => {
        const wanted = conventional(one);
        return {
          range: rangeOf(one.item, 'RangeEnumeration'),
          message: `The range ${shownRange(one.text)} of ${itemTitle(one.item)} takes two dots: ${shownRange(wanted)}`,
          fixes: [rewriteFix(file, one, wanted)],
        };
      }),
};
