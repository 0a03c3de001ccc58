import type { TextRange } from '../text';
import type { Assignment, Fragment, UnreadLine } from './fragment';
import { readValue } from './value';

/** `CONFIG_X=value`: nothing stands before it, and no blank before `=` (as Kconfig has it); blanks after `=` are met in the wild. */
const ASSIGNED = /^((?:SB_)?CONFIG_\w+)=/;
const NOT_SET = /^# ((?:SB_)?CONFIG_\w+) (is not set)\s*$/;

function assignmentOf(text: string, start: number, line: number): Assignment | undefined {
  const range: TextRange = { start, end: start + text.length };
  const assigned = ASSIGNED.exec(text);
  if (assigned) {
    const [, symbol = ''] = assigned;
    const rest = text.slice(symbol.length + 1);
    const value = rest.trim();
    const valueStart = start + text.length - rest.trimStart().length;
    return {
      symbol,
      symbolRange: { start, end: start + symbol.length },
      value: readValue(value),
      valueRange: { start: valueStart, end: valueStart + value.length },
      range,
      line,
    };
  }
  const unset = NOT_SET.exec(text);
  if (!unset) return undefined;
  const [, symbol = '', words = ''] = unset;
  const symbolEnd = start + 2 + symbol.length;
  return {
    symbol,
    symbolRange: { start: start + 2, end: symbolEnd },
    value: { type: 'tristate', value: 'n' },
    valueRange: { start: symbolEnd + 1, end: symbolEnd + 1 + words.length },
    range,
    line,
  };
}

/**
 * Reads a Kconfig fragment: `prj.conf`, an overlay, a build's `.config`. Never fails: what Kconfig would not read is
 * listed as unread. The value range of `# CONFIG_X is not set` is that of `is not set`.
 */
export function parseFragment(uri: string, text: string): Fragment {
  const assignments: Assignment[] = [];
  const unread: UnreadLine[] = [];
  const lines = /[^\r\n]*(\r\n|\r|\n|$)/g;
  // A byte order mark belongs to the file, not to its first line.
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (let line = 0; start < text.length; line++) {
    lines.lastIndex = start;
    const match = lines.exec(text);
    if (!match) break;
    const content = match[0].slice(0, match[0].length - (match[1]?.length ?? 0));
    const assignment = assignmentOf(content, start, line);
    if (assignment) assignments.push(assignment);
    else if (!/^\s*(#|$)/.test(content)) unread.push({ range: { start, end: start + content.length }, line });
    start += match[0].length;
  }
  return { uri, text, assignments, unread };
}
