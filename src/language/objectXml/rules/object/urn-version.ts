import { urnOf } from '../../grammar';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 26: the URN's version is `ObjectVersion`. */
export const rule: XmlRule = {
  code: 'xml/urn-version',
  number: 26,
  severity: 'warning',
  document:
    'A URN ends with the ObjectVersion, or with the ID where that is 1.0. Official files have broken this (Device 1.3), so ' +
    'it is a warning while a file is written; the registry takes no such file, so there it is an error.',
  check: (file, { profile }) =>
    inObjects(file, ({ fields, urn, version }) => {
      const field = fields.get('ObjectURN');
      if (!field || !urn || !/^\d\.\d$/.test(version) || (urn.version ?? '1.0') === version) return [];
      const right = urnOf(urn.id, version, urn.label);
      const said = urn.version === undefined ? 'no version, which means 1.0' : `version ${urn.version}`;
      return [
        {
          range: field.range,
          ...(profile === 'registry' ? { severity: 'error' as const } : {}),
          message: `ObjectURN says ${said}; ObjectVersion is ${fields.has('ObjectVersion') ? version : 'not told, which means 1.0'}`,
          fixes: [edited(file, `Set ObjectURN to ${right}`, [setText(field.element, right)], true)],
        },
      ];
    }),
};
