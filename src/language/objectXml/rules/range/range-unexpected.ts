import { setField } from '../../fieldEdit';
import { itemTitle, rangeOf, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';
import { moveToDescription, rangedItems, shownRange } from './itemRange';

/** Says of a Boolean no more than its type does. */
const GOES_WITHOUT_SAYING =
  /^(?:0\s*(?:\.\.|-|,|;|\|)\s*1|1\s*[,;|]\s*0|true\s*[,;|/]\s*false|false\s*[,;|/]\s*true)$/i;

/** Rule 59: Booleans and links have no range. */
export const rule: XmlRule = {
  code: 'xml/range-unexpected',
  number: 59,
  severity: 'hint',
  document:
    'A Boolean has two values and a link names an object instance: neither has a range. What the two values of a Boolean ' +
    'mean is said in the Description.',
  check: (file) =>
    rangedItems(file)
      .filter(({ type }) => type === 'boolean' || type === 'objlnk' || type === 'corelnk')
      .map(({ item, text }) => {
        const saysNothing = GOES_WITHOUT_SAYING.test(text);
        const clear = edited(
          file,
          'Clear the range',
          [setField(file, item, 'RangeEnumeration', '')],
          saysNothing,
        );
        return {
          range: rangeOf(item, 'RangeEnumeration'),
          message:
            `A resource of type ${valueOf(item, 'Type')} has no range: ` +
            `${shownRange(text)} of ${itemTitle(item)} is not checked by anyone`,
          fixes: saysNothing ? [clear] : [moveToDescription(file, item, 'RangeEnumeration', text), clear],
        };
      }),
};
