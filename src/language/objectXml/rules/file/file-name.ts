import { objectTitle, readTree, valueOf } from '../../object';
import type { XmlRule } from '../../rule';

const NAME = /^(\d{1,5})(?:-(\d+)_(\d+))?\.xml$/i;

/** Rule 14: a file named by an ID, and a version, holds just these. */
export const rule: XmlRule = {
  code: 'xml/file-name',
  number: 14,
  severity: 'hint',
  document:
    "The registry names a file by the object's ID (3303.xml), one of its history by ID and version (3303-1_1.xml). Tools " +
    'that look a definition up by file name read the wrong one where name and content differ.',
  check: ({ name, uri, tree }) => {
    const match = NAME.exec(name);
    const object = readTree(tree).objects[0];
    if (!match || object?.id === undefined) return [];
    const version = match[2] === undefined ? undefined : `${match[2]}.${match[3] ?? ''}`;
    const idDiffers = Number(match[1]) !== object.id;
    const versionDiffers = version !== undefined && version !== object.version;
    if (!idDiffers && !versionDiffers) return [];
    const field = idDiffers ? 'ObjectID' : 'ObjectVersion';
    const is = idDiffers ? `ID ${object.id}` : `version ${object.version}`;
    const newName = `${object.id}${version === undefined ? '' : `-${object.version.replace('.', '_')}`}.xml`;
    const renameable = /^[\d_]+(?:-\d+_\d+)?\.xml$/.test(newName) && valueOf(object, 'ObjectID') !== '';
    return [
      {
        range: object.fields.get(field)?.range ?? object.element.nameRange,
        message: `The file is called ${name}, and ${objectTitle(object)} in it has ${is}`,
        fixes: renameable
          ? [{ title: `Rename the file to ${newName}`, changes: [{ kind: 'rename', uri, newName }] }]
          : [],
      },
    ];
  },
};
