import { objectClass, urnOf } from '../../grammar';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 24: the URN's label is that of the ID's class. */
export const rule: XmlRule = {
  code: 'xml/urn-label',
  number: 24,
  severity: 'warning',
  document:
    'The label before the ID says who registered the object: oma for 0–1023, ext for 2048–10240 (other organisations), x ' +
    "for vendors from 10241 on. A vendor may have published another one (AVSystem's 33629 says oma), so this is no error.",
  check: (file) =>
    inObjects(file, ({ fields, id, urn }) => {
      const field = fields.get('ObjectURN');
      const owner = objectClass(id ?? -1);
      if (!field || !urn || urn.id !== id || !owner || owner.label === urn.label) return [];
      const right = urnOf(urn.id, urn.version ?? '1.0', owner.label);
      return [
        {
          range: field.range,
          message: `ID ${urn.id} belongs to the label “${owner.label}”, and ObjectURN says “${urn.label}”`,
          fixes: [edited(file, `Set ObjectURN to ${right}`, [setText(field.element, right)])],
        },
      ];
    }),
};
