import { CREDENTIAL_OBJECTS } from '../../grammar';
import { itemTitle, objectTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 46: servers do not reach credentials. */
export const rule: XmlRule = {
  code: 'xml/credential-operations',
  number: 46,
  severity: 'hint',
  document:
    'The resources of Security (0), OSCORE (21) and COSE (23) hold keys: their Operations are empty, so that the Bootstrap ' +
    'interface alone reaches them and no server can read them.',
  check: (file) =>
    inItems(file, (item, object) => {
      const field = item.fields.get('Operations');
      if (!field || field.value === '' || !CREDENTIAL_OBJECTS.includes(object.id ?? -1)) return [];
      return [
        {
          range: field.range,
          message: `${objectTitle(object)} holds credentials, which servers must not reach; ${itemTitle(item)} has Operations ${field.value}`,
          fixes: [edited(file, 'Clear Operations', [setText(field.element, '')])],
        },
      ];
    }),
};
