import { TYPES_SINCE_1_1 } from '../../grammar';
import { itemTitle, rangeOf, readTree, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { nameLaterSchema, schemaAttribute, schemaOf } from '../../schema';
import { edited, listed } from '../findings';

/** Rule 7: a type that the schema named does not have. */
export const rule: XmlRule = {
  code: 'xml/schema-lacks-type',
  number: 7,
  severity: 'warning',
  document:
    'LWM2M.xsd is the schema of LwM2M 1.0 and does not have the types Unsigned Integer and Corelnk. A file that uses one ' +
    'is invalid by the schema it names; LWM2M-v1_1.xsd has them.',
  check: (file) => {
    const { root } = file.tree;
    const attribute = schemaAttribute(root);
    if (!root || !attribute || schemaOf(attribute.value) !== '1.0') return [];
    const users = readTree(file.tree).objects.flatMap(({ items }) =>
      items.filter((item) => TYPES_SINCE_1_1.includes(valueOf(item, 'Type'))),
    );
    const [first] = users;
    if (!first) return [];
    const types = [...new Set(users.map((item) => valueOf(item, 'Type')))];
    return [
      {
        range: rangeOf(first, 'Type'),
        message:
          `The schema LWM2M.xsd that the file names has no type ${listed(types, 'or')}, which ${listed(users.map(itemTitle))} ` +
          `${users.length === 1 ? 'has' : 'have'}; LWM2M-v1_1.xsd has it`,
        related: [{ uri: file.uri, range: attribute.valueRange, message: 'The schema is named here' }],
        fixes: [edited(file, 'Name the schema LWM2M-v1_1.xsd', nameLaterSchema(root), true)],
      },
    ];
  },
};
