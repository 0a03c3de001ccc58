import type { Finding, XmlRule } from '../../rule';
import { removeAttribute, renameElement } from '../../treeEdits';
import { edited } from '../findings';

/** Rule 3: the root is `LWM2M` and in no namespace. */
export const rule: XmlRule = {
  code: 'xml/root-element',
  number: 3,
  severity: 'error',
  document:
    'The outermost element is LWM2M, in just these capitals and in no namespace: the schema has no target namespace, so ' +
    'an xmlns="…" or a prefix makes every element one that readers do not know.',
  check: (file) => {
    const { root } = file.tree;
    if (!root) return [];
    const findings: Finding[] = [];
    if (root.name !== 'LWM2M') {
      const likely =
        root.children.some(({ name }) => name === 'Object') || root.name.toUpperCase() === 'LWM2M';
      findings.push({
        range: root.nameRange,
        message: `The outermost element is <${root.name}>; it must be <LWM2M>, without a prefix`,
        fixes: [edited(file, 'Rename it to LWM2M', renameElement(root, 'LWM2M'), likely)],
      });
    }
    const namespace = root.attributes.find(({ name }) => name === 'xmlns');
    const edit = removeAttribute(file.tree, root, 'xmlns');
    if (namespace && edit && namespace.value !== '')
      findings.push({
        range: namespace.nameRange,
        message: `The elements of object XML are in no namespace; xmlns puts <${root.name}> into “${namespace.value}”`,
        fixes: [edited(file, 'Remove xmlns', [edit], true)],
      });
    return findings;
  },
};
