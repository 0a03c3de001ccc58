import type { TextEdit } from '../../../text';
import { itemTitle, objectTitle, type Field, type Item, type XmlObject } from '../../object';
import type { Finding, XmlFile, XmlRule } from '../../rule';
import type { XmlTree } from '../../tree';
import { edited, inObjects } from '../findings';

const TYPOGRAPHIC =
  /[\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u201F\u2010-\u2015\u2212\u00A0\u202F\u2026]/g;
const PLAIN: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201A': "'",
  '\u201B': "'",
  '\u201C': '"',
  '\u201D': '"',
  '\u201E': '"',
  '\u201F': '"',
  '\u2026': '...',
  '\u00A0': ' ',
  '\u202F': ' ',
};
/** What a character is called in a message. */
const kindOf = (character: string): string =>
  ({ ' ': 'no-break spaces', '...': 'ellipses', "'": 'quotes', '"': 'quotes' })[PLAIN[character] ?? ''] ??
  'dashes';

const places = new WeakMap<XmlTree, readonly number[]>();

/** Where such characters stand in a file, ascending: most fields have none, and needn't be searched one by one. */
function typographicAt(tree: XmlTree): readonly number[] {
  const known = places.get(tree);
  if (known) return known;
  const found = Array.from(tree.text.matchAll(TYPOGRAPHIC), ({ index }) => index);
  places.set(tree, found);
  return found;
}

const isAmong = (ascending: readonly number[], start: number, end: number): boolean =>
  ascending.some((at) => at >= start && at < end);

function findingIn(file: XmlFile, title: string, { element }: Field): readonly Finding[] {
  const { start, end } = element.contentRange;
  if (!isAmong(typographicAt(file.tree), start, end)) return [];
  const found = [...file.tree.text.slice(start, end).matchAll(TYPOGRAPHIC)];
  const [first] = found;
  if (!first || element.children.length > 0) return [];
  const edits: readonly TextEdit[] = found.map(({ index, 0: character }) => ({
    range: { start: start + index, end: start + index + 1 },
    newText: PLAIN[character] ?? '-',
  }));
  const kinds = [...new Set(found.map(([character]) => kindOf(character)))].join(', ');
  return [
    {
      range: { start: start + first.index, end: start + first.index + 1 },
      message: `${element.name} of ${title} has typographic ${kinds} (${found.length} in all) where others write ASCII`,
      fixes: [edited(file, 'Write ASCII instead', edits, true)],
    },
  ];
}

/** `Resources` holds no text; in a range the characters are its syntax, which has rules of its own. */
const NOT_HERE: readonly string[] = ['Resources', 'RangeEnumeration'];

const inAll = (file: XmlFile, of: XmlObject | Item, title: string): readonly Finding[] =>
  [...of.fields.values()].flatMap((field) =>
    NOT_HERE.includes(field.element.name) ? [] : findingIn(file, title, field),
  );

/** Rule 53: quotes, dashes and blanks as ASCII has them. */
export const rule: XmlRule = {
  code: 'xml/typographic-characters',
  number: 53,
  severity: 'hint',
  document:
    'Quotes, dashes and no-break spaces of a word processor get into a file with pasted text. In names and ranges they are ' +
    'not found by a search, in descriptions they break in tools that take ASCII; the registry asks for the plain ones.',
  check: (file) =>
    inObjects(file, (object) => [
      ...inAll(file, object, objectTitle(object)),
      ...object.items.flatMap((item) => inAll(file, item, itemTitle(item))),
    ]),
};
