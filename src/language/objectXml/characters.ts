/** A name of XML 1.0 §2.3, at the place where the search begins. */
const NAME =
  /[:A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD][-.0-9:A-Z_a-z\xB7\xC0-\xD6\xD8-\xF6\xF8-\u037D\u037F-\u1FFF\u200C\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD]*/y;
const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
/** What ends a name of letters in all files as one finds them: a blank, `/`, `=`, `>`. */
const endsName = (code: number): boolean => code <= 32 || code === 47 || code === 61 || code === 62;

/** The name of XML 1.0 §2.3 that begins at an offset; `undefined` where none does. */
export function nameAt(text: string, at: number): string | undefined {
  let end = at;
  // nearly every name: at a tenth of the price
  if (isLetter(text.charCodeAt(end))) {
    do end++;
    while (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)));
    if (endsName(text.charCodeAt(end))) return text.slice(at, end);
  }
  NAME.lastIndex = at;
  return NAME.exec(text)?.[0];
}

/** What XML 1.0 §2.2 has not: controls, U+FFFE, U+FFFF, halves of surrogate pairs. */
const NO_CHARACTERS =
  /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]+|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const PERHAPS_NO_CHARACTER = /[\0-\x08\x0B\x0C\x0E-\x1F\uD800-\uDFFF\uFFFE\uFFFF]/;

/** The stretches of a text that are no characters of XML 1.0 §2.2; nothing in nearly every file, which is found out soon. */
export const noCharacters = (text: string): Iterable<RegExpExecArray> =>
  PERHAPS_NO_CHARACTER.test(text) ? text.matchAll(NO_CHARACTERS) : [];

/** Whether XML 1.0 §2.2 has the character. */
export const isXmlCharacter = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);
