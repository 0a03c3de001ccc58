import { wholeLines } from '../../layout';
import { EVERY_KIND } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';

/** Rule 2: no DOCTYPE. */
export const rule: XmlRule = {
  code: 'xml/no-doctype',
  number: 2,
  severity: 'error',
  kinds: EVERY_KIND,
  document:
    'A DOCTYPE, with or without entities, is refused by LwM2M servers (Leshan among them): entities are a way to make a ' +
    'parser read other files. Object XML needs none.',
  check: (file) => {
    const { doctype, text } = file.tree;
    if (!doctype) return [];
    const declares = text.slice(doctype.start, doctype.end).includes('[');
    const edits = [{ range: wholeLines(text, doctype), newText: '' }];
    return [
      {
        range: doctype,
        message: 'LwM2M servers accept no DOCTYPE: the file is refused as a whole',
        fixes: [edited(file, 'Delete the DOCTYPE', edits, !declares)],
      },
    ];
  },
};
