import { EVERY_KIND } from '../../object';
import type { XmlRule } from '../../rule';
import { edited } from '../findings';

/** Rule 9: no byte order mark. */
export const rule: XmlRule = {
  code: 'xml/no-bom',
  number: 9,
  severity: 'hint',
  kinds: EVERY_KIND,
  document:
    'UTF-8 needs no byte order mark (U+FEFF). XML allows it, but scripts that look at the first characters of a file ' +
    'stumble over it, and most files of the registry have none.',
  check: (file) =>
    file.tree.hasBom
      ? [
          {
            range: { start: 0, end: 1 },
            message: 'The file starts with a byte order mark (U+FEFF), which UTF-8 does not need',
            fixes: [
              edited(
                file,
                'Remove the byte order mark',
                [{ range: { start: 0, end: 1 }, newText: '' }],
                true,
              ),
            ],
          },
        ]
      : [],
};
