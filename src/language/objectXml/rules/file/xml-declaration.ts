import { layoutOf } from '../../layout';
import { EVERY_KIND } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

/** Rule 10: an XML declaration. */
export const rule: XmlRule = {
  code: 'xml/xml-declaration',
  number: 10,
  severity: 'hint',
  kinds: EVERY_KIND,
  document:
    `The files of the registry begin with ${DECLARATION}. Without it UTF-8 is assumed, which is right; the declaration ` +
    'tells people and editors so.',
  check: (file) => {
    const { declaration, hasBom, text } = file.tree;
    if (declaration) return [];
    const start = hasBom ? 1 : 0;
    let content = start;
    while (/\s/.test(text.charAt(content))) content++;
    const newText = `${DECLARATION}${layoutOf(file.tree).newline}`;
    return [
      {
        range: { start, end: start },
        message: `The XML declaration ${DECLARATION} is missing`,
        fixes: [
          edited(file, 'Insert the XML declaration', [{ range: { start, end: content }, newText }], true),
        ],
      },
    ];
  },
};
