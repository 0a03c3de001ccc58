import { itemTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { inItems } from '../findings';

/** Rule 48: a resource has a name. */
export const rule: XmlRule = {
  code: 'xml/item-name-empty',
  number: 48,
  severity: 'error',
  document:
    'The Name of a resource must not be empty: it is what people and generated code call it. Leshan refuses the file.',
  check: (file) =>
    inItems(file, (item) => {
      const field = item.fields.get('Name');
      return field?.value === ''
        ? [{ range: field.range, message: `<Name> of ${itemTitle(item)} is empty` }]
        : [];
    }),
};
