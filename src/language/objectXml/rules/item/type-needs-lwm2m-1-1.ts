import { OBJECT_CHILDREN, TYPES_SINCE_1_1 } from '../../grammar';
import { itemTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { elementLine, insertChild, setText } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 47: a type of LwM2M 1.1 in an object that says 1.0. */
export const rule: XmlRule = {
  code: 'xml/type-needs-lwm2m-1-1',
  number: 47,
  severity: 'error',
  document:
    'Unsigned Integer and Corelnk came with LwM2M 1.1. An object that has one can not be carried by 1.0, so its LWM2MVersion ' +
    'is 1.1 or higher; Leshan refuses it otherwise.',
  check: (file) =>
    inItems(file, (item, object) => {
      const type = item.fields.get('Type');
      if (!type || !TYPES_SINCE_1_1.includes(type.value) || object.lwm2mVersion !== '1.0') return [];
      const field = object.fields.get('LWM2MVersion');
      const edit = field
        ? setText(field.element, '1.1')
        : insertChild(file.tree, object.element, OBJECT_CHILDREN, 'LWM2MVersion', [
            elementLine('LWM2MVersion', '1.1'),
          ]);
      return [
        {
          range: type.range,
          message: `${type.value}, the type of ${itemTitle(item)}, needs LWM2MVersion 1.1; it is ${field?.value || 'not told, which means 1.0'}`,
          ...(field ? { related: [{ uri: file.uri, range: field.range, message: 'LWM2MVersion' }] } : {}),
          fixes: [edited(file, 'Set LWM2MVersion to 1.1', [edit], true)],
        },
      ];
    }),
};
