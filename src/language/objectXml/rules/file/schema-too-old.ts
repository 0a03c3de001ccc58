import { objectTitle, rangeOf } from '../../object';
import type { XmlRule } from '../../rule';
import { nameLaterSchema, schemaAttribute, schemaOf } from '../../schema';
import { edited, inObjects } from '../findings';

/** Rule 8: the schema named is older than `LWM2MVersion`. */
export const rule: XmlRule = {
  code: 'xml/schema-too-old',
  number: 8,
  severity: 'warning',
  document:
    'An object for LwM2M 1.1 or later names LWM2M-v1_1.xsd. Leshan refuses a file whose LWM2MVersion and schema disagree.',
  check: (file) => {
    const { root } = file.tree;
    const attribute = schemaAttribute(root);
    if (!root || !attribute || schemaOf(attribute.value) !== '1.0') return [];
    return inObjects(file, (object) =>
      /^[1-9]\.\d$/.test(object.lwm2mVersion) && object.lwm2mVersion !== '1.0'
        ? [
            {
              range: rangeOf(object, 'LWM2MVersion'),
              message: `LWM2MVersion of ${objectTitle(object)} is ${object.lwm2mVersion}, and the schema LWM2M.xsd that the file names is that of 1.0`,
              related: [{ uri: file.uri, range: attribute.valueRange, message: 'The schema is named here' }],
              fixes: [edited(file, 'Name the schema LWM2M-v1_1.xsd', nameLaterSchema(root), true)],
            },
          ]
        : [],
    );
  },
};
