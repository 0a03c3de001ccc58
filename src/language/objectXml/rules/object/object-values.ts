import { INSTANCE_VALUES, MANDATORY_VALUES } from '../../grammar';
import type { XmlRule } from '../../rule';
import { inObjects } from '../findings';
import { valueFinding } from '../valueFinding';

/** Rule 29: `MultipleInstances` and `Mandatory` of the object. */
export const rule: XmlRule = {
  code: 'xml/object-values',
  number: 29,
  severity: 'error',
  document:
    'MultipleInstances of an object is Multiple or Single, Mandatory is Mandatory or Optional: just these words, with just ' +
    'these capitals.',
  check: (file) =>
    inObjects(file, (object) => [
      ...valueFinding(file, object, 'MultipleInstances', INSTANCE_VALUES),
      ...valueFinding(file, object, 'Mandatory', MANDATORY_VALUES),
    ]),
};
