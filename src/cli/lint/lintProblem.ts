import type { FileChange, Problem, Severity } from '../../language/problem';
import type { Lines, TextEdit, TextRange } from '../../language/text';

/** Where something stands, line and column from 1, columns in UTF-16 units; the end is not included. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A problem as the terminal tells it. */
export interface LintProblem extends Place {
  readonly file: string;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  /** What the preferred fix does, or the first. */
  readonly fix?: string;
}

/** A problem with what reports for other programs take from it. */
export interface LintResult {
  readonly shown: LintProblem;
  readonly related: readonly (Place & { readonly file: string; readonly message: string })[];
  /** The edits of its fix in its own file, where it has no others. */
  readonly edits: readonly (Place & { readonly newText: string })[];
}

/** A file that was checked. */
export interface CheckedFile {
  readonly file: string;
  readonly results: readonly LintResult[];
}

/** A range as people count. */
export function placeOf({ start, end }: TextRange, lines: Lines): Place {
  const from = lines.at(start);
  const to = lines.at(end);
  return {
    line: from.line + 1,
    column: from.column + 1,
    endLine: to.line + 1,
    endColumn: to.column + 1,
  };
}

function ownEdits(changes: readonly FileChange[], uri: string): readonly TextEdit[] {
  return changes.every((change) => change.kind === 'edit' && change.uri === uri)
    ? changes.flatMap((change) => (change.kind === 'edit' ? change.edits : []))
    : [];
}

/** A problem of a file. `of` tells other files' names and lines. */
export function lintResult(
  problem: Problem,
  { uri, file, lines }: { readonly uri: string; readonly file: string; readonly lines: Lines },
  of: (uri: string) => { readonly file: string; readonly lines: Lines } | undefined,
): LintResult {
  const { severity, code, message, fixes, range, related = [] } = problem;
  const fix = fixes.find(({ preferred }) => preferred === true) ?? fixes[0];
  return {
    shown: {
      file,
      ...placeOf(range, lines),
      severity,
      code,
      message,
      ...(fix ? { fix: fix.title } : {}),
    },
    related: related.flatMap((one) => {
      const other = of(one.uri);
      return other ? { file: other.file, ...placeOf(one.range, other.lines), message: one.message } : [];
    }),
    edits: ownEdits(fix?.changes ?? [], uri).map(({ range: at, newText }) => ({
      ...placeOf(at, lines),
      newText,
    })),
  };
}
