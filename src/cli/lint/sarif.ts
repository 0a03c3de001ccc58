import type { Severity } from '../../language/problem';
import { ruleDocuments, ruleTitle } from '../../language/ruleDocuments';
import type { CheckedFile, LintResult, Place } from './lintProblem';

/** SARIF's word for a severity. */
const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  hint: 'note',
};

/** A path as SARIF has it: a URI reference; relative ones are of the folder that the program was started in. */
function artifact(file: string) {
  const forward = file.replaceAll('\\', '/');
  const uri = forward
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/^([A-Za-z])%3A/, '/$1:');
  return uri.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
}

const region = ({ line, column, endLine, endColumn }: Place) => ({
  startLine: line,
  startColumn: column,
  endLine,
  endColumn,
});

function result({ shown, related, edits }: LintResult, indexOf: (code: string) => number) {
  return {
    ruleId: shown.code,
    ruleIndex: indexOf(shown.code),
    level: LEVELS[shown.severity],
    message: { text: shown.message },
    locations: [{ physicalLocation: { artifactLocation: artifact(shown.file), region: region(shown) } }],
    ...(related.length > 0
      ? {
          relatedLocations: related.map((one, id) => ({
            id,
            physicalLocation: { artifactLocation: artifact(one.file), region: region(one) },
            message: { text: one.message },
          })),
        }
      : {}),
    ...(edits.length > 0 && shown.fix !== undefined
      ? {
          fixes: [
            {
              description: { text: shown.fix },
              artifactChanges: [
                {
                  artifactLocation: artifact(shown.file),
                  replacements: edits.map((edit) => ({
                    deletedRegion: region(edit),
                    insertedContent: { text: edit.newText },
                  })),
                },
              ],
            },
          ],
        }
      : {}),
  };
}

/** The results as a SARIF 2.1.0 log, the rules of those found with their documents as help. */
export function sarifLog(files: readonly CheckedFile[]): object {
  const results = files.flatMap((file) => file.results);
  const codes = [...new Set(results.map(({ shown }) => shown.code))].sort();
  const documents = ruleDocuments();
  const rules = codes.map((id) => {
    const rule = documents.get(id);
    const text = rule?.document ?? ruleTitle(id);
    return {
      id,
      shortDescription: { text: `${ruleTitle(id)}.` },
      fullDescription: { text },
      help: { text, markdown: text },
      defaultConfiguration: { level: LEVELS[rule?.severity ?? 'warning'] },
    };
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'LwM2M Workbench', rules } },
        columnKind: 'utf16CodeUnits',
        results: results.map((one) => result(one, (code) => codes.indexOf(code))),
      },
    ],
  };
}
