import { MAX_OBJECT_ID, objectClass, urnOf } from '../../grammar';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 23: the URN says the ID that `ObjectID` says. */
export const rule: XmlRule = {
  code: 'xml/urn-id',
  number: 23,
  severity: 'error',
  document: 'The number in ObjectURN is the ObjectID. Leshan refuses a file in which they differ.',
  check: (file) =>
    inObjects(file, ({ fields, id, urn }) => {
      const field = fields.get('ObjectURN');
      const idElement = fields.get('ObjectID')?.element;
      if (!field || !idElement || !urn || id === undefined || id > MAX_OBJECT_ID || urn.id === id) return [];
      const right = urnOf(id, urn.version ?? '1.0', objectClass(id)?.label ?? urn.label);
      return [
        {
          range: field.range,
          message: `ObjectURN says ${urn.id}, ObjectID says ${id}`,
          fixes: [
            edited(file, `Set ObjectURN to ${right}`, [setText(field.element, right)], true),
            edited(file, `Set ObjectID to ${urn.id}`, [setText(idElement, String(urn.id))]),
          ],
        },
      ];
    }),
};
