import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 27: `ObjectVersion` is major and minor, a digit each. */
export const rule: XmlRule = {
  code: 'xml/object-version',
  number: 27,
  severity: 'error',
  document:
    'ObjectVersion is the major and the minor version, one digit each with a point between: 1.0, 2.1. A device registers ' +
    'an object with it, and a server looks the definition up by it.',
  check: (file) =>
    inObjects(file, ({ fields }) => {
      const field = fields.get('ObjectVersion');
      if (!field || field.value === '' || /^\d\.\d$/.test(field.value)) return [];
      const digits = /^v?(\d)(?:[._](\d))?(?:[._]0)?$/i.exec(field.value);
      const right = digits && `${digits[1] ?? '1'}.${digits[2] ?? '0'}`;
      return [
        {
          range: field.range,
          message: `“${field.value}” is no ObjectVersion: it is a digit, a point and a digit, for example 1.0`,
          fixes: right ? [edited(file, `Set it to ${right}`, [setText(field.element, right)], true)] : [],
        },
      ];
    }),
};
