import { besides, type Fix } from '../../../problem';
import { objectTitle, readTree, type XmlObject } from '../../object';
import type { XmlFile, XmlRule } from '../../rule';
import type { XmlElement } from '../../tree';

/** An object moved to a file of its own, with the root's attributes; none where it has no ID, or its file is there. */
function split(
  { tree: { text }, uri }: XmlFile,
  root: XmlElement,
  { id, element: { range } }: XmlObject,
  workspace: readonly XmlFile[],
): readonly Fix[] {
  const name = `${id}.xml`;
  const own = besides(uri, name);
  if (id === undefined || own === uri || workspace.some((other) => other.uri === own)) return [];
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const start = text.slice(0, range.start).trimEnd().length;
  const indent = text.slice(start, range.start).replace(/^[^]*[\r\n]/, '');
  const before = text.slice(0, root.startTag.end).trimStart();
  const moved = `${before}${lineEnd}${indent}${text.slice(range.start, range.end)}${lineEnd}</${root.name}>${lineEnd}`;
  return [
    {
      title: `Move object ${id} to ${name}`,
      preferred: true,
      changes: [
        { kind: 'create', uri: own, text: moved },
        { kind: 'edit', uri, edits: [{ range: { start, end: range.end }, newText: '' }] },
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
