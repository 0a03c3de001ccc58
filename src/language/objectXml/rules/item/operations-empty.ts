import { CREDENTIAL_OBJECTS } from '../../grammar';
import { itemTitle, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 45: a resource without operations is one that only bootstrap reaches. */
export const rule: XmlRule = {
  code: 'xml/operations-empty',
  number: 45,
  severity: 'hint',
  document:
    'Empty Operations mean that the Bootstrap interface alone reaches the resource. That is meant for credentials (objects 0, ' +
    '21 and 23); elsewhere no server could ever read the value.',
  check: (file) =>
    inItems(file, (item, object) => {
      const field = item.fields.get('Operations');
      if (field?.value !== '' || CREDENTIAL_OBJECTS.includes(object.id ?? -1)) return [];
      const choices = valueOf(item, 'Type') === '' ? ['E', 'R'] : ['R', 'RW', 'W'];
      return [
        {
          range: field.range,
          message: `Operations of ${itemTitle(item)} are empty: only bootstrap can reach it`,
          fixes: choices.map((choice) =>
            edited(file, `Set Operations to ${choice}`, [setText(field.element, choice)]),
          ),
        },
      ];
    }),
};
