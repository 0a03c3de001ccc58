import type { Fix } from '../../../problem';
import { besides } from '../../../uri';
import { indentBefore, layoutOf, wholeLines } from '../../layout';
import { objectTitle, readTree, type XmlObject } from '../../object';
import type { XmlFile, XmlRule } from '../../rule';
import type { XmlElement } from '../../tree';

/** An object moved to a file of its own, with the root's attributes; none where it has no ID, or its file is there. */
function split(
  { tree, uri }: XmlFile,
  root: XmlElement,
  { id, element: { range } }: XmlObject,
  workspace: readonly XmlFile[],
): readonly Fix[] {
  const name = `${id}.xml`;
  const own = besides(uri, name);
  if (id === undefined || own === uri || workspace.some((other) => other.uri === own)) return [];
  const { text } = tree;
  const { newline } = layoutOf(tree);
  const indent = indentBefore(text, range.start) ?? '';
  const before = text.slice(0, root.startTag.end).trimStart();
  const moved = `${before}${newline}${indent}${text.slice(range.start, range.end)}${newline}</${root.name}>${newline}`;
  return [
    {
      title: `Move object ${id} to ${name}`,
      preferred: true,
      changes: [
        { kind: 'create', uri: own, text: moved },
        { kind: 'edit', uri, edits: [{ range: wholeLines(text, range), newText: '' }] },
      ],
    },
  ];
}

/** Rule 4: one object a file. */
export const rule: XmlRule = {
  code: 'xml/one-object',
  number: 4,
  severity: 'error',
  document:
    'A file defines one object. Without an Object there is nothing to read; the schema allows several, but every file of ' +
    'the registry has one, and tools read the first alone.',
  check: (file, { workspace }) => {
    const { tree, uri } = file;
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
      fixes: () => (object.id === first.id ? [] : split(file, root, object, workspace)),
    }));
  },
};
