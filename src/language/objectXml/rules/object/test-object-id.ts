import { objectClass } from '../../grammar';
import { rangeOf } from '../../object';
import type { XmlRule } from '../../rule';
import { inObjects } from '../findings';

/** Rule 21: IDs for tests stay in the laboratory. */
export const rule: XmlRule = {
  code: 'xml/test-object-id',
  number: 21,
  severity: 'hint',
  document:
    "The object IDs 42769–42800 are for anyone's tests. Two vendors may use the same one, so a product must not have them.",
  check: (file) =>
    inObjects(file, (object) =>
      objectClass(object.id ?? -1)?.kind === 'test'
        ? [
            {
              range: rangeOf(object, 'ObjectID'),
              message: `ObjectID ${object.id ?? ''} is in the range 42769–42800, which is for tests: not for products`,
            },
          ]
        : [],
    ),
};
