import type { Hover } from 'vscode-languageserver/node';
import { touches } from '../language/text';
import type { Features } from './features';
import type { Files } from './files';
import { toRange } from './openDocument';
import { ruleHover } from './ruleText';

/** What can be asked of object XML. */
export class XmlFeatures implements Features {
  constructor(private readonly files: Files) {}

  hover(uri: string, offset: number): Hover | undefined {
    return problemHover(uri, offset, this.files);
  }
}

/** The document of the first rule that a problem at a place is of. */
export function problemHover(uri: string, offset: number, files: Files): Hover | undefined {
  const problem = files.project.problems(uri).find(({ range }) => touches(range, offset));
  const value = problem && ruleHover(problem.code);
  const lines = files.lines(uri);
  if (!problem || value === undefined || !lines) return undefined;
  return { contents: { kind: 'markdown', value }, range: toRange(problem.range, lines) };
}
