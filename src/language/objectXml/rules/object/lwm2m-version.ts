import { LWM2M_VERSIONS } from '../../grammar';
import { nearest } from '../../spelling';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects, listed } from '../findings';

/** Rule 28: `LWM2MVersion` is a version of LwM2M. */
export const rule: XmlRule = {
  code: 'xml/lwm2m-version',
  number: 28,
  severity: 'warning',
  document:
    `LWM2MVersion is the lowest version of LwM2M that can carry the object: ${LWM2M_VERSIONS.join(', ')}. Leshan refuses ` +
    'any other. What is not a number, a point and a number is an error.',
  check: (file) =>
    inObjects(file, ({ fields }) => {
      const field = fields.get('LWM2MVersion');
      if (!field || field.value === '' || (LWM2M_VERSIONS as readonly string[]).includes(field.value))
        return [];
      const meant = /^v?(1[._][012])(?:[._]\d+)?$/i.exec(field.value)?.[1]?.replace('_', '.');
      const likely = meant ?? nearest(field.value, LWM2M_VERSIONS);
      return [
        {
          range: field.range,
          severity: /^\d+\.\d+$/.test(field.value) ? 'warning' : 'error',
          message: `“${field.value}” is no version of LwM2M; there are ${listed(LWM2M_VERSIONS)}`,
          fixes: [...LWM2M_VERSIONS]
            .sort((a, b) => Number(b === likely) - Number(a === likely))
            .map((version) =>
              edited(file, `Set it to ${version}`, [setText(field.element, version)], version === meant),
            ),
        },
      ];
    }),
};
