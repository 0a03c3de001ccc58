import { MANDATORY_OBJECTS } from '../../grammar';
import { objectTitle, rangeOf, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 33: only Security, Server and Device are mandatory. */
export const rule: XmlRule = {
  code: 'xml/mandatory-object',
  number: 33,
  severity: 'hint',
  registryOnly: true,
  document:
    'A Mandatory object is one that every LwM2M client has to implement. That is so of Security (0), Server (1) and Device ' +
    '(3) alone; any other object is Optional.',
  check: (file) =>
    inObjects(file, (object) => {
      const field = object.fields.get('Mandatory');
      if (!field || valueOf(object, 'Mandatory') !== 'Mandatory') return [];
      if (object.id === undefined || MANDATORY_OBJECTS.includes(object.id)) return [];
      return [
        {
          range: rangeOf(object, 'Mandatory'),
          message: `Mandatory means that every LwM2M client implements ${objectTitle(object)}; only 0, 1 and 3 are`,
          fixes: [edited(file, 'Set Mandatory to Optional', [setText(field.element, 'Optional')])],
        },
      ];
    }),
};
