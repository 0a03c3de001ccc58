import { isXmlCharacter } from './characters';
import type { SyntaxFault } from './tree';

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const REFERENCE = /&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([A-Za-z_:][\w:.-]*))?(;)?/g;

/**
 * A stretch of text with its references replaced (XML 1.0 §4.1, §4.6). What is none stays as it is written, with a
 * fault. `at` is where the stretch begins; `declared` says that a DOCTYPE may have declared more names, which are then
 * left as they are without a fault.
 */
export function decodeReferences(raw: string, at: number, declared: boolean, faults: SyntaxFault[]): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(REFERENCE, (whole, hex, decimal, name, semicolon, index: number) => {
    const fault = (message: string): string => {
      faults.push({ range: { start: at + index, end: at + index + whole.length }, message });
      return whole;
    };
    if (hex === undefined && decimal === undefined && name === undefined)
      return fault('“&” must be written &amp;');
    if (semicolon === undefined)
      return fault(`${whole} is either a reference without its “;”, or “&” that must be written &amp;`);
    if (name !== undefined) {
      const character = PREDEFINED[name as string];
      if (character !== undefined && Object.hasOwn(PREDEFINED, name as string)) return character;
      return declared
        ? whole
        : fault(`&${name}; is not known: XML knows &lt; &gt; &amp; &quot; &apos; and numbers such as &#176;`);
    }
    const code = hex !== undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return isXmlCharacter(code) ? String.fromCodePoint(code) : fault(`${whole} is no character that XML has`);
  });
}
