import type { ResourceDefinition } from '../../../../objects/definition';
import { plainText, saysSame, typeText } from '../../definition';
import { setField } from '../../fieldEdit';
import { rangeOf, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';
import { reusingItems } from './reusableItems';

/** What a reusable resource fixes, as the XML writes it. */
const fixedFields = (common: ResourceDefinition): readonly (readonly [field: string, value: string])[] => [
  ['Name', common.name],
  ['Operations', common.operations],
  ['Type', typeText(common.type)],
  ['RangeEnumeration', common.range ?? ''],
  ['Units', common.units ?? ''],
];

const shown = (text: string): string => (text === '' ? 'empty' : plainText(text));

/** Rule 71: a reusable resource is the same everywhere. */
export const rule: XmlRule = {
  code: 'xml/reusable-differs',
  number: 71,
  severity: 'warning',
  document:
    'A resource with a reusable ID has the name, operations, type, range and unit that OMA’s list (Common.xml) gives it: ' +
    'servers and tools know it by its ID, whatever object it stands in. Only MultipleInstances and Mandatory are the ' +
    'object’s own.',
  check: (file, context) =>
    reusingItems(file, context).flatMap(({ item, common }) => {
      const differing = fixedFields(common).filter(
        ([field, value]) => !saysSame(valueOf(item, field), value),
      );
      const all = differing.map(([field, value]) => setField(file, item, field, value));
      return differing.map(([field, value]) => ({
        range: rangeOf(item, field),
        message:
          `${field} of reusable resource ${common.id} (${common.name}) is ${shown(value)} in OMA’s list, ` +
          `but ${shown(valueOf(item, field))} here`,
        fixes: [
          edited(
            file,
            value === ''
              ? `Clear ${field}, as in OMA’s list`
              : `Set ${field} to ${shown(value)}, as in OMA’s list`,
            [setField(file, item, field, value)],
            true,
          ),
          ...(differing.length > 1
            ? [edited(file, `Take all of resource ${common.id} from OMA’s list`, all)]
            : []),
        ],
      }));
    }),
};
