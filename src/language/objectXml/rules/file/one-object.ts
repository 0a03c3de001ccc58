import { objectTitle, readTree } from '../../object';
import type { XmlRule } from '../../rule';

/** Rule 4: one object a file. */
export const rule: XmlRule = {
  code: 'xml/one-object',
  number: 4,
  severity: 'error',
  document:
    'A file defines one object. Without an Object there is nothing to read; the schema allows several, but every file of ' +
    'the registry has one, and tools read the first alone.',
  check: ({ tree, uri }) => {
    const { root } = tree;
    if (!root) return [];
    const { objects } = readTree(tree);
    const [first, ...others] = objects;
    if (!first)
      return [
        { range: root.nameRange, message: `<${root.name}> holds no <Object>: the file defines nothing` },
      ];
    return others.map((object) => ({
      range: object.element.nameRange,
      severity: 'hint',
      message: `A file of its own is expected for ${objectTitle(object)}: ${objectTitle(first)} is defined here already`,
      related: [{ uri, range: first.element.nameRange, message: `The first: ${objectTitle(first)}` }],
    }));
  },
};
