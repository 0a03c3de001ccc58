import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkFolder, kconfigRules, type KconfigProblem } from '../../../../src/language/kconfig/check';
import type { Configuration, Platform } from '../../../../src/language/kconfig/configuration';
import { configurationsOf, type ConfigurationGroup } from '../../../../src/language/kconfig/configurations';
import { parseFolderKconfig } from '../../../../src/language/kconfig/folderKconfig';
import { parseFragment } from '../../../../src/language/kconfig/parse';
import { fragmentKind } from '../../../../src/language/kconfig/recognize';
import { loadSymbols, type SymbolTable } from '../../../../src/language/kconfig/symbols';
import { applyEdits } from '../../../../src/language/text';

/** A folder's files by name; a text alone is a `prj.conf`. `Kconfig` and `build/app/zephyr/.config` count as what they are. */
export type Files = string | Readonly<Record<string, string>>;

let table: SymbolTable | undefined;

/** The shipped table of symbols. */
export function shippedSymbols(): SymbolTable {
  if (table) return table;
  const loaded = loadSymbols(readFileSync('media/kconfig/symbols.json', 'utf8'));
  assert.ok(loaded.ok);
  return (table = loaded.value);
}

/** `ncs-3.1.0`, `zephyr-4.1.0`, `anjay-3.11`, or a kind alone. */
export function platformNamed(name: string): Platform {
  const [, kind = 'ncs', version] = /^(ncs|zephyr|anjay)(?:-(.+))?$/.exec(name) ?? [];
  return { kind: kind as Platform['kind'], version, because: 'the test' };
}

const filesOf = (files: Files): Readonly<Record<string, string>> =>
  typeof files === 'string' ? { 'prj.conf': files } : files;

/** The configurations of a folder's files. */
export function groupsOf(files: Files, platform = 'ncs-3.1.0'): readonly ConfigurationGroup[] {
  const all = Object.entries(filesOf(files));
  const kconfig = all.find(([name]) => name === 'Kconfig');
  const build = all.find(([name]) => fragmentKind(name) === 'generated');
  return configurationsOf(
    {
      fragments: all.flatMap(([name, text]) => {
        const kind = fragmentKind(name);
        return kind && kind !== 'generated' ? [{ kind, fragment: parseFragment(name, text) }] : [];
      }),
      kconfig: kconfig && parseFolderKconfig(...kconfig),
      build: build && parseFragment(...build),
    },
    platformNamed(platform),
    shippedSymbols(),
  );
}

/** The configuration of `prj.conf` and its board fragment. */
export function configurationOf(files: Files, platform?: string): Configuration {
  const base = groupsOf(files, platform)[0]?.base;
  assert.ok(base, 'there is a prj.conf or a board fragment');
  return base;
}

/** Every problem of a folder's files. */
export const problemsOf = (files: Files, platform?: string): readonly KconfigProblem[] =>
  checkFolder(groupsOf(files, platform));

/** The files after the preferred fix of a problem. */
export function fixed(files: Files, problem: KconfigProblem): Readonly<Record<string, string>> {
  const fix = problem.fixes.find(({ preferred }) => preferred);
  assert.ok(fix, `${problem.code} has a preferred fix`);
  const result = { ...filesOf(files) };
  for (const change of fix.changes) {
    if (change.kind === 'edit') result[change.uri] = applyEdits(result[change.uri] ?? '', change.edits);
    else if (change.kind === 'rename') assert.fail('no fragment is renamed');
    else {
      assert.equal(result[change.uri], undefined, 'what is there is not written over');
      result[change.uri] = change.text;
    }
  }
  return result;
}

/** A situation in which a rule fires, or stays silent. */
export interface RuleCase {
  readonly situation: string;
  readonly files: Files;
  /** `ncs-3.1.0` without one. */
  readonly platform?: string;
  /** What the message says; without it the rule is silent. */
  readonly says?: RegExp | readonly RegExp[];
  /** The text it is told at: `CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://…"`, and the file. */
  readonly at?: string;
  readonly in?: string;
  readonly severity?: KconfigProblem['severity'];
  /** What the preferred fix makes of the file it is told in; `false`: there is no preferred fix. */
  readonly fixed?: string | false;
}

/** Tries a rule: fires as said, stays silent otherwise, and its preferred fix silences it. */
export function ruleCases(code: string, cases: readonly RuleCase[]): void {
  const rule = kconfigRules.find((one) => one.code === code);
  assert.ok(rule, `there is a rule ${code}`);
  assert.ok(
    cases.some(({ says }) => says) && cases.some(({ says }) => !says),
    `${code} is tried where it fires and where it doesn't`,
  );
  for (const { situation, files, platform, says, at, in: file, severity, fixed: after } of cases)
    test(`${code}: ${situation}`, () => {
      const problems = problemsOf(files, platform).filter((one) => one.code === code);
      if (!says) {
        assert.deepEqual(
          problems.map(({ message }) => message),
          [],
        );
        return;
      }
      const [problem] = problems;
      assert.ok(problem, 'it fires');
      assert.equal(problems.length, 1, 'once');
      for (const words of says instanceof RegExp ? [says] : says) assert.match(problem.message, words);
      assert.equal(problem.severity, severity ?? rule.severity);
      const text = filesOf(files)[problem.uri] ?? '';
      if (at !== undefined) assert.equal(text.slice(problem.range.start, problem.range.end), at);
      if (file !== undefined) assert.equal(problem.uri, file);
      if (after === false) {
        assert.equal(
          problem.fixes.some(({ preferred }) => preferred),
          false,
        );
        return;
      }
      const mended = fixed(files, problem);
      if (after !== undefined) assert.equal(mended[problem.uri], after);
      assert.deepEqual(
        problemsOf(mended, platform).filter((one) => one.code === code),
        [],
        'silent once mended',
      );
    });
}
