import { saysSame } from '../../definition';
import { readTree, valueOf } from '../../object';
import type { XmlRule } from '../../rule';
import { setText } from '../../treeEdits';
import { edited } from '../findings';
import { fileAt, indexEntries } from './indexEntries';

/** Rule 80: the index describes objects as their files do. */
export const rule: XmlRule = {
  code: 'xml/index-description',
  number: 80,
  severity: 'hint',
  registryOnly: true,
  kinds: ['index'],
  document:
    'The Description of an entry of DDF.xml is the Description1 of the object’s file, blanks and line ends aside: it is ' +
    'what the registry’s pages show.',
  check: (file, { workspace }) =>
    indexEntries(file).flatMap((entry) => {
      const target = entry.path === '' ? undefined : fileAt(entry.path, file, workspace);
      const [object] = target ? readTree(target.tree).objects : [];
      const field = entry.fields.get('Description');
      if (!target || !object || !field) return [];
      const right = valueOf(object, 'Description1');
      if (saysSame(field.value, right)) return [];
      return [
        {
          range: field.range,
          message: `The Description of object ${entry.id} ${entry.version} is not the Description1 of ${target.name}`,
          fixes: [edited(file, `Copy Description1 of ${target.name}`, [setText(field.element, right)], true)],
        },
      ];
    }),
};
