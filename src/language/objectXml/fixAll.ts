import type { Problem } from '../problem';
import { applyEdits, type TextEdit } from '../text';
import { checkXml } from './check';
import { parseXml } from './parse';
import type { XmlContext, XmlFile } from './rule';

/** One fix may make way for the next; a file that isn't at rest after so many rounds is left as it then is. */
const MAX_ROUNDS = 60;
/** Fixes of two rules may undo each other: so often one of them is left out and all begun anew. */
const MAX_ATTEMPTS = 20;

const keyOf = ({ code, message }: Problem): string => `${code} ${message}`;

/** What has a preferred fix that changes nothing but this file, as far as the fixes don't touch one another. */
function preferred(
  problems: readonly Problem[],
  uri: string,
): { readonly edits: readonly TextEdit[]; readonly keys: readonly string[] } {
  const taken: TextEdit[] = [];
  const keys: string[] = [];
  for (const problem of problems) {
    const fix = problem.fixes.find((one) => one.preferred === true);
    if (!fix?.changes.every((change) => change.kind === 'edit' && change.uri === uri)) continue;
    const edits = fix.changes.flatMap((change) => (change.kind === 'edit' ? change.edits : []));
    const apart = edits.every(({ range }) =>
      taken.every((other) => range.start > other.range.end || range.end < other.range.start),
    );
    if (!apart) continue;
    taken.push(...edits);
    keys.push(keyOf(problem));
  }
  return { edits: taken, keys };
}

/** The text after all rounds; or the first problem whose fix was undone, where a text came back that was there before. */
function attempt(
  file: XmlFile,
  context: XmlContext,
  leave: ReadonlySet<string>,
): { readonly text: string } | { readonly contested: string } {
  let current = file;
  // A problem's words are no sign that it came back: two resources may have the same one.
  const fixedFirst = new Map<string, string>();
  for (let round = 0; round < MAX_ROUNDS && current.tree.faults.length === 0; round++) {
    const at = current;
    const contested = fixedFirst.get(at.tree.text);
    if (contested !== undefined) return { contested };
    const workspace = context.workspace.map((one) => (one.uri === file.uri ? at : one));
    const problems = checkXml(at, { ...context, workspace }).filter((one) => !leave.has(keyOf(one)));
    const { edits, keys } = preferred(problems, file.uri);
    const [key] = keys;
    if (key === undefined) break;
    fixedFirst.set(at.tree.text, key);
    current = { ...file, tree: parseXml(applyEdits(at.tree.text, edits)) };
  }
  return { text: current.tree.text };
}

/**
 * The text of a file after its preferred fixes, applied until none is left to apply. Applied to its own result it
 * changes nothing: a fix that another one undoes is left out. A text that is not well-formed is left as it is, as fixes
 * would rest on a guess.
 */
export function fixAll(file: XmlFile, context: XmlContext): string {
  const leave = new Set<string>();
  for (let count = 0; count < MAX_ATTEMPTS; count++) {
    const result = attempt(file, context, leave);
    if ('text' in result) return result.text;
    leave.add(result.contested);
  }
  return file.tree.text;
}
