import type { Problem } from '../problem';
import { applyEdits, type TextEdit } from '../text';
import { checkXml } from './check';
import { parseXml } from './parse';
import type { XmlContext, XmlFile } from './rule';

/** One fix may make way for the next; a file that isn't at rest after so many rounds is left as it then is. */
const MAX_ROUNDS = 60;

/** The edits of every preferred fix that changes nothing but this file, as far as they don't touch one another. */
function preferredEdits(problems: readonly Problem[], uri: string): readonly TextEdit[] {
  const taken: TextEdit[] = [];
  for (const { fixes } of problems) {
    const fix = fixes.find(({ preferred }) => preferred === true);
    if (!fix) continue;
    const edits = fix.changes.flatMap((change) =>
      change.kind === 'edit' && change.uri === uri ? change.edits : [],
    );
    const whole = fix.changes.every((change) => change.kind === 'edit' && change.uri === uri);
    const apart = edits.every(({ range }) =>
      taken.every((other) => range.start > other.range.end || range.end < other.range.start),
    );
    if (whole && apart) taken.push(...edits);
  }
  return taken;
}

/**
 * The text of a file after its preferred fixes, applied until none is left to apply. Applied to its own result it
 * changes nothing. A text that is not well-formed is left as it is: fixes would rest on a guess.
 */
export function fixAll(file: XmlFile, context: XmlContext): string {
  let current = file;
  const seen = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS && current.tree.faults.length === 0; round++) {
    const { text } = current.tree;
    if (seen.has(text)) return text;
    seen.add(text);
    const at = current;
    const workspace = context.workspace.map((one) => (one.uri === file.uri ? at : one));
    const edits = preferredEdits(checkXml(at, { ...context, workspace }), file.uri);
    const next = applyEdits(text, edits);
    if (next === text) return text;
    current = { ...file, tree: parseXml(next) };
  }
  return current.tree.text;
}
