import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver/node';
import type { Problem, Severity } from '../language/problem';
import type { Files } from './files';
import { toRange } from './openDocument';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Information,
};

const TAGS = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated } as const;

/** The address of a rule's document, which the client shows. */
export const ruleUri = (code: string): string => `lwm2m-rule:/${code}.md`;

/** A problem as LSP has it; those it refers to in files that are not known are left out. */
export function toDiagnostic(uri: string, problem: Problem, files: Files): Diagnostic | undefined {
  const lines = files.lines(uri);
  if (!lines) return undefined;
  const related = problem.related?.flatMap(({ uri: other, range, message }) => {
    const otherLines = files.lines(other);
    return otherLines ? { location: { uri: other, range: toRange(range, otherLines) }, message } : [];
  });
  return {
    range: toRange(problem.range, lines),
    severity: SEVERITIES[problem.severity],
    code: problem.code,
    codeDescription: { href: ruleUri(problem.code) },
    source: problem.code.startsWith('kconfig/') ? 'lwm2m-kconfig' : 'lwm2m-xml',
    message: problem.message,
    ...(related && related.length > 0 ? { relatedInformation: related } : {}),
    ...(problem.tag ? { tags: [TAGS[problem.tag]] } : {}),
  };
}

/** A file as it was when a report was made of it. */
interface Reported {
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
  readonly id: string;
}

/** Problems as reports, with a name for each state of a file, so that what stands is not sent twice. */
export class Reports {
  private readonly last = new Map<string, Reported>();
  private count = 0;

  constructor(private readonly files: Files) {}

  /** A file's report; `previous` is the state that the client has. */
  document(uri: string, previous: string | undefined): DocumentDiagnosticReport {
    const problems = this.files.project.problems(uri);
    const id = this.idOf(uri, problems);
    if (id === previous) return { kind: 'unchanged', resultId: id };
    return {
      kind: 'full',
      resultId: id,
      items: problems.flatMap((problem) => toDiagnostic(uri, problem, this.files) ?? []),
    };
  }

  /** The same for a file of the workspace; `undefined` where the client has it as it is. */
  ofWorkspace(uri: string, previous: string | undefined): WorkspaceDocumentDiagnosticReport | undefined {
    // what is clean, and was never told otherwise, need not be told
    if (previous === undefined && this.files.project.problems(uri).length === 0) return undefined;
    const report = this.document(uri, previous);
    return report.kind === 'unchanged' ? undefined : { ...report, uri, version: this.files.version(uri) };
  }

  private idOf(uri: string, problems: readonly Problem[]): string {
    const text = this.files.project.text(uri);
    const last = this.last.get(uri);
    const stands =
      last &&
      (last.problems === problems ||
        (last.problems.length === 0 && problems.length === 0) ||
        // another file changed, and nothing follows from it for this one
        (last.text === text && JSON.stringify(last.problems) === JSON.stringify(problems)));
    const id = stands ? last.id : String(++this.count);
    this.last.set(uri, { text, problems, id });
    return id;
  }
}
