import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePath, printPath } from '../../../src/objects/path';
import type { ResourceType } from '../../../src/objects/definition';
import { leavesFromJson, valueFromText, valueToJson } from '../../../src/objects/valueJson';
import { printTime } from '../../../src/objects/valueText';
import { knowing } from '../content/definitions';

const cases: readonly [type: ResourceType, text: string, json: string | number | boolean, value: unknown][] =
  [
    ['string', 'Zähler', 'Zähler', 'Zähler'],
    ['corelnk', '</3/0>', '</3/0>', '</3/0>'],
    ['integer', '-5', -5, -5],
    ['integer', '-9223372036854775808', '-9223372036854775808', -(2n ** 63n)],
    ['unsigned', '18446744073709551615', '18446744073709551615', 2n ** 64n - 1n],
    ['unsigned', '9007199254740991', 9007199254740991, 9007199254740991],
    ['float', '-12.5', -12.5, -12.5],
    ['float', 'NaN', 'NaN', NaN],
    ['float', '-Infinity', '-Infinity', -Infinity],
    ['boolean', 'true', true, true],
    ['opaque', 'AQID', 'AQID', Uint8Array.of(1, 2, 3)],
    ['time', '1367491215', 1367491215, 1367491215],
    ['objlnk', '3:0', '3:0', { objectId: 3, instanceId: 0 }],
  ];

describe('a value as the terminal writes it', () => {
  for (const [type, text, json, value] of cases) {
    test(`${type} ${text}`, () => {
      const read = valueFromText(text, type);
      assert.ok(read.ok);
      assert.deepEqual(read.value, { type, value });
      assert.deepEqual(valueToJson(read.value), json);
      const path = parsePath('/9/0/1');
      assert.ok(path.ok);
      const back = leavesFromJson(json, path.value, knowing({ '9/1': type }));
      assert.ok(back.ok);
      assert.deepEqual(back.value, [{ path: path.value, value: { type, value } }]);
    });
  }

  test('what is no value of the type is a problem', () => {
    for (const [type, text] of [
      ['integer', '1.5'],
      ['integer', '9223372036854775808'],
      ['unsigned', '-1'],
      ['float', '1,5'],
      ['boolean', 'yes'],
      ['opaque', 'a'],
      ['objlnk', '3:70000'],
      ['time', 'now'],
    ] as const) {
      const read = valueFromText(text, type);
      assert.equal(read.ok ? '' : read.problem.code, 'NOT_A_VALUE', `${type} ${text}`);
    }
  });

  test('of an unknown resource is what it looks like', () => {
    const types = ['5', '5.5', 'true', 'five'].map((text) => {
      const read = valueFromText(text, undefined);
      return read.ok ? read.value.type : '';
    });
    assert.deepEqual(types, ['integer', 'float', 'boolean', 'string']);
  });
});

describe('JSON for an instance', () => {
  const definitions = knowing({ '9/0': 'opaque', '9/1': 'integer', '9/2': 'float' });
  const leaves = (json: unknown, at: string) => {
    const path = parsePath(at);
    assert.ok(path.ok);
    return leavesFromJson(json, path.value, definitions);
  };

  test('is keyed by resource ID, a multiple resource by instance ID', () => {
    const read = leaves({ '0': { '0': 'AQID', '3': '' }, '1': 9, '2': 3 }, '/9/0');
    assert.ok(read.ok);
    assert.deepEqual(
      read.value.map(({ path, value }) => [printPath(path), value.type]),
      [
        ['/9/0/0/0', 'opaque'],
        ['/9/0/0/3', 'opaque'],
        ['/9/0/1', 'integer'],
        ['/9/0/2', 'float'],
      ],
    );
  });

  test('of a whole object is keyed by instance ID around that', () => {
    const read = leaves({ '2': { '1': 9 } }, '/9');
    assert.ok(read.ok);
    assert.deepEqual(
      read.value.map(({ path }) => printPath(path)),
      ['/9/2/1'],
    );
  });

  for (const [json, at, names] of [
    [{ x: 1 }, '/9/0', '"x"'],
    [{ '65535': 1 }, '/9/0', '65535'],
    [{ '1': 'nine' }, '/9/0', '/9/0/1'],
    [{ '1': 1.5 }, '/9/0', '/9/0/1'],
    [{ '1': 2 ** 60 }, '/9/0', 'string of digits'],
    [{ '1': null }, '/9/0', '/9/0/1'],
    [{ '1': { '0': { '0': 1 } } }, '/9/0', '/9/0/1/0'],
    [[1], '/9/0', '/9/0'],
    [5, '/9/0', '/9/0'],
  ] as const) {
    test(`${JSON.stringify(json)} is a problem that says where`, () => {
      const read = leaves(json, at);
      assert.equal(read.ok, false);
      assert.ok(!read.ok && read.problem.message.includes(names), read.ok ? '' : read.problem.message);
    });
  }
});

describe('a value for a reader', () => {
  test('time is UTC, on every kind of day', () => {
    for (const seconds of [0, 1367491215, 951782400, 951868799, 4102444799, -1, -2208988800, 253402300799]) {
      assert.equal(printTime(seconds), new Date(seconds * 1000).toISOString().replace('.000', ''));
    }
    assert.equal(printTime(1e15), '1000000000000000');
  });
});
