import { urnOf } from '../../grammar';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 25: version 1.0 is left out of the URN. */
export const rule: XmlRule = {
  code: 'xml/urn-version-1-0',
  number: 25,
  severity: 'hint',
  document:
    'The URN of an object in version 1.0 ends with its ID; from 1.1 on the version stands behind it. A URN with :1.0 is ' +
    'another text than the one that was registered.',
  check: (file) =>
    inObjects(file, ({ fields, urn }) => {
      const field = fields.get('ObjectURN');
      if (!field || urn?.version !== '1.0') return [];
      const right = urnOf(urn.id, '1.0', urn.label);
      return [
        {
          range: field.range,
          message: `Version 1.0 is left out of a URN: ObjectURN reads ${right}`,
          fixes: [edited(file, `Set ObjectURN to ${right}`, [setText(field.element, right)], true)],
        },
      ];
    }),
};
