import { textDigest } from '../../../../objects/textDigest';
import { setField } from '../../fieldEdit';
import { rangeOf, valueOf } from '../../object';
import { reusableDescriptions } from '../../reusable';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';
import { reusingItems } from './reusableItems';

/** Rule 72: a reusable resource is described alike everywhere. */
export const rule: XmlRule = {
  code: 'xml/reusable-description',
  number: 72,
  severity: 'hint',
  registryOnly: true,
  document:
    'The registry asks for the Description of a reusable resource as OMA’s list (Common.xml) has it, blanks and line ends ' +
    'aside. The text itself can be copied from there where the list is in the workspace; this product knows only whether ' +
    'it is the same.',
  check: (file, context) =>
    reusingItems(file, context).flatMap(({ item, common }) => {
      const digest = context.registry.commonDescription(common.id);
      const own = valueOf(item, 'Description');
      if (digest === undefined || textDigest(own) === digest) return [];
      const text = reusableDescriptions(context.workspace).get(common.id);
      return [
        {
          range: rangeOf(item, 'Description'),
          message: `The Description of reusable resource ${common.id} (${common.name}) differs from OMA’s list`,
          fixes:
            text === undefined || textDigest(text) !== digest
              ? []
              : [
                  edited(
                    file,
                    'Copy the Description from Common.xml',
                    [setField(file, item, 'Description', text)],
                    true,
                  ),
                ],
        },
      ];
    }),
};
