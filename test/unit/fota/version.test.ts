import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agrees } from '../../../src/fota/version';

const same: readonly (readonly [string, string])[] = [
  ['1.5.0+2', '1.5.0'],
  ['1.5.0+2', '1.5.0-2'],
  ['1.5.0-2', '1.5.0'],
  ['v1.5.0', '1.5.0'],
  ['1.5', '1.5.0'],
  ['1.05.0', '1.5.0'],
  ['1.5.0+0', '1.5.0'],
  [' 1.5.0 ', '1.5.0'],
  ['build 42', 'build 42'],
  ['1.5.0-rc1', '1.5.0+RC1'],
];
const different: readonly (readonly [string, string])[] = [
  ['1.5.0+2', '1.5.0+3'],
  ['1.5.0-rc1', '1.5.0-rc2'],
  ['1.5.0', '1.5.1'],
  ['1.5.0', '1.5.0.1'],
  ['1.5.0', '11.5.0'],
  ['build 42', 'build 43'],
  ['1.5.0', 'build 1.5.0'],
];

for (const [a, b] of same)
  test(`"${a}" is "${b}"`, () => {
    assert.equal(agrees(a, b), true);
    assert.equal(agrees(b, a), true);
  });
for (const [a, b] of different)
  test(`"${a}" is not "${b}"`, () => {
    assert.equal(agrees(a, b), false);
    assert.equal(agrees(b, a), false);
  });
