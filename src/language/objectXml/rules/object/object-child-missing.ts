import { OBJECT_CHILDREN, objectClass, OPTIONAL_OBJECT_CHILDREN, urnOf } from '../../grammar';
import { objectTitle, type XmlObject } from '../../object';
import type { XmlRule } from '../../rule';
import { elementLine, insertChild } from '../../treeEdits';
import { edited, inObjects } from '../findings';

/** What a missing child says at first; `undefined`: only its author knows. */
function contentOf(object: XmlObject, name: string): string | undefined {
  const label = objectClass(object.id ?? -1)?.label;
  if (name === 'ObjectURN')
    return object.id !== undefined && label ? urnOf(object.id, object.version, label) : undefined;
  if (name === 'ObjectID') return object.urn ? String(object.urn.id) : undefined;
  if (name === 'Mandatory') return 'Optional';
  return name === 'MultipleInstances' || name === 'Name' ? undefined : '';
}

/** Rule 15: `Object` has all its children. */
export const rule: XmlRule = {
  code: 'xml/object-child-missing',
  number: 15,
  severity: 'error',
  document:
    `An Object has, in this order, ${OBJECT_CHILDREN.join(', ')}. Only LWM2MVersion and ObjectVersion may be left out; ` +
    'Description2 is there too, as a rule empty.',
  check: (file) =>
    inObjects(file, (object) =>
      OBJECT_CHILDREN.filter(
        (name) => !object.fields.has(name) && !OPTIONAL_OBJECT_CHILDREN.includes(name),
      ).map((name) => {
        const content = contentOf(object, name);
        const line = elementLine(name, content ?? (name === 'MultipleInstances' ? 'Single' : ''));
        const edit = insertChild(file.tree, object.element, OBJECT_CHILDREN, name, [line]);
        return {
          range: object.element.nameRange,
          message: `<${name}> is missing in ${objectTitle(object)}`,
          fixes: [edited(file, `Insert ${line}`, [edit], content !== undefined)],
        };
      }),
    ),
};
