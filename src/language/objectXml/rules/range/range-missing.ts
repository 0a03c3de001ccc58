import { setField } from '../../fieldEdit';
import { itemTitle, rangeOf, readTree, valueOf, wholeNumber, type Item } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';

/** A number with its meaning behind it: `0: off`, `1 = on`. */
const CODED = /(?<![\d.\w-])(\d{1,9})\s*[:=]\s*(?=[^\s\d])/g;
/** Codes of more values than this are a table that a range does not tell. */
const MOST = 1000;
/** Up to so many values are listed one by one where some between are missing. */
const LISTED = 16;

/** The values that a Description gives a meaning to, each once, ascending. */
function codedValues(description: string): readonly number[] {
  const values = new Set<number>();
  for (const [, digits = ''] of description.matchAll(CODED)) {
    const value = wholeNumber(digits);
    if (value !== undefined) values.add(value);
    if (values.size > MOST) return [];
  }
  return [...values].sort((a, b) => a - b);
}

const hasNumbers = (item: Item): boolean => ['Integer', 'Unsigned Integer'].includes(valueOf(item, 'Type'));

/** Rule 64: what a Description counts up is a range. */
export const rule: XmlRule = {
  code: 'xml/range-missing',
  number: 64,
  severity: 'hint',
  registryOnly: true,
  document:
    'The Description gives numbers a meaning (0: off, 1: on), but RangeEnumeration is empty: tools then take any number. ' +
    'The range tells them which there are.',
  check: (file) =>
    readTree(file.tree)
      .objects.flatMap(({ items }) => items)
      .flatMap((item) => {
        if (!hasNumbers(item) || valueOf(item, 'RangeEnumeration') !== '') return [];
        const values = codedValues(valueOf(item, 'Description'));
        const [first] = values;
        const last = values.at(-1);
        if (first === undefined || last === undefined || values.length < 2) return [];
        const isDense = last - first === values.length - 1 || values.length > LISTED;
        const range = isDense ? `${first}..${last}` : values.join(',');
        return [
          {
            range: rangeOf(item, item.fields.has('RangeEnumeration') ? 'RangeEnumeration' : 'Description'),
            message:
              `The Description of ${itemTitle(item)} gives ${values.length} values a meaning, ` +
              `but its range is empty: ${range} would tell tools`,
            fixes: [
              edited(file, `Set the range to ${range}`, [setField(file, item, 'RangeEnumeration', range)]),
              ...(isDense
                ? []
                : [
                    edited(file, `Set the range to ${first}..${last}`, [
                      setField(file, item, 'RangeEnumeration', `${first}..${last}`),
                    ]),
                  ]),
            ],
          },
        ];
      }),
};
