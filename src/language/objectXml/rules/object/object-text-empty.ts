import { objectTitle } from '../../object';
import type { XmlRule } from '../../rule';
import { inObjects } from '../findings';

/** Rule 30: an object has a name and a description. */
export const rule: XmlRule = {
  code: 'xml/object-text-empty',
  number: 30,
  severity: 'error',
  document:
    'The Name of an object must not be empty: Leshan refuses the file. Description1 says what the object is for and is what ' +
    'people find it by. (Description2 is empty in nearly every file.)',
  check: (file) =>
    inObjects(file, (object) =>
      (['Name', 'Description1'] as const).flatMap((name) => {
        const field = object.fields.get(name);
        if (field?.value !== '') return [];
        return [
          {
            range: field.range,
            severity: name === 'Name' ? ('error' as const) : ('warning' as const),
            message: `<${name}> of ${objectTitle(object)} is empty`,
          },
        ];
      }),
    ),
};
