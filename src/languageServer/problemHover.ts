import type { Hover } from 'vscode-languageserver/node';
import { touches } from '../language/text';
import type { Files } from './files';
import { toRange } from './openDocument';
import { ruleHover } from './ruleText';

/** A rule's document over its problem, to stand alone or below something else. */
export interface ProblemHover {
  readonly markdown: string;
  readonly hover: Hover;
}

/** The document of the rule that a problem at a place is of: of the narrowest one where there are several. */
export function problemHover(uri: string, offset: number, files: Files): ProblemHover | undefined {
  const [problem] = files.project
    .problems(uri)
    .filter(({ range }) => touches(range, offset))
    .sort((a, b) => a.range.end - a.range.start - (b.range.end - b.range.start));
  const markdown = problem && ruleHover(problem.code);
  const lines = files.lines(uri);
  if (!problem || markdown === undefined || !lines) return undefined;
  return {
    markdown,
    hover: { contents: { kind: 'markdown', value: markdown }, range: toRange(problem.range, lines) },
  };
}
