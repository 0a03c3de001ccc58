import type { Fix } from '../../problem';
import type { TextEdit } from '../../text';
import { readTree, type Item, type XmlObject } from '../object';
import type { Finding, XmlFile } from '../rule';

/** What is found in each object of a file. */
export const inObjects = (
  { tree }: XmlFile,
  find: (object: XmlObject) => readonly Finding[],
): readonly Finding[] => readTree(tree).objects.flatMap(find);

/** What is found in each resource of a file. */
export const inItems = (
  { tree }: XmlFile,
  find: (item: Item, object: XmlObject) => readonly Finding[],
): readonly Finding[] =>
  readTree(tree).objects.flatMap((object) => object.items.flatMap((item) => find(item, object)));

/** Whether edits take a comment away that none of them puts back. */
const losesComment = ({ tree }: XmlFile, edits: readonly TextEdit[]): boolean =>
  tree.comments.some(({ range: { start, end } }) => {
    const isTaken = edits.some(({ range }) => range.start <= start && end <= range.end);
    return isTaken && !edits.some(({ newText }) => newText.includes(tree.text.slice(start, end)));
  });

/** A fix that edits the file itself; never preferred where a comment of the author's would go with it. */
export const edited = (file: XmlFile, title: string, edits: readonly TextEdit[], preferred = false): Fix => ({
  title,
  changes: [{ kind: 'edit', uri: file.uri, edits }],
  ...(preferred && !losesComment(file, edits) ? { preferred } : {}),
});

/** Names as a sentence lists them: `A, B and C`. */
export const listed = (names: readonly string[], join = 'and'): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} ${join} ${names.at(-1) ?? ''}`;
