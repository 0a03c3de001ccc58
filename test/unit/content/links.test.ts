import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { parseExecuteArguments } from '../../../src/lwm2m/content/executeArguments';
import {
  contentFormatsOf,
  parseLinks,
  printLinks,
  versionOf,
  type Link,
} from '../../../src/lwm2m/content/linkFormat';
import { printPath } from '../../../src/objects/path';

function links(text: string | Uint8Array): readonly Link[] {
  const parsed = parseLinks(text);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem.message);
  return parsed.value;
}

describe('the links of a registration', () => {
  test('as Leshan writes them', () => {
    const list = links(
      encodeUtf8(
        '</>;rt="oma.lwm2m";ct="60 110 112 11542 11543",</1/0>,</3>;ver=1.2,</3/0>,</5>;ver="1.1",</5/0>',
      ),
    );
    assert.deepEqual(
      list.map(({ target }) => target),
      ['/', '/1/0', '/3', '/3/0', '/5', '/5/0'],
    );
    assert.deepEqual(list.map(versionOf), [undefined, undefined, '1.2', undefined, '1.1', undefined]);
    const [root] = list;
    assert.ok(root);
    assert.equal(root.attributes['rt'], 'oma.lwm2m');
    assert.deepEqual(contentFormatsOf(root), [60, 110, 112, 11542, 11543]);
  });

  test('with a bare ct, and another root', () => {
    const [root, object] = links('</lwm2m>;rt="oma.lwm2m";ct=11543,</lwm2m/3/0>');
    assert.ok(root);
    assert.deepEqual(contentFormatsOf(root), [11543]);
    assert.equal(root.path, undefined);
    assert.equal(object?.target, '/lwm2m/3/0');
  });

  test('a version of 1.10 is not one of 1.1', () => {
    const [link] = links('</3>;ver=1.10');
    assert.equal(link && versionOf(link), '1.10');
  });
});

describe('the links of a Discover answer', () => {
  test('have numbers as numbers, names alone, and text with commas', () => {
    const [instance, voltage, titled] = links(
      '</3/0>;pmin=10;pmax=60;con,</3/0/7>;dim=8;gt=50;lt=42.2, </3/0/8>;title="a \\"b\\", c"',
    );
    assert.equal(instance?.path && printPath(instance.path), '/3/0');
    assert.deepEqual(instance?.attributes, { pmin: 10, pmax: 60, con: '' });
    assert.deepEqual(voltage?.attributes, { dim: 8, gt: 50, lt: 42.2 });
    assert.deepEqual(titled?.attributes, { title: 'a "b", c' });
  });

  test('print as they were', () => {
    const text = '</3/0>;pmin=10;pmax=60;con,</3>;ver=1.2,</>;rt="oma.lwm2m";ct="110 112"';
    assert.equal(printLinks(links(text)), text);
  });

  test('may be none', () => {
    assert.deepEqual(links(''), []);
    assert.deepEqual(links(' '), []);
  });

  test('with hostile names harm nothing', () => {
    const [link] = links('</3>;__proto__="x";constructor=5');
    assert.deepEqual(Object.keys(link?.attributes ?? {}), ['__proto__', 'constructor']);
    assert.equal(link && versionOf(link), undefined);
  });
});

describe('links that are wrong say where', () => {
  for (const [text, offset] of [
    ['3/0', 0],
    ['</3/0', 0],
    ['</3>,', 5],
    ['</3>;=5', 4],
    ['</3>;a="x', 7],
    ['</3> </4>', 4],
    ['</3>;a=b c', 8],
  ] as const) {
    test(text, () => {
      const parsed = parseLinks(text);
      assert.equal(parsed.ok ? -1 : parsed.problem.offset, offset);
    });
  }

  test('and too many of them are refused', () => {
    assert.equal(parseLinks('</3>,'.repeat(10_001) + '</3>').ok, false);
    assert.equal(
      parseLinks(`</3>${';a'.repeat(3)}${Array.from({ length: 70 }, (_, n) => `;b${n}`).join('')}`).ok,
      false,
    );
    assert.equal(parseLinks('x'.repeat(300_000)).ok, false);
  });
});

describe('arguments of Execute', () => {
  test('in the grammar of the specification', () => {
    const parsed = parseExecuteArguments("2='10.3',0,7=''");
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value, [{ digit: 2, value: '10.3' }, { digit: 0 }, { digit: 7, value: '' }]);
    assert.deepEqual(parseExecuteArguments(''), { ok: true, value: [] });
  });

  for (const [text, offset] of [
    ['x', 0],
    ['0,', 2],
    ['0,0', 2],
    ["0='a'b'", 5],
    ["0='a", 1],
    ["0='a\\b'", 1],
    ["0='a b'", 1],
    ['10', 1],
    ['0=5', 1],
  ] as const) {
    test(`${text} is none`, () => {
      const parsed = parseExecuteArguments(text);
      assert.equal(parsed.ok ? -1 : parsed.problem.offset, offset);
    });
  }
});
