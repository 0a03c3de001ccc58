import { OBJECT_CHILDREN } from '../../grammar';
import { objectTitle } from '../../object';
import { firstMisplaced, rankBy, reorderChildren } from '../../reorder';
import type { XmlRule } from '../../rule';
import { edited, inObjects } from '../findings';
import { reorderAll } from '../reorderAll';

/** Rule 18: the children of `Object` in the schema's order. */
export const rule: XmlRule = {
  code: 'xml/object-child-order',
  number: 18,
  severity: 'warning',
  document:
    `The schema wants the children of Object in one order: ${OBJECT_CHILDREN.join(', ')}. LwM2M servers do not mind, but ` +
    'the file is invalid by its schema. The fix moves elements with their comments and changes nothing else.',
  check: (file) =>
    inObjects(file, (object) => {
      const { element } = object;
      const misplaced = firstMisplaced(element, OBJECT_CHILDREN);
      if (!misplaced) return [];
      const edits = reorderChildren(file.tree, element, rankBy(OBJECT_CHILDREN, element));
      return [
        {
          range: misplaced.child.nameRange,
          message: `<${misplaced.child.name}> must come before <${misplaced.after.name}> in ${objectTitle(object)}`,
          related: [
            {
              uri: file.uri,
              range: misplaced.after.nameRange,
              message: `<${misplaced.after.name}> stands here`,
            },
          ],
          fixes: [
            edited(file, 'Put the children of Object in order', edits, true),
            edited(file, 'Put every element of the file in order', reorderAll(file)),
          ],
        },
      ];
    }),
};
