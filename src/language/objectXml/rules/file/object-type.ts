import { OBJECT_TYPE } from '../../grammar';
import { objectTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { setAttribute } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** Rule 5: `ObjectType="MODefinition"`. */
export const rule: XmlRule = {
  code: 'xml/object-type',
  number: 5,
  severity: 'error',
  document:
    'The schema asks for the attribute ObjectType of Object. Its value is free there, but every published object says ' +
    'MODefinition, and tools look for it.',
  check: (file) =>
    inObjects(file, (object) => {
      const { element } = object;
      const attribute = element.attributes.find(({ name }) => name === 'ObjectType');
      if (attribute?.value === OBJECT_TYPE) return [];
      const edit = setAttribute(element, 'ObjectType', OBJECT_TYPE);
      return [
        {
          range: attribute ? attribute.nameRange : element.nameRange,
          severity: attribute ? 'warning' : 'error',
          message: attribute
            ? `ObjectType of ${objectTitle(object)} is “${attribute.value}”; ${OBJECT_TYPE} is expected`
            : `The attribute ObjectType="${OBJECT_TYPE}" of ${objectTitle(object)} is missing`,
          fixes: [edited(file, `Set ObjectType to ${OBJECT_TYPE}`, [edit], true)],
        },
      ];
    }),
};
