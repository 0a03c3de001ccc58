import { objectTitle } from '../../object';
import { layoutOf } from '../../layout';
import type { XmlRule } from '../../rule';
import { elementLine, insertChild } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 34: an object has a resource. */
export const rule: XmlRule = {
  code: 'xml/no-items',
  number: 34,
  severity: 'error',
  document:
    'Resources holds at least one Item. Without one there is nothing to read, write or execute, and Leshan refuses the file.',
  check: (file) =>
    inObjects(file, (object) => {
      const { resources, items } = object;
      if (!resources || items.length > 0) return [];
      const { unit } = layoutOf(file.tree);
      const lines = [
        '<Item ID="0">',
        ...[
          elementLine('Name', 'Name'),
          elementLine('Operations', 'R'),
          elementLine('MultipleInstances', 'Single'),
          elementLine('Mandatory', 'Optional'),
          elementLine('Type', 'String'),
          elementLine('RangeEnumeration', ''),
          elementLine('Units', ''),
          elementLine('Description', 'What it says.'),
        ].map((line) => unit + line),
        '</Item>',
      ];
      return [
        {
          range: resources.nameRange,
          message: `An object needs a resource: <Resources> of ${objectTitle(object)} holds no <Item>`,
          fixes: [
            edited(file, 'Insert an Item to fill in', [
              insertChild(file.tree, resources, ['Item'], 'Item', lines),
            ]),
          ],
        },
      ];
    }),
};
