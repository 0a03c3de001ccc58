import { TYPE_VALUES, TYPES_SINCE_1_1 } from '../../grammar';
import { itemTitle, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 44: what can be read or written has a type. */
export const rule: XmlRule = {
  code: 'xml/type-missing',
  number: 44,
  severity: 'error',
  document:
    'A resource that is no executable has a value, and Type says how it is coded. Leshan refuses a file in which one has no ' +
    'type, and no server knows how to show it.',
  check: (file) =>
    inItems(file, (item, object) => {
      const field = item.fields.get('Type');
      const operations = valueOf(item, 'Operations');
      if (operations === 'E' || !field || field.value !== '' || !item.fields.has('Operations')) return [];
      const types = [...TYPE_VALUES.keys()].filter(
        (type) => object.lwm2mVersion !== '1.0' || !TYPES_SINCE_1_1.includes(type),
      );
      return [
        {
          range: field.range,
          message: `Type of ${itemTitle(item)} is empty: only an executable has none, and its Operations are ${operations || 'empty'}`,
          fixes: types.map((type) => edited(file, `Set Type to ${type}`, [setText(field.element, type)])),
        },
      ];
    }),
};
