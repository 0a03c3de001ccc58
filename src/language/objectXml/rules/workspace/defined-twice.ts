import { objectTitle, rangeOf, readTree } from '../../object';
import type { XmlRule } from '../../rule';
import type { XmlTree } from '../../tree';
import { objectsOf } from './versions';

const plainTexts = new WeakMap<XmlTree, string>();

/** A file's text whatever its line ends: kept, for a keystroke changes one file and compares it with the same others. */
function plainText(tree: XmlTree): string {
  const known = plainTexts.get(tree);
  if (known !== undefined) return known;
  const plain = tree.text.replace(/\r\n?/g, '\n').trimEnd();
  plainTexts.set(tree, plain);
  return plain;
}

const sameText = (a: XmlTree, b: XmlTree): boolean => a.text === b.text || plainText(a) === plainText(b);

/** Rule 75: an object has one definition. */
export const rule: XmlRule = {
  code: 'xml/defined-twice',
  number: 75,
  severity: 'error',
  document:
    'An object in one version has one definition. With two files that differ, which of them servers and tools go by is ' +
    'chance. Two files with the very same text are no matter: the registry keeps the latest version in its history as well.',
  check: (file, context) =>
    readTree(file.tree).objects.flatMap((object) => {
      if (object.id === undefined) return [];
      const others = objectsOf(object.id, file, context).filter(
        (other) =>
          other.object !== object &&
          other.object.version === object.version &&
          (other.file === file || !sameText(other.file.tree, file.tree)),
      );
      if (others.length === 0) return [];
      const [first] = others;
      const where = first?.file === file ? 'in this file' : `in ${first?.file.name}`;
      return [
        {
          range: rangeOf(object, 'ObjectID'),
          message:
            `Version ${object.version} of ${objectTitle(object)} is defined ${where} as well, otherwise: ` +
            'which one counts is chance',
          related: others.slice(0, 20).map((other) => ({
            uri: other.file.uri,
            range: rangeOf(other.object, 'ObjectID'),
            message: `${objectTitle(other.object)}, version ${other.object.version}`,
          })),
        },
      ];
    }),
};
