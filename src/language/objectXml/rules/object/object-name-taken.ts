import { rangeOf, readTree, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { objectsNamed } from '../../takenNames';
import { inObjects } from '../findings';

/** Rule 32: no other object has the name. */
export const rule: XmlRule = {
  code: 'xml/object-name-taken',
  number: 32,
  severity: 'hint',
  document:
    'Two objects of one name can not be told apart in a list, and generated code collides. Compared are the objects of ' +
    "OMA's registry, in their latest versions, and those of the workspace.",
  check: (file, { registry, workspace }) =>
    inObjects(file, (object) => {
      const { id } = object;
      const name = valueOf(object, 'Name');
      if (id === undefined || name === '') return [];
      const others = objectsNamed(name, registry, workspace).filter((other) => other.id !== id);
      const [first] = others;
      if (!first) return [];
      const ids = [...new Set(others.map((other) => other.id))];
      const place = first.file && readTree(first.file.tree).objects.find((other) => other.id === first.id);
      return [
        {
          range: rangeOf(object, 'Name'),
          message: `Object ${ids.join(', ')} is called “${first.name}” too`,
          ...(first.file && place
            ? {
                related: [
                  { uri: first.file.uri, range: rangeOf(place, 'Name'), message: `Object ${first.id}` },
                ],
              }
            : {}),
        },
      ];
    }),
};
