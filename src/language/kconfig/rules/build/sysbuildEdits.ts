import type { FileChange } from '../../../problem';
import { besides } from '../../../uri';
import type { TextEdit } from '../../../text';
import type { Configuration } from '../../configuration';
import type { Assignment, Fragment } from '../../fragment';

const lineEndOf = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';

/** A line at the end of a fragment. */
export function appended({ uri, text }: Fragment, line: string): FileChange {
  const lineEnd = lineEndOf(text);
  const isOpen = text !== '' && !/[\r\n]$/.test(text);
  const range = { start: text.length, end: text.length };
  return { kind: 'edit', uri, edits: [{ range, newText: `${isOpen ? lineEnd : ''}${line}${lineEnd}` }] };
}

/** A line at the end of sysbuild.conf; where there is none, one beside prj.conf. `undefined` where neither is there. */
export function intoSysbuild({ sysbuild, fragments }: Configuration, line: string): FileChange | undefined {
  if (sysbuild) return appended(sysbuild, line);
  const prj = fragments.find(({ kind }) => kind === 'prj');
  if (!prj) return undefined;
  const { uri, text } = prj.fragment;
  return { kind: 'create', uri: besides(uri, 'sysbuild.conf'), text: line + lineEndOf(text) };
}

/** A line taken out, its end included. */
export function takenOut({ text }: Fragment, { range }: Assignment): TextEdit {
  const { start, end } = range;
  const after = /^(\r\n|\n|\r)/.exec(text.slice(end, end + 2))?.[0].length ?? 0;
  return { range: { start, end: end + after }, newText: '' };
}

/** The value of an assignment as it is written; `n` for `is not set`. */
export const writtenValue = ({ text }: Fragment, { valueRange }: Assignment): string => {
  const written = text.slice(valueRange.start, valueRange.end);
  return written === 'is not set' ? 'n' : written;
};
