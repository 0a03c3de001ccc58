import { itemTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { inItems } from '../findings';

/** Rule 52: a resource is described. */
export const rule: XmlRule = {
  code: 'xml/item-description-empty',
  number: 52,
  severity: 'warning',
  document:
    'Description says what the value of a resource means, and what it takes. Its name alone lets two implementers choose ' +
    'different things.',
  check: (file) =>
    inItems(file, (item) => {
      const field = item.fields.get('Description');
      return field?.value === ''
        ? [{ range: field.range, message: `<Description> of ${itemTitle(item)} is empty` }]
        : [];
    }),
};
