import type { XmlRule } from '../../rule';
import { nameLaterSchema, SCHEMA_ATTRIBUTE, schemaAttribute, schemaOf } from '../../schema';
import { edited } from '../findings';

/** Rule 6: the root names OMA's schema. */
export const rule: XmlRule = {
  code: 'xml/schema-location',
  number: 6,
  severity: 'warning',
  document:
    'The root names the schema the file is written by, in xsi:noNamespaceSchemaLocation. LWM2M-v1_1.xsd has the whole ' +
    'grammar; LWM2M.xsd lacks the types Unsigned Integer and Corelnk. Tools that find neither check nothing.',
  check: (file) => {
    const { root } = file.tree;
    if (root?.name !== 'LWM2M') return [];
    const attribute = schemaAttribute(root);
    if (attribute && schemaOf(attribute.value) !== undefined) return [];
    return [
      {
        range: attribute ? attribute.nameRange : root.nameRange,
        message: attribute
          ? `${attribute.name} names “${attribute.value}”, which is none of OMA's schemas LWM2M.xsd and LWM2M-v1_1.xsd`
          : `<LWM2M> names no schema: xsi:${SCHEMA_ATTRIBUTE} is missing`,
        fixes: [edited(file, 'Name the schema LWM2M-v1_1.xsd', nameLaterSchema(root), true)],
      },
    ];
  },
};
