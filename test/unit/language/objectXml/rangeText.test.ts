import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../../support/properties';
import { compareBounds, readBound } from '../../../../src/language/objectXml/rules/range/rangeBound';
import { printRange, rangeLabels, readRange } from '../../../../src/language/objectXml/rules/range/rangeText';

/** A range as the convention writes it, `(suffix)` behind; `free`: prose. */
function shown(text: string): string {
  const { parts, suffix, isFree } = readRange(text);
  return isFree ? 'free' : `${printRange(parts)}${suffix === undefined ? '' : ` (${suffix})`}`;
}

for (const [text, meant] of [
  ['0..255', '0..255'],
  [' -40 .. 85.5 ', '-40..85.5'],
  ['0 to 10', '0..10'],
  ['-10--5', '-10..-5'],
  ['1...15', '1..15'],
  ['1…15', '1..15'],
  ['0..64 bytes', '0..64 (bytes)'],
  ['0..64bytes', '0..64 (bytes)'],
  ['1,2 ; 3', '1,2,3'],
  ['0; 3.8..20.5', '0,3.8..20.5'],
  ['16-32-48', '16,32,48'],
  ['10 or 26 Bytes', '10,26 (Bytes)'],
  ['"a","b, c"', '"a","b, c"'],
  ["'a', 'b'", '"a","b"'],
  ['0: off, 1: on, but dim', '0: off, 1: on, but dim'],
  ['0: a\r\n\t1: b', '0: a, 1: b'],
  ['0x00..0xFF', '0x00..0xFF'],
  ['-1e3..1e3', '-1e3..1e3'],
  ['', ''],
  ['"', 'free'],
  ['8-Bits', 'free'],
  ['2 Instances', 'free'],
  ['[1:4]', 'free'],
  ['ON;OFF', 'free'],
  ['<7 to >12.5', 'free'],
  ['0..', 'free'],
] as const)
  test(`“${text.replace(/\s+/g, ' ')}” is ${meant === '' ? 'nothing' : meant}`, () =>
    assert.equal(shown(text), meant));

test('labels by their values', () => {
  assert.deepEqual(
    [...rangeLabels(readRange('0: off, 1: on, 5..7'))],
    [
      ['0', 'off'],
      ['1', 'on'],
    ],
  );
});

test('bounds compare exactly, whatever their length and form', () => {
  const order = (a: string, b: string): number => {
    const [left, right] = [readBound(a), readBound(b)];
    assert.ok(left && right);
    return compareBounds(left, right);
  };
  assert.equal(order('9223372036854775807', '9223372036854775808'), -1);
  assert.equal(order('0.10', '0.1'), 0);
  assert.equal(order('1e3', '1000'), 0);
  assert.equal(order('0xFF', '255'), 0);
  assert.equal(order('-0.5', '-0.25'), -1);
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
      assert.equal(order(String(a), String(b)), a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test('a word behind a label is the label’s, and one behind numbers is their unit', () => {
  for (const text of ['0=0bytes,', '0: 0bytes', '0: off, 1: 8 bytes'])
    assert.equal(readRange(text).suffix, undefined, text);
  assert.equal(printRange(readRange('0=0bytes,').parts), '0: 0bytes');
  assert.equal(printRange(readRange('0: 0bytes').parts), '0: 0bytes');
  assert.equal(readRange('0..255 bytes').suffix, 'bytes');
});

test('what is printed is read as the same; nothing throws or takes long', () => {
  const piece = fc.constantFrom(
    '0',
    '12',
    '-3.5',
    '..',
    '...',
    '-',
    ',',
    ';',
    ' ',
    '\n',
    '"',
    "'",
    ':',
    '=',
    'a',
    'to',
    'or',
    'bytes',
    '1e9',
    '0x1',
    '…',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
      ),
      (text) => {
        const { parts, isFree } = readRange(text);
        if (isFree || parts.length === 0 || text.includes('"') || text.includes("'")) return;
        const printed = printRange(parts);
        assert.equal(printRange(readRange(printed).parts), printed, text);
      },
    ),
    { numRuns: 2000 },
  );
  for (const long of [
    '"'.repeat(100_000),
    '1'.repeat(100_000),
    '1,'.repeat(9000),
    '"a\n'.repeat(6000),
    '- '.repeat(9000),
  ])
    readRange(long);
});
