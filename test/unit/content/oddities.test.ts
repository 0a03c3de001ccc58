import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { NO_DEFINITIONS, type DefinitionLookup } from '../../../src/objects/definition';
import { decodeContent, encodeContent } from '../../../src/lwm2m/content/content';
import { printPath } from '../../../src/objects/path';
import { at, definitions, hex, leaf } from './vector';

const { TEXT, OPAQUE, CBOR, TLV, SENML_JSON, SENML_CBOR, LWM2M_JSON, LINK } = ContentFormats;

/** Values as `path type value`, and the messages of the problems. */
function read(
  format: number | undefined,
  base: string,
  bytes: Uint8Array | string,
  known: DefinitionLookup = definitions,
  now?: number,
) {
  const payload = typeof bytes === 'string' ? encodeUtf8(bytes) : bytes;
  const content = decodeContent(format, at(base), payload, known, now);
  if (!content.ok) return { values: [], problems: [content.problem.message], times: [] };
  return {
    values: content.value.leaves.map(({ path, value }) => {
      const shown = value.value instanceof Uint8Array ? toHex(value.value) : String(value.value);
      return `${printPath(path)} ${value.type} ${shown}`;
    }),
    problems: content.value.problems.map(({ message }) => message),
    times: content.value.leaves.map((one) => one.at),
  };
}

describe('a value that does not fit its definition is kept, and told', () => {
  for (const [name, format, base, bytes, value] of [
    ['text for an integer', TEXT, '/3/0/9', 'full', '/3/0/9 string full'],
    ['bytes that are no UTF-8', TEXT, '/3/0/0', hex('ff00'), '/3/0/0 opaque ff00'],
    ['a boolean of two', TEXT, '/65/0/3', '2', '/65/0/3 string 2'],
    ['bytes for a string', CBOR, '/3/0/0', hex('420102'), '/3/0/0 opaque 0102'],
    ['a fraction for an integer', SENML_JSON, '/', '[{"n":"/3/0/9","v":1.5}]', '/3/0/9 float 1.5'],
    ['a negative unsigned', SENML_JSON, '/', '[{"n":"/65/0/1","v":-1}]', '/65/0/1 integer -1'],
    [
      'an object link of three parts',
      SENML_JSON,
      '/',
      '[{"n":"/65/0/0","vlo":"1:2:3"}]',
      '/65/0/0 string 1:2:3',
    ],
    ['a TLV integer of five bytes', TLV, '/3/0', hex('c5090000000001'), '/3/0/9 integer 1'],
    ['a TLV integer of three bytes', TLV, '/3/0', hex('c309ffffff'), '/3/0/9 integer -1'],
    ['a TLV integer of no bytes', TLV, '/3/0', hex('c009'), '/3/0/9 integer 0'],
    [
      'a TLV integer of nine bytes',
      TLV,
      '/3/0',
      hex('c80909000000000000000001'),
      '/3/0/9 opaque 000000000000000001',
    ],
    ['a TLV float of three bytes', TLV, '/65/0', hex('c302000000'), '/65/0/2 opaque 000000'],
    ['a TLV boolean of two', TLV, '/65/0', hex('c10302'), '/65/0/3 opaque 02'],
    ['an integer for a boolean', SENML_CBOR, '/', hex('81a200672f36352f302f330201'), '/65/0/3 integer 1'],
  ] as const) {
    test(name, () => {
      const content = read(format, base, bytes);
      assert.deepEqual(content.values, [value]);
      assert.equal(content.problems.length, 1);
    });
  }

  test('while what merely is written otherwise fits', () => {
    assert.deepEqual(read(SENML_JSON, '/', '[{"n":"/3/0/9","v":95.0},{"n":"/65/0/2","v":95}]'), {
      values: ['/3/0/9 integer 95', '/65/0/2 float 95'],
      problems: [],
      times: [undefined, undefined],
    });
  });
});

describe('an unknown object is read by its wire types', () => {
  test('TLV stays bytes', () => {
    assert.deepEqual(read(TLV, '/3/0', hex('c10964'), NO_DEFINITIONS).values, ['/3/0/9 opaque 64']);
  });
  test('SenML says its own', () => {
    const pack = '[{"bn":"/9/0/","n":"1","v":5},{"n":"2","v":5.5},{"n":"3","vb":true},{"n":"4","vlo":"3:0"}]';
    assert.deepEqual(read(SENML_JSON, '/9/0', pack, NO_DEFINITIONS).values, [
      '/9/0/1 integer 5',
      '/9/0/2 float 5.5',
      '/9/0/3 boolean true',
      '/9/0/4 objlnk [object Object]',
    ]);
  });
});

describe('a payload without a format', () => {
  for (const [name, base, bytes, value] of [
    ['text for an integer', '/3/0/9', '100', '/3/0/9 integer 100'],
    ['text for a string', '/3/0/0', 'Open Mobile Alliance', '/3/0/0 string Open Mobile Alliance'],
    ['TLV for a resource', '/3/0/9', hex('c10964'), '/3/0/9 integer 100'],
    ['opaque for an opaque', '/65/0/4', hex('c10964'), '/65/0/4 opaque c10964'],
    ['TLV for an instance', '/3/0', hex('c10964'), '/3/0/9 integer 100'],
    ['SenML JSON for an instance', '/3/0', '[{"bn":"/3/0/9","v":100}]', '/3/0/9 integer 100'],
    ['SenML CBOR for an instance', '/3/0', hex('81a221662f332f302f390218 64'), '/3/0/9 integer 100'],
    ['LwM2M JSON for an instance', '/3/0', '{"e":[{"n":"9","v":100}]}', '/3/0/9 integer 100'],
  ] as const) {
    test(`is read as ${name}`, () => {
      const content = read(undefined, base, bytes);
      assert.deepEqual(content.values, [value]);
      assert.deepEqual(content.problems, []);
    });
  }
});

describe('TLV that is broken', () => {
  test('keeps the records before the break', () => {
    const content = read(TLV, '/3/0', hex('c10964 c8001441'));
    assert.deepEqual(content.values, ['/3/0/9 integer 100']);
    assert.match(content.problems[0] ?? '', /20 bytes/);
  });
  test('with nothing before it is a problem', () => {
    assert.deepEqual(read(TLV, '/3/0', hex('c80014')).values, []);
  });
  test('with a record of another instance keeps it under its own path', () => {
    const content = read(TLV, '/3/0', hex('0301c10964'));
    assert.deepEqual(content.values, ['/3/1/9 integer 100']);
    assert.match(content.problems[0] ?? '', /outside/);
  });
  test('at the root is refused, as TLV names no object', () => {
    assert.match(read(TLV, '/', hex('c10964')).problems[0] ?? '', /object/);
  });
});

describe('SenML records', () => {
  test('with a field that must be understood are told', () => {
    const content = read(SENML_JSON, '/', '[{"n":"/3/0/9","v":1,"x_":2}]');
    assert.deepEqual(content.values, ['/3/0/9 integer 1']);
    assert.match(content.problems[0] ?? '', /"x_" must be understood/);
  });
  test('with units and unknown fields are read', () => {
    assert.deepEqual(read(SENML_JSON, '/', '[{"n":"/3/0/9","v":1,"u":"%","foo":[{}]}]').problems, []);
  });
  test('with a repeated field, several values, none, or a sum are told', () => {
    for (const pack of [
      '[{"n":"/3/0/9","v":1,"v":2}]',
      '[{"n":"/3/0/9","v":1,"vs":"x"}]',
      '[{"n":"/3/0/9"}]',
      '[{"n":"/3/0/9","s":5}]',
      '[{"bn":"/3/0","n":"9","v":1}]',
      '[{"n":"temperature","v":1}]',
      '[{"n":"/3/0","v":1}]',
      '[{"n":"/3/0/9","v":null}]',
      '[{"n":"/65/0/4","vd":"*"}]',
      '[{"bver":11,"n":"/3/0/9","v":1}]',
    ]) {
      assert.equal(read(SENML_JSON, '/', pack).problems.length, 1, pack);
    }
  });
  test('may set a base alone, and an empty pack is no fault', () => {
    assert.deepEqual(read(SENML_JSON, '/', '[{"bn":"/3/0/"},{"n":"9","v":1}]').problems, []);
    assert.deepEqual(read(SENML_JSON, '/', '[]'), { values: [], problems: [], times: [] });
    assert.deepEqual(read(SENML_CBOR, '/', hex('80')), { values: [], problems: [], times: [] });
  });
  test('with relative times need to know now', () => {
    const pack = '[{"bn":"/3/0/9","bt":-10,"v":1},{"v":2,"t":10},{"v":3,"t":5}]';
    assert.deepEqual(
      read(SENML_JSON, '/', pack, definitions, 1_700_000_000).times,
      [1_699_999_990, 1_700_000_000, 1_699_999_995],
    );
    const without = read(SENML_JSON, '/', pack);
    assert.deepEqual(without.times, [undefined, undefined, undefined]);
    assert.equal(without.problems.length, 2);
  });
  test('with integers beyond 2⁵³ stay exact', () => {
    assert.deepEqual(read(SENML_JSON, '/', '[{"n":"/3/0/9","v":9007199254740993}]').values, [
      '/3/0/9 integer 9007199254740993',
    ]);
    assert.equal(read(SENML_JSON, '/', '[{"n":"/3/0/9","v":9223372036854775808}]').problems.length, 1);
  });
});

describe('LwM2M JSON', () => {
  test('joins base name and name with or without the slash', () => {
    for (const pack of [
      '{"bn":"/3/0/","e":[{"n":"9","v":5}]}',
      '{"bn":"/3/0","e":[{"n":"9","v":5}]}',
      '{"bn":"/3/0","e":[{"n":"/9","v":5}]}',
      '{"bn":"/","e":[{"n":"3/0/9","v":5}]}',
      '{"e":[{"n":"/3/0/9","v":5}]}',
      '{"bn":"/3/0/9","e":[{"v":5}]}',
    ]) {
      assert.deepEqual(read(LWM2M_JSON, '/3/0', pack), {
        values: ['/3/0/9 integer 5'],
        problems: [],
        times: [undefined],
      });
    }
  });
  test('is only read', () => {
    const written = encodeContent(LWM2M_JSON, at('/3/0/9'), [leaf('/3/0/9', 'integer', 1)]);
    assert.equal(written.ok ? '' : written.problem.code, 'UNKNOWN_FORMAT');
  });
});

describe('what a format cannot carry is a problem', () => {
  const two = [leaf('/3/0/9', 'integer', 1), leaf('/3/0/10', 'integer', 2)];
  const instance = [leaf('/3/0/6/1', 'integer', 1)];
  for (const [name, format, base, leaves, code] of [
    ['two values as text', TEXT, '/3/0', two, 'ONE_VALUE'],
    ['no value as CBOR', CBOR, '/3/0/9', [], 'ONE_VALUE'],
    ['an instance as opaque', OPAQUE, '/3/0', [leaf('/3/0/9', 'opaque', hex('00'))], 'ONE_VALUE'],
    ['one of several instances as text', TEXT, '/3/0/6', instance, 'ONE_VALUE'],
    ['an integer as opaque', OPAQUE, '/3/0/9', two.slice(0, 1), 'WRONG_TYPE'],
    ['TLV of the root', TLV, '/', two, 'NO_PLACE'],
    ['TLV outside its base', TLV, '/3/1', two, 'NO_PLACE'],
    ['SenML outside its base', SENML_CBOR, '/3/1', two, 'NO_PLACE'],
    ['an integer of 65 bits', TLV, '/3/0/9', [leaf('/3/0/9', 'integer', 2n ** 64n)], 'OUT_OF_RANGE'],
    ['a negative unsigned', CBOR, '/65/0/1', [leaf('/65/0/1', 'unsigned', -1)], 'OUT_OF_RANGE'],
    ['links', LINK, '/3/0', two, 'UNKNOWN_FORMAT'],
  ] as const) {
    test(name, () => {
      const written = encodeContent(format, at(base), leaves);
      assert.equal(written.ok ? '' : written.problem.code, code);
    });
  }

  test('an unknown format is not read', () => {
    const content = decodeContent(50, at('/3/0'), encodeUtf8('{}'), definitions);
    assert.equal(content.ok ? '' : content.problem.code, 'UNKNOWN_FORMAT');
  });
});
