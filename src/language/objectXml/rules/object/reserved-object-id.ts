import type { TextEdit } from '../../../text';
import { freeObjectId } from '../../freeIds';
import { MAX_OBJECT_ID, objectClass, urnOf } from '../../grammar';
import type { XmlObject } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

function renumbered(object: XmlObject, id: number): readonly TextEdit[] {
  const own = object.fields.get('ObjectID')?.element;
  const urn = object.fields.get('ObjectURN')?.element;
  return [
    ...(own ? [setText(own, String(id))] : []),
    ...(urn ? [setText(urn, urnOf(id, object.version, 'x'))] : []),
  ];
}

/** Rule 20: the ID is in no reserved class. */
export const rule: XmlRule = {
  code: 'xml/reserved-object-id',
  number: 20,
  severity: 'error',
  document:
    'OMA keeps the object IDs 1024–2047 and 42801–65534 for later use; Leshan refuses them. Vendors register IDs from ' +
    '10241 to 32768 one by one, and from 32769 to 42768 in blocks; 42769–42800 are for tests.',
  check: (file, { registry, workspace }) =>
    inObjects(file, (object) => {
      const { id, fields } = object;
      const field = fields.get('ObjectID');
      if (!field || id === undefined || id > MAX_OBJECT_ID || objectClass(id)) return [];
      const free = freeObjectId(registry, workspace, 10_241, 32_768);
      return [
        {
          range: field.range,
          message: `ObjectID ${id} is in the range ${id < 2048 ? '1024–2047' : '42801–65534'}, which OMA keeps for later use`,
          fixes:
            free === undefined
              ? []
              : [
                  edited(
                    file,
                    `Use ${free}, the next vendor ID that nothing has here`,
                    renumbered(object, free),
                  ),
                ],
        },
      ];
    }),
};
