import { layoutOf } from '../../layout';
import { EVERY_KIND } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';

const LICENCE = /licen[cs]e|copyright|SPDX-|redistribut/i;
const TEMPLATE = [
  '<!--',
  '  SPDX-FileCopyrightText: YEAR OWNER',
  '  SPDX-License-Identifier: BSD-3-Clause',
  '',
  '  Replace YEAR and OWNER, and put the text of the licence here: the registry publishes a file under the terms that',
  '  stand in it.',
  '-->',
];

/** Rule 12: a comment that says under which licence the file is. */
export const rule: XmlRule = {
  code: 'xml/licence-header',
  number: 12,
  severity: 'hint',
  registryOnly: true,
  kinds: EVERY_KIND,
  document:
    'A file of the registry carries its licence in a comment before the first element, as a rule the BSD licence with ' +
    'three clauses. Without one nobody may ship the file.',
  check: (file) => {
    const { comments, root, declaration, hasBom } = file.tree;
    if (!root) return [];
    const header = comments.filter(({ range }) => range.end <= root.range.start);
    if (header.some(({ text }) => LICENCE.test(text))) return [];
    const { newline } = layoutOf(file.tree);
    const at = declaration?.end ?? (hasBom ? 1 : 0);
    const template = TEMPLATE.join(newline);
    const newText = declaration ? newline + template : template + newline;
    return [
      {
        range: root.nameRange,
        message: 'No comment before the first element says under which licence the file is',
        fixes: [
          edited(file, 'Insert a licence header to fill in', [{ range: { start: at, end: at }, newText }]),
        ],
      },
    ];
  },
};
