import { itemTitle, rangeOf } from '../../object';
import type { XmlRule } from '../../rule';
import { conventional, rangedItems, rewriteFix, shownRange } from './itemRange';

/** Rule 55: a range is written with two dots. */
export const rule: XmlRule = {
  code: 'xml/range-dash',
  number: 55,
  severity: 'warning',
  document:
    'A range is written with two dots: 0..100. Written 0-100 or 0 to 100, the tools that read object files see text, or a ' +
    'negative number, and no bounds are checked. Numbers that are meant one by one are listed with commas: 16,32,48.',
  check: (file) =>
    rangedItems(file)
      .filter(
        ({ range }) =>
          range.listedBy === 'dash' ||
          range.parts.some(
            (part) => part.kind === 'interval' && (part.separator === 'dash' || part.separator === 'word'),
          ),
      )
      .map((one) => {
        const wanted = conventional(one);
        return {
          range: rangeOf(one.item, 'RangeEnumeration'),
          message: `The range ${shownRange(one.text)} of ${itemTitle(one.item)} is written ${shownRange(wanted)}`,
          fixes: [rewriteFix(file, one, wanted)],
        };
      }),
};
