import type { Severity } from '../../language/problem';
import { ruleTitle } from '../../language/ruleDocuments';
import type { LintProblem } from './lintProblem';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', hint: 'notice' };

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** A problem as GitHub's workflow command, which marks the line in a pull request. Columns count within one line only. */
export function annotation({
  file,
  line,
  column,
  endLine,
  endColumn,
  severity,
  code,
  message,
  fix,
}: LintProblem): string {
  const columns = line === endLine ? { col: column, endColumn } : {};
  const properties = Object.entries({
    file: file.replaceAll('\\', '/'),
    line,
    endLine,
    ...columns,
    title: `${ruleTitle(code)} (${code})`,
  });
  const named = properties.map(([name, value]) => `${name}=${property(String(value))}`).join(',');
  return `::${COMMANDS[severity]} ${named}::${data(fix === undefined ? message : `${message}\nFix: ${fix}.`)}`;
}
