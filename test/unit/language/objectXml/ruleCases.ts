import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRule } from '../../../../src/language/objectXml/check';
import { parseXml } from '../../../../src/language/objectXml/parse';
import type { XmlContext, XmlRule } from '../../../../src/language/objectXml/rule';
import type { Problem, Severity } from '../../../../src/language/problem';
import { applyEdits } from '../../../../src/language/text';
import { alone, fileOf } from './fixture';

/** The smallest that one rule has to say: on what it fires, where, and what comes near but is right. */
export interface RuleCase {
  readonly situation: string;
  /** A text on which it fires. */
  readonly fires: string;
  /** What the problem's range holds. */
  readonly at: string;
  /** A part of the message. */
  readonly says: string;
  readonly severity: Severity;
  readonly count?: number;
  /** A text that comes near and is right. */
  readonly nearMiss: string;
  /** The title of the fix that is tried, the preferred one else the first; `none`: there is none. */
  readonly fix?: string;
  readonly preferred?: boolean;
  readonly profile?: XmlContext['profile'];
  readonly name?: string;
  readonly nearMissName?: string;
}

function fixed(text: string, problem: Problem, title: string | undefined): { text: string; name?: string } {
  const fix =
    problem.fixes.find((one) => (title === undefined ? one.preferred : one.title === title)) ??
    problem.fixes[0];
  assert.ok(fix, `a fix for ${problem.message}`);
  const [change] = fix.changes;
  assert.equal(fix.changes.length, 1);
  if (change?.kind === 'rename') return { text, name: change.newName };
  assert.ok(change?.kind === 'edit');
  return { text: applyEdits(text, change.edits) };
}

/** Tests a rule with each of its cases: it fires, is silent on the near miss, and silent on what its fix leaves. */
export function testRule(rule: XmlRule, cases: readonly RuleCase[]): void {
  for (const one of cases)
    test(`${rule.code}: ${one.situation}`, () => {
      const profile = one.profile ?? 'registry';
      const problems = (text: string, name?: string): readonly Problem[] => {
        const file = fileOf(text, name);
        return checkRule(rule, file, alone(file, profile));
      };
      const found = problems(one.fires, one.name);
      assert.equal(found.length, one.count ?? 1, found.map(({ message }) => message).join('\n'));
      const [problem] = found;
      assert.ok(problem);
      assert.equal(problem.code, rule.code);
      assert.equal(problem.severity, one.severity);
      assert.ok(problem.message.includes(one.says), problem.message);
      assert.equal(one.fires.slice(problem.range.start, problem.range.end), one.at);
      assert.deepEqual(problems(one.nearMiss, one.nearMissName ?? one.name), [], 'silent on the near miss');
      if (one.fix === 'none') {
        assert.deepEqual(problem.fixes, []);
        return;
      }
      assert.equal(
        problem.fixes.some(({ preferred }) => preferred === true),
        one.preferred ?? true,
        'has a preferred fix',
      );
      let text = one.fires;
      let name = one.name;
      for (let round = 0; round < (one.count ?? 1); round++) {
        const again = problems(text, name)[0];
        if (!again) break;
        const after = fixed(text, again, one.fix);
        text = after.text;
        name = after.name ?? name;
      }
      assert.deepEqual(problems(text, name), [], text);
      if (rule.number > 1) assert.deepEqual(parseXml(text).faults, []);
    });
}

/** Tests every rule of a group by its cases; each rule has one, and each case a rule. */
export function testRules(
  rules: readonly XmlRule[],
  cases: Readonly<Record<string, readonly RuleCase[]>>,
): void {
  test('every rule of the group has its cases', () => {
    assert.deepEqual(Object.keys(cases).sort(), rules.map(({ code }) => code).sort());
  });
  for (const rule of rules) testRule(rule, cases[rule.code] ?? []);
}
