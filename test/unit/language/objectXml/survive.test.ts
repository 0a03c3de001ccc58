import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../../support/properties';
import { checkXml } from '../../../../src/language/objectXml/check';
import { fixAll } from '../../../../src/language/objectXml/fixAll';
import { formatXml } from '../../../../src/language/objectXml/format';
import { parseXml } from '../../../../src/language/objectXml/parse';
import { applyEdits } from '../../../../src/language/text';
import { seededRandom } from '../../../support/seededRandom';
import { alone, changed, fileOf, PUMP } from './fixture';
import { seed } from '../../../support/seed';

const PIECES = [
  '<',
  '>',
  '&',
  '"',
  '/',
  ' ',
  '\u00A0',
  '',
  '<Item ID="7">',
  '</Item>',
  '<Name>',
  '</Name>',
  '<Object>',
  '-1',
  '99999',
  '\n',
  '<!--',
  '-->',
  'E',
  '..',
];

/** A text with some of its stretches exchanged, moved or taken away. */
function mutated(text: string, random: () => number): string {
  const at = (limit: number): number => Math.floor(random() * limit);
  let result = text;
  for (let round = at(5); round >= 0; round--) {
    const start = at(result.length);
    const end = Math.min(result.length, start + at(at(3) === 0 ? 400 : 3));
    const piece = at(4) === 0 ? text.slice(start, start + at(300)) : (PIECES[at(PIECES.length)] ?? '');
    result = result.slice(0, start) + piece + result.slice(end);
  }
  return result;
}

test('2,000 seeded mutations are checked without a throw, every place within the text', (t) => {
  t.diagnostic(`seed ${seed}`);
  const { unit } = seededRandom(seed);
  for (let round = 0; round < 2000; round++) {
    const text = mutated(PUMP, unit);
    const file = fileOf(text);
    for (const { range, fixes, message } of checkXml(file, alone(file))) {
      assert.ok(range.start >= 0 && range.start <= range.end && range.end <= text.length, message);
      for (const { changes } of fixes)
        for (const change of changes) {
          if (change.kind !== 'edit' || change.uri !== file.uri) continue;
          const edits = [...change.edits].sort((a, b) => a.range.start - b.range.start);
          edits.forEach((edit, i) => assert.ok(edit.range.start >= (edits[i - 1]?.range.end ?? 0), message));
          applyEdits(text, edits);
        }
    }
  }
});

test('the fixture has no problem in either profile', () => {
  const file = fileOf(PUMP);
  assert.deepEqual(checkXml(file, alone(file, 'registry')), []);
  assert.deepEqual(checkXml(file, alone(file, 'editing')), []);
});

/** A well-formed variant of the fixture: lines moved, taken away, indented otherwise. */
const variants = fc
  .record({
    order: fc.array(fc.tuple(fc.nat(45), fc.nat(45)), { maxLength: 8 }),
    indent: fc.constantFrom('\t', '  ', '    ', ' '),
    newline: fc.constantFrom('\n', '\r\n'),
    blank: fc.nat(45),
    comment: fc.nat(45),
    trailing: fc.boolean(),
  })
  .map(({ order, indent, newline, blank, comment, trailing }) => {
    const lines = PUMP.split('\n').map((line) =>
      line.replace(/^( {2})+/, (all) => indent.repeat(all.length / 2)),
    );
    const leaf = (line: string | undefined): boolean => /^\s*<(\w+)>.*<\/\1>$/.test(line ?? '');
    for (const [a, b] of order) {
      const [one, other] = [lines[a], lines[b]];
      if (one !== undefined && other !== undefined && leaf(one) && leaf(other))
        [lines[a], lines[b]] = [other, one];
    }
    if (leaf(lines[blank])) lines.splice(blank, 0, '', '');
    if (leaf(lines[comment])) lines[comment] += trailing ? ' <!-- why -->' : `${newline}<!-- why -->`;
    return lines.join(newline);
  });

const formatted = (text: string): string => applyEdits(text, formatXml(parseXml(text)));

test('formatting keeps every text, and formatting twice changes nothing more', () => {
  fc.assert(
    fc.property(variants, (text) => {
      const once = formatted(text);
      assert.deepEqual(parseXml(once).faults, []);
      assert.equal(formatted(once), once);
      const characters = (all: string): string => [...all.replace(/\s+/g, '')].sort().join('');
      assert.equal(characters(once), characters(text));
      const file = fileOf(once);
      const codes = checkXml(file, alone(file)).map(({ code }) => code);
      assert.ok(!codes.includes('xml/item-child-order') && !codes.includes('xml/object-child-order'));
    }),
    { numRuns: 300 },
  );
});

test('a file laid out by the registry is not changed by formatting; one run together becomes it', () => {
  assert.equal(formatted(PUMP), PUMP);
  const header = PUMP.slice(0, PUMP.indexOf('<LWM2M'));
  const packed = header + PUMP.slice(header.length).replace(/>\s+</g, '><').trimEnd();
  assert.equal(
    formatted(packed),
    header + PUMP.slice(header.length).replace(/^( {2})+/gm, (all) => '\t'.repeat(all.length / 2)),
  );
  assert.deepEqual(formatXml(parseXml('<LWM2M><Object></LWM2M>')), []);
});

test('what stands twice in two resources, and thrice in one, is deleted from each at once', () => {
  const single = '<MultipleInstances>Single</MultipleInstances>';
  const twice = `${single}\n        ${single}`;
  const [before = '', first = '', second = ''] = PUMP.split(single);
  // Fixes that touch one another are applied in turn: the same words stand in more than one round.
  const broken = `${before}${twice}\n        ${single}${first}${twice}${second}`;
  assert.equal(fixAll(fileOf(broken), alone(fileOf(broken))), PUMP);
});

test('what the author wrote beside a value, a comment or a tag, outlives all safe fixes', () => {
  const broken = changed(
    PUMP,
    ['<Units>m3/s</Units>', '<Units> m3/s <!-- see PUMP-12 --></Units>'],
    ['<RangeEnumeration>0..100</RangeEnumeration>', '<RangeEnumeration>any value</RangeEnumeration>'],
    ['What flows.', 'What <b>really</b> flows. <!-- litres? -->'],
  );
  const after = fixAll(fileOf(broken), alone(fileOf(broken)));
  for (const kept of ['<!-- see PUMP-12 -->', '<b>really</b>', '<!-- litres? -->'])
    assert.ok(after.includes(kept), kept);
  assert.match(after, /litres\? -->any value<\/Description>|any value/);
});

test('all safe fixes at once end in a text they leave alone', () => {
  const broken = changed(
    PUMP,
    ['"MODefinition"', '"x"'],
    ['LWM2M-v1_1.xsd', 'LWM2M.xsd'],
    ['<LWM2MVersion>1.1', '<LWM2MVersion>1.0'],
    ['x:32000:1.1', 'x:32000'],
    ['<Type>Float', '<Type>float'],
    ['<Units>m3/s', '<Units> m3/s'],
    ['What flows', 'What “flows”'],
    ['        <RangeEnumeration></RangeEnumeration>\n        <Units></Units>\n', ''],
  );
  const after = fixAll(fileOf(broken), alone(fileOf(broken)));
  assert.equal(after, changed(PUMP, ['What flows', 'What "flows"']));
  fc.assert(
    fc.property(variants, (text) => {
      const once = fixAll(fileOf(text), alone(fileOf(text)));
      assert.equal(fixAll(fileOf(once), alone(fileOf(once))), once);
    }),
    { numRuns: 100 },
  );
});
