import { objectClass, urnOf } from '../../grammar';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 22: `ObjectURN` is a URN of an LwM2M object. */
export const rule: XmlRule = {
  code: 'xml/urn-syntax',
  number: 22,
  severity: 'error',
  document:
    'The URN of an object reads urn:oma:lwm2m:oma:3303, or ext or x in place of the second oma, with :1.1 behind it from ' +
    'version 1.1 on. Servers that know objects by their URN find nothing under another spelling.',
  check: (file) =>
    inObjects(file, ({ fields, id, version, urn }) => {
      const field = fields.get('ObjectURN');
      if (!field || urn) return [];
      const label = objectClass(id ?? -1)?.label;
      const right =
        id !== undefined && label && /^\d\.\d$/.test(version) ? urnOf(id, version, label) : undefined;
      const what =
        field.value === '' ? 'ObjectURN is empty' : `“${field.value}” is no URN of an LwM2M object`;
      return [
        {
          range: field.range,
          message: `${what}: ${right === undefined ? 'it reads urn:oma:lwm2m:(oma|ext|x):ID[:version]' : `it reads ${right}`}`,
          fixes:
            right === undefined
              ? []
              : [edited(file, `Set it to ${right}`, [setText(field.element, right)], true)],
        },
      ];
    }),
};
