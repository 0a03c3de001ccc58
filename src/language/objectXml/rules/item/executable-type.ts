import { itemTitle, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 41: an executable has no type. */
export const rule: XmlRule = {
  code: 'xml/executable-type',
  number: 41,
  severity: 'error',
  document:
    'An executable resource has no value, so its Type is empty: what Execute may carry are arguments, and Description says ' +
    'what they mean. Leshan refuses a file with a typed executable.',
  check: (file) =>
    inItems(file, (item) => {
      const field = item.fields.get('Type');
      if (valueOf(item, 'Operations') !== 'E' || !field || field.value === '') return [];
      return [
        {
          range: field.range,
          message: `An executable has no type, and ${itemTitle(item)} has ${field.value}`,
          fixes: [edited(file, 'Clear Type', [setText(field.element, '')], true)],
        },
      ];
    }),
};
