import type { Fix } from '../../../problem';
import { CHILDREN_OF, ELEMENT_NAMES } from '../../grammar';
import type { Finding, XmlFile, XmlRule } from '../../rule';
import { nearName } from '../../spelling';
import type { XmlElement } from '../../tree';
import { removeElement, renameElement } from '../../treeEdits';
import { edited } from '../findings';

const isEmpty = (element: XmlElement): boolean => element.children.length === 0 && element.text.trim() === '';

function fixesFor(file: XmlFile, child: XmlElement, parent: XmlElement, first?: XmlElement): readonly Fix[] {
  const present = new Set(parent.children.map(({ name }) => name));
  const meant = first
    ? undefined
    : (CHILDREN_OF.get(parent.name) ?? []).find(
        (name) => nearName(name, child.name) && (name === 'Item' || !present.has(name)),
      );
  const lossless =
    isEmpty(child) || (first?.text.trim() === child.text.trim() && child.children.length === 0);
  return [
    ...(meant === undefined
      ? []
      : [edited(file, `Rename it to ${meant}`, renameElement(child, meant), true)]),
    edited(
      file,
      `Delete <${child.name}>`,
      [removeElement(file.tree, child)],
      meant === undefined && lossless,
    ),
  ];
}

function unexpectedIn(file: XmlFile, parent: XmlElement): readonly Finding[] {
  const allowed = CHILDREN_OF.get(parent.name) ?? [];
  const first = new Map<string, XmlElement>();
  return parent.children.flatMap((child): readonly Finding[] => {
    if (!allowed.includes(child.name)) {
      const place = ELEMENT_NAMES.has(child.name) ? 'does not belong' : 'is unknown';
      return [
        {
          range: child.nameRange,
          message:
            `<${child.name}> ${place} in <${parent.name}>: ` +
            (allowed.length === 0 ? 'it holds text alone' : `expected are ${allowed.join(', ')}`),
          fixes: fixesFor(file, child, parent),
        },
      ];
    }
    const inner = unexpectedIn(file, child);
    const earlier = first.get(child.name);
    if (!earlier || child.name === 'Item' || child.name === 'Object') {
      first.set(child.name, child);
      return inner;
    }
    const finding: Finding = {
      range: child.nameRange,
      message: `<${child.name}> stands twice in <${parent.name}>: the first one counts`,
      related: [{ uri: file.uri, range: earlier.nameRange, message: `The first <${child.name}>` }],
      fixes: fixesFor(file, child, parent, earlier),
    };
    return [finding, ...inner];
  });
}

/** Rule 17: no element is unknown, out of place or there twice. */
export const rule: XmlRule = {
  code: 'xml/unexpected-element',
  number: 17,
  severity: 'error',
  document:
    'The grammar of object XML is closed: LWM2M holds Object, Object its ten children, Resources its Items, Item its eight ' +
    'children, each once, and these hold text alone. Anything else makes the file invalid.',
  check: (file) => (file.tree.root?.name === 'LWM2M' ? unexpectedIn(file, file.tree.root) : []),
};
