import { MAX_OBJECT_ID } from '../../grammar';
import type { XmlRule } from '../../rule';
import { inObjects } from '../findings';

/** Rule 19: `ObjectID` is a number from 0 to 65534. */
export const rule: XmlRule = {
  code: 'xml/object-id',
  number: 19,
  severity: 'error',
  document:
    'ObjectID is a whole number from 0 to 65534, written in digits. 65535 is never the ID of an object.',
  check: (file) =>
    inObjects(file, ({ fields, id }) => {
      const field = fields.get('ObjectID');
      if (!field || (id !== undefined && id <= MAX_OBJECT_ID)) return [];
      const what = field.value === '' ? 'ObjectID is empty' : `“${field.value}” is no ObjectID`;
      return [{ range: field.range, message: `${what}: it is a whole number from 0 to ${MAX_OBJECT_ID}` }];
    }),
};
