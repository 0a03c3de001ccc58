import { EVERY_KIND } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';

/** Rule 13: the header comment names the file as it is called. */
export const rule: XmlRule = {
  code: 'xml/header-name',
  number: 13,
  severity: 'hint',
  registryOnly: true,
  kinds: EVERY_KIND,
  document:
    "OMA's header comment has a line “Name:” with the name of the file. When a file is copied to make another, or is " +
    "published in a new version, that line is easily left as it was. A file of the history may name the object's: 4.xml in 4-1_0.xml.",
  check: (file) => {
    const { comments, root } = file.tree;
    const unversioned = file.name.replace(/-\d+_\d+(?=\.xml$)/i, '');
    return comments
      .filter(({ range }) => !root || range.end <= root.range.start)
      .flatMap(({ range, text }) => {
        const match = /^([ \t]*Name:[ \t]*)(\S[^\r\n]*?)[ \t]*(?:-->)?$/m.exec(text);
        const told = match?.[2];
        if (!match || told === undefined || told === file.name || told === unversioned) return [];
        const start = range.start + match.index + (match[1]?.length ?? 0);
        const place = { start, end: start + told.length };
        return [
          {
            range: place,
            message: `The header names the file “${told}”; it is called ${file.name}`,
            fixes: [edited(file, `Write ${file.name}`, [{ range: place, newText: file.name }], true)],
          },
        ];
      });
  },
};
