import { itemTitle, rangeOf } from '../../object';
import type { XmlRule } from '../../rule';
import {
  conventional,
  isMeasured,
  moveToDescription,
  rangedItems,
  rewriteFix,
  shownRange,
  type RangedItem,
} from './itemRange';

/** Numbers with a word behind or between them that a reader understands and a tool does not. */
const isWorded = ({ range }: RangedItem): boolean =>
  range.listedBy !== 'dash' &&
  (range.listedBy === 'word' ||
    (range.suffix !== undefined && range.parts.every(({ kind }) => kind === 'number')));

const takesEveryTypeOfRange = ({ type }: RangedItem): boolean =>
  type !== 'boolean' && type !== 'objlnk' && type !== 'corelnk';

/** Rule 63: a range is read by tools. */
export const rule: XmlRule = {
  code: 'xml/range-prose',
  number: 63,
  severity: 'hint',
  document:
    'RangeEnumeration is read by tools: an interval 0..7, a list 1,2,3 or "a","b", or values with their meaning 0: off, ' +
    '1: on. Prose belongs into the Description. On a String or Opaque a number is a length in octets without saying so: ' +
    '32, not 32 bytes.',
  check: (file) =>
    rangedItems(file)
      .filter((one) => takesEveryTypeOfRange(one) && (one.range.isFree || isWorded(one)))
      .map((one) => {
        const rewritable = !one.range.isFree && (isMeasured(one.type) || one.range.suffix === undefined);
        const wanted = conventional(one);
        return {
          range: rangeOf(one.item, 'RangeEnumeration'),
          message:
            `The range “${shownRange(one.text)}” of ${itemTitle(one.item)} can’t be read by tools` +
            (rewritable ? `: write ${shownRange(wanted)}` : ''),
          fixes: [
            rewritable
              ? rewriteFix(file, one, wanted)
              : moveToDescription(file, one.item, 'RangeEnumeration', one.text),
          ],
        };
      }),
};
