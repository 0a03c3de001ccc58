import type { TextEdit } from '../../../text';
import { layoutOf } from '../../layout';
import { EVERY_KIND } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';

/** Rule 11: lines end with a line feed, the last one too. */
export const rule: XmlRule = {
  code: 'xml/line-ends',
  number: 11,
  severity: 'hint',
  registryOnly: true,
  kinds: EVERY_KIND,
  document:
    'In the registry lines end with a line feed (with a carriage return before it, or not), the last line too. A carriage ' +
    'return alone is no line end to most tools.',
  check: (file) => {
    const { text } = file.tree;
    if (text === '') return [];
    const { newline } = layoutOf(file.tree);
    const bare = [...text.matchAll(/\r(?!\n)/g)].map(({ index }) => ({ start: index, end: index + 1 }));
    const edits: TextEdit[] = bare.map((range) => ({ range, newText: newline }));
    const endless = !text.endsWith('\n') && !text.endsWith('\r');
    const end = { start: text.length, end: text.length };
    if (endless) edits.push({ range: end, newText: newline });
    const [first] = bare;
    if (!first && !endless) return [];
    const count = bare.length === 1 ? 'A line ends' : `${bare.length} lines end`;
    return [
      {
        range: first ?? end,
        message: first
          ? `${count} with a carriage return alone${endless ? ', and the last line has no end' : ''}`
          : 'The last line does not end with a line feed',
        fixes: [edited(file, 'Make all lines end alike', edits, true)],
      },
    ];
  },
};
