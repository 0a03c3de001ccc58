import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lines } from '../../../src/language/text';

test('a place beyond a line is its end, before its line break; one beyond the text is the text’s', () => {
  const text = 'A=y\r\nB=y\nC';
  const lines = new Lines(text);
  const at = (line: number, column: number) => text.slice(lines.offsetOf(line, column));
  assert.equal(at(0, 3), '\r\nB=y\nC');
  assert.equal(at(0, 99), '\r\nB=y\nC');
  assert.equal(at(1, 99), '\nC');
  assert.equal(at(2, 99), '');
  assert.equal(at(3, 0), '');
  assert.equal(at(99, 5), '');
  assert.equal(new Lines('A\n').offsetOf(1, 0), 2);
  assert.equal(new Lines('A\n\nB').offsetOf(1, 0), 2);
});
