import { itemTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 51: no blanks around what is said. */
export const rule: XmlRule = {
  code: 'xml/blanks-around',
  number: 51,
  severity: 'hint',
  document:
    'Blanks around a Name, RangeEnumeration or Units are part of the text to a reader that does not trim: a unit “ V” is ' +
    'unknown, a range of blanks is not empty.',
  check: (file) =>
    inItems(file, (item) =>
      ['Name', 'RangeEnumeration', 'Units'].flatMap((name) => {
        const field = item.fields.get(name);
        if (!field || field.element.text === field.value || field.element.children.length > 0) return [];
        const what = field.value === '' ? 'holds nothing but blanks' : 'has blanks around it';
        return [
          {
            range: field.element.contentRange,
            message: `${name} of ${itemTitle(item)} ${what}`,
            fixes: [edited(file, 'Take the blanks away', [setText(field.element, field.value)], true)],
          },
        ];
      }),
    ),
};
