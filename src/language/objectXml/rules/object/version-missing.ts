import { OBJECT_CHILDREN, OPTIONAL_OBJECT_CHILDREN, TYPES_SINCE_1_1 } from '../../grammar';
import { objectTitle, valueOf, type XmlObject } from '../../object';
import type { XmlRule } from '../../rule';
import { elementLine, insertChild, setText } from '../../treeEdits';
import { edited, inObjects } from '../findings';

function versionFor(object: XmlObject, name: string): string {
  if (name === 'ObjectVersion') return object.urn?.version ?? '1.0';
  return object.items.some((item) => TYPES_SINCE_1_1.includes(valueOf(item, 'Type'))) ? '1.1' : '1.0';
}

/** Rule 16: both versions are told. */
export const rule: XmlRule = {
  code: 'xml/version-missing',
  number: 16,
  severity: 'warning',
  document:
    'LWM2MVersion is the lowest version of LwM2M that can carry the object, ObjectVersion its own. The schema lets both be ' +
    'left out, and 1.0 is then meant; OMA asks for them in every file that is submitted.',
  check: (file) =>
    inObjects(file, (object) =>
      OPTIONAL_OBJECT_CHILDREN.filter((name) => valueOf(object, name) === '').map((name) => {
        const line = elementLine(name, versionFor(object, name));
        const field = object.fields.get(name);
        const edit = field
          ? setText(field.element, versionFor(object, name))
          : insertChild(file.tree, object.element, OBJECT_CHILDREN, name, [line]);
        return {
          range: field ? field.range : object.element.nameRange,
          message: `<${name}> ${field ? 'is empty' : 'is missing'} in ${objectTitle(object)}: it is taken for 1.0, and OMA asks for it`,
          fixes: [
            edited(
              file,
              field ? `Set ${name} to ${versionFor(object, name)}` : `Insert ${line}`,
              [edit],
              true,
            ),
          ],
        };
      }),
    ),
};
