import type { Hover } from 'vscode-languageserver/node';
import { touches } from '../language/text';
import type { Files } from './files';
import { toRange } from './openDocument';
import { ruleHover } from './ruleText';

/** The document of the rule that a problem at a place is of: of the narrowest one where there are several. */
export function problemHover(uri: string, offset: number, files: Files): Hover | undefined {
  const [problem] = files.project
    .problems(uri)
    .filter(({ range }) => touches(range, offset))
    .sort((a, b) => a.range.end - a.range.start - (b.range.end - b.range.start));
  const value = problem && ruleHover(problem.code);
  const lines = files.lines(uri);
  if (!problem || value === undefined || !lines) return undefined;
  return { contents: { kind: 'markdown', value }, range: toRange(problem.range, lines) };
}
