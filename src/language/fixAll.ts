import type { Fix, Problem } from './problem';
import { applyEdits, type TextEdit } from './text';

/** Fixes make room for others: an element that was inserted may have to move. More rounds than any file needs. */
const MOST_ROUNDS = 24;

/** The edits of a fix where all of them are in this one file. */
function editsWithin(fix: Fix, uri: string): readonly TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const change of fix.changes) {
    if (change.kind !== 'edit' || change.uri !== uri) return undefined;
    edits.push(...change.edits);
  }
  return edits.length > 0 ? edits : undefined;
}

const overlap = (a: TextEdit, b: TextEdit): boolean =>
  a.range.start === b.range.start || (a.range.start < b.range.end && b.range.start < a.range.end);

/** The preferred fixes that can be made at once, the first of those that get in each other's way. */
function oneRound(problems: readonly Problem[], uri: string): readonly TextEdit[] {
  const chosen: TextEdit[] = [];
  for (const { fixes } of problems) {
    const preferred = fixes.find((fix) => fix.preferred === true);
    const edits = preferred && editsWithin(preferred, uri);
    if (edits?.every((edit) => !chosen.some((taken) => overlap(edit, taken)))) chosen.push(...edits);
  }
  return chosen;
}

/**
 * The text after every preferred fix of its own file, again and again until none is left; the same text where there is
 * none. Fixes that touch or rename other files are left to the user.
 * @param check the problems of a text
 */
export function fixAll(uri: string, text: string, check: (text: string) => readonly Problem[]): string {
  const seen = new Set([text]);
  let fixed = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const edits = oneRound(check(fixed), uri);
    if (edits.length === 0) return fixed;
    const next = applyEdits(fixed, edits);
    // two rules that undo each other's fix would go on for ever
    if (seen.has(next)) return fixed;
    seen.add(next);
    fixed = next;
  }
  return fixed;
}

/** The least edit that makes one text of another: what both begin and end with stays. */
export function difference(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  return {
    range: { start, end: before.length - end },
    newText: after.slice(start, after.length - end),
  };
}
