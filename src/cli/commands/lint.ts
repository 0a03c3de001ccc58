import type { Command } from 'commander';
import path from 'node:path';
import { decodeUtf8Lenient } from '../../base/bytes';
import { OperationError } from '../../base/errors';
import type { FileReader } from '../../base/files';
import type { Decoded } from '../../base/result';
import { loadSymbols } from '../../language/kconfig/symbols';
import { platformOf } from '../../language/kconfig/platform';
import type { Profile, Severity } from '../../language/problem';
import { Project, type Knowledge } from '../../language/project';
import { Lines } from '../../language/text';
import { loadRegistry } from '../../objects/registry';
import { ExitCodes, type ExitCode } from '../exit';
import { annotation } from '../lint/annotation';
import { lintScopes, type LintScope } from '../lint/lintFiles';
import { lintResult, type CheckedFile, type LintProblem } from '../lint/lintProblem';
import { sarifLog } from '../lint/sarif';
import { numberWithin, oneOf, withCommonOptions, type DeviceOptions } from '../options';
import { harmless, Output } from '../output';
import { basePortsOf } from '../session';

type Format = 'text' | 'json' | 'sarif' | 'github';

interface LintOptions extends DeviceOptions {
  readonly profile: Profile;
  readonly format?: Format;
  readonly maxWarnings?: number;
  readonly platformVersion?: string;
}

/** `lint`: object XML and Kconfig fragments checked. */
export const lintCommand = (command: Command): Command =>
  withCommonOptions(command)
    .description('object XML and Kconfig fragments checked')
    .argument('[path...]', 'folders and files; default: here')
    .option(
      '--profile <profile>',
      'editing, or registry: what OMA asks of a submission, too',
      oneOf('editing', 'registry'),
      'editing',
    )
    .option('--format <format>', 'text, json, sarif or github', oneOf('text', 'json', 'sarif', 'github'))
    .option('--max-warnings <n>', 'exit code 1 beyond so many warnings', numberWithin(0, 1_000_000, true))
    .option(
      '--platform-version <version>',
      'ncs-3.1.0 or zephyr-4.1.0 (default: found out from the workspace)',
    )
    .addHelpText('after', '\nExample:\n  lwm2m-workbench lint objects --profile registry --format github');

const LONGEST_TABLE = 8 * 1024 * 1024;

function table<T>(name: string, loaded: Decoded<T>): T {
  if (loaded.ok) return loaded.value;
  throw new OperationError('REGISTRY_UNREADABLE', `The table of ${name}: ${loaded.problem.message}`, {
    next: 'Install LwM2M Workbench again.',
  });
}

async function knowledge(files: FileReader, registryText: () => Promise<string>): Promise<Knowledge> {
  const symbols = await files.readAll(
    path.join(__dirname, '..', 'media', 'kconfig', 'symbols.json'),
    LONGEST_TABLE,
  );
  const text = decodeUtf8Lenient(table('Kconfig symbols', symbols));
  return {
    registry: table('objects', loadRegistry(await registryText())),
    symbols: table('Kconfig symbols', loadSymbols(text)),
  };
}

interface Checking {
  readonly known: Knowledge;
  readonly options: LintOptions;
  /** Files that were checked, by their whole paths. */
  readonly seen: Set<string>;
  readonly disk: FileReader;
}

async function textAt(disk: FileReader, file: string): Promise<string | undefined> {
  const bytes = await disk.readAll(file, LONGEST_TABLE);
  return bytes.ok ? decodeUtf8Lenient(bytes.value) : undefined;
}

/** A folder and those above it. */
function upwards(folder: string): readonly string[] {
  const above = path.posix.dirname(folder);
  return above === folder || above === '.' ? [folder] : [folder, ...upwards(above)];
}

/** Checks files that are looked at together; those that are neither object XML nor a fragment are left out. */
async function check(
  { files, root }: LintScope,
  { known, options, seen, disk }: Checking,
): Promise<readonly CheckedFile[]> {
  const { profile, platformVersion } = options;
  const project = new Project(known, { profile, platformVersion });
  for (const { place, text, modified } of files) project.set(place, text, modified);
  await project.findPlatforms(
    (file) => textAt(disk, file),
    (folder) => upwards(root(folder)),
  );
  const byPlace = new Map(
    files.map((file) => [file.place, { ...file, lines: undefined as Lines | undefined }]),
  );
  const of = (place: string) => {
    const found = byPlace.get(place);
    return found && { file: found.file, lines: (found.lines ??= new Lines(found.text)) };
  };
  return files.flatMap(({ file, place, context }): CheckedFile | readonly CheckedFile[] => {
    const own = of(place);
    const key = path.resolve(file);
    if (context || !own || project.kind(place) === undefined || seen.has(key)) return [];
    seen.add(key);
    return {
      file,
      results: project
        .problems(place)
        .map((problem) => lintResult(problem, { uri: place, file, lines: own.lines }, of)),
    };
  });
}

/** The event `summary`: each file is counted once, by its worst. */
function summarize(files: readonly CheckedFile[]) {
  const severities = files.map(({ results }) => results.map(({ shown }) => shown.severity));
  const count = (severity: Severity) => severities.flat().filter((one) => one === severity).length;
  const worst = severities.map(
    (found) => (['error', 'warning', 'hint'] as const).find((one) => found.includes(one)) ?? 'silent',
  );
  const withWorst = (which: (typeof worst)[number]) => worst.filter((one) => one === which).length;
  return {
    files: files.length,
    errors: count('error'),
    warnings: count('warning'),
    hints: count('hint'),
    filesWithError: withWorst('error'),
    filesWithWarning: withWorst('warning'),
    filesWithHint: withWorst('hint'),
    filesSilent: withWorst('silent'),
  };
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const problemText = ({ file, line, column, severity, code, message, fix }: LintProblem): string =>
  `${harmless(`${file}:${line}:${column}`)}  ${severity}  ${harmless(message)}  ${code}${fix === undefined ? '' : `\n    fix: ${harmless(fix)}`}`;

/** Checks and reports; exit code 1 for an error, or more warnings than allowed. */
export async function lint(paths: readonly string[], options: LintOptions, given: Output): Promise<ExitCode> {
  const format = options.format ?? (options.json ? 'json' : 'text');
  const output = format === 'json' && !given.json ? new Output(process, true) : given;
  try {
    return await lintTo(paths.length > 0 ? paths : ['.'], options, format, output);
  } catch (error) {
    return output.failure(error);
  }
}

async function lintTo(
  paths: readonly string[],
  options: LintOptions,
  format: Format,
  output: Output,
): Promise<ExitCode> {
  const { platformVersion } = options;
  if (output.json && format !== 'json')
    throw new OperationError('USAGE', `--json and --format ${format} exclude each other`, {
      next: 'Leave one of them out.',
    });
  if (platformVersion !== undefined && !platformOf(platformVersion, ''))
    throw new OperationError('USAGE', `${JSON.stringify(platformVersion)} is no platform`, {
      next: 'Write it as ncs-3.1.0 or zephyr-4.1.0.',
    });
  const { files, registryText } = basePortsOf(options);
  const [known, scopes] = await Promise.all([knowledge(files, registryText), lintScopes(files, paths)]);
  const seen = new Set<string>();
  const checked: CheckedFile[] = [];
  for (const scope of scopes) checked.push(...(await check(scope, { known, options, seen, disk: files })));
  const summary = summarize(checked);
  const problems = checked.flatMap(({ results }) => results.map(({ shown }) => shown));
  const said = `${plural(summary.files, 'file')}: ${plural(summary.errors, 'error')}, ${plural(summary.warnings, 'warning')}, ${plural(summary.hints, 'hint')}`;
  if (format === 'sarif') output.event('sarif', {}, JSON.stringify(sarifLog(checked), undefined, 2));
  else
    for (const problem of problems)
      output.event('problem', problem, format === 'github' ? annotation(problem) : problemText(problem));
  if (format === 'json' || format === 'text') output.event('summary', summary, `${said}.`);
  if (summary.files === 0)
    output.message(`No object XML and no Kconfig fragment in ${paths.map(harmless).join(', ')}.`);
  return verdict(summary, options, output, said);
}

function verdict(
  { errors, warnings }: { readonly errors: number; readonly warnings: number },
  { maxWarnings }: LintOptions,
  output: Output,
  said: string,
): ExitCode {
  const tooMany = maxWarnings !== undefined && warnings > maxWarnings;
  if (errors === 0 && !tooMany) return ExitCodes.DONE;
  output.verdict(
    errors > 0 ? said : `${said}, more than the ${plural(maxWarnings ?? 0, 'warning')} allowed`,
    'Each names its line and, where there is one, its fix.',
  );
  return ExitCodes.NO;
}
