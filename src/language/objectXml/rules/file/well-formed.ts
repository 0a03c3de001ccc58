import { EVERY_KIND } from '../../object';
import type { XmlRule } from '../../rule';

/** Rule 1: the file is XML at all. */
export const rule: XmlRule = {
  code: 'xml/well-formed',
  number: 1,
  severity: 'error',
  kinds: EVERY_KIND,
  document:
    'The file has to be well-formed XML: every tag closed by its own end tag, attributes in quotes, & and < in text ' +
    'written &amp; and &lt;. A server or client refuses the whole file otherwise, and nothing of the object is known.',
  check: ({ tree }) => tree.faults,
};
