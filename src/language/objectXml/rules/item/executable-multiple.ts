import { itemTitle, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited, inItems } from '../findings';

/** Rule 42: an executable is Single. */
export const rule: XmlRule = {
  code: 'xml/executable-multiple',
  number: 42,
  severity: 'error',
  document: 'Execute goes to a resource and never to one of its instances, so an executable is Single.',
  check: (file) =>
    inItems(file, (item) => {
      const field = item.fields.get('MultipleInstances');
      if (valueOf(item, 'Operations') !== 'E' || field?.value !== 'Multiple') return [];
      return [
        {
          range: field.range,
          message: `An executable must be Single, and ${itemTitle(item)} is Multiple`,
          fixes: [edited(file, 'Set MultipleInstances to Single', [setText(field.element, 'Single')], true)],
        },
      ];
    }),
};
