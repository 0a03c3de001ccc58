import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { checkRule, xmlRules } from '../../../../src/language/objectXml/check';
import type { XmlFile } from '../../../../src/language/objectXml/rule';
import { fileOf, registry, registryFolder } from './fixture';

const skip = existsSync(registryFolder) ? false : `no registry at ${registryFolder} (REGISTRY_DIR)`;

const filesOf = (folder: string): readonly XmlFile[] =>
  readdirSync(folder)
    .filter((name) => /^\d.*\.xml$/.test(name))
    .map((name) => fileOf(readFileSync(path.join(folder, name), 'utf8'), name));

/**
 * Files and problems of rules 1 to 54 in the latest files and in the history, each file alone, in profile `registry`;
 * a rule that isn't here finds nothing. They are the figures of the facts but for:
 * - 12: the facts count 6 and 7 files without the BSD terms; the other 4 and 5 are under the MIT licence, which is a
 *   licence header too.
 * - 16: one file more in the history: 12-1_0 has both elements, empty. It counts as not told, as the facts take it where
 *   they find no such file under 27 and 28.
 * - 32: the facts count the pair; here each of the two files is told, and in the history every version of them.
 * - 51: the facts count names (14 and 19), ranges (42 and 54) and units (36 and 40) of blanks alone; here two ranges of
 *   12-1_0 with blanks around them are told as well.
 * - 53: the facts count items, names and objects apart (34 + 1 + 1 and 75 + 1 + 2); this is their sum.
 */
const EXPECTED: Readonly<Record<number, readonly [latest: string, history: string]>> = {
  7: ['1:1', '1:1'],
  8: ['4:4', '4:4'],
  9: ['19:19', '25:25'],
  10: ['5:5', '5:5'],
  12: ['2:2', '2:2'],
  13: ['3:3', '22:22'],
  16: ['0:0', '6:11'],
  18: ['1:1', '1:1'],
  25: ['1:1', '1:1'],
  32: ['2:2', '4:4'],
  33: ['12:12', '12:12'],
  37: ['18:145', '18:145'],
  39: ['18:145', '18:145'],
  41: ['0:0', '1:1'],
  42: ['0:0', '1:1'],
  44: ['1:1', '1:1'],
  45: ['1:1', '2:9'],
  49: ['7:8', '10:11'],
  50: ['2:2', '3:3'],
  51: ['16:92', '21:115'],
  53: ['23:36', '41:78'],
  54: ['130:130', '172:172'],
};

test('rules 1 to 54 find in the registry what was measured in it', { skip }, (t) => {
  const sets = [filesOf(registryFolder), filesOf(path.join(registryFolder, 'version_history'))];
  const differences: string[] = [];
  for (const rule of xmlRules.filter(({ number }) => number <= 54)) {
    const found = sets.map((files) => {
      const hits = files.map(
        (file) => checkRule(rule, file, { profile: 'registry', registry, workspace: [file] }).length,
      );
      return `${hits.filter((count) => count > 0).length}:${hits.reduce((sum, count) => sum + count, 0)}`;
    });
    const expected = EXPECTED[rule.number] ?? ['0:0', '0:0'];
    if (found.join() !== expected.join())
      differences.push(`${rule.number} ${rule.code}: ${found.join(' | ')}, measured ${expected.join(' | ')}`);
  }
  for (const difference of differences) t.diagnostic(difference);
  assert.deepEqual(differences, []);
});
