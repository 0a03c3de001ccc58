import { fc } from '../../support/properties';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { decodeContent, decodePaths, encodeContent, encodePaths } from '../../../src/lwm2m/content/content';
import type { Leaf } from '../../../src/lwm2m/content/leaf';
import { parseLinks, printLinks } from '../../../src/lwm2m/content/linkFormat';
import type { ResourceType } from '../../../src/objects/definition';
import { comparePaths, pathOf, printPath, type LwM2mPath } from '../../../src/objects/path';
import type { LwM2mValue } from '../../../src/objects/value';
import { knowing } from './definitions';
import { seed } from '../../support/seed';

const settings = { numRuns: 300 };
console.log(`seed ${seed}`);

const TYPES: readonly ResourceType[] = [
  'string',
  'integer',
  'unsigned',
  'float',
  'boolean',
  'opaque',
  'time',
  'objlnk',
  'corelnk',
];

const narrow = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
const id = fc.oneof(fc.nat(300), fc.nat(65534));

function valueOf(type: ResourceType): fc.Arbitrary<LwM2mValue> {
  switch (type) {
    case 'string':
    case 'corelnk':
      return fc.string({ unit: 'grapheme', maxLength: 300 }).map((value) => ({ type, value }));
    case 'integer':
      return fc
        .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
        .map((big) => ({ type, value: narrow(big) }));
    case 'unsigned':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((big) => ({ type, value: narrow(big) }));
    case 'float':
      return fc
        .oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.integer(),
          fc.float({ noNaN: true, noDefaultInfinity: true }),
        )
        .map((value) => ({ type, value }));
    case 'boolean':
      return fc.boolean().map((value) => ({ type, value }));
    case 'opaque':
      return fc.uint8Array({ maxLength: 700 }).map((bytes) => ({ type, value: Uint8Array.from(bytes) }));
    case 'time':
      return fc.maxSafeInteger().map((value) => ({ type, value }));
    case 'objlnk':
      return fc
        .tuple(fc.nat(65535), fc.nat(65535))
        .map(([objectId, instanceId]) => ({ type, value: { objectId, instanceId } }));
  }
}

/** Resources 10·n+t of object 9 have type t, so that any value finds a resource of its type. */
const RESOURCES = Array.from({ length: 60 }, (_, n) => n * 10);
const definitions = knowing(
  Object.fromEntries(RESOURCES.flatMap((n) => TYPES.map((type, t) => [`9/${n + t}`, type]))),
);

const anyValue = fc
  .nat(TYPES.length - 1)
  .chain((t) => valueOf(TYPES[t] ?? 'string').map((value) => ({ t, value })));

interface Values {
  readonly resourceId: number;
  /** `at`: the resource instance, where the resource is multiple. */
  readonly values: readonly { readonly at: number | undefined; readonly value: LwM2mValue }[];
}

/** A resource below an instance, single or multiple. */
const resource: fc.Arbitrary<Values> = fc
  .tuple(
    fc.constantFrom(...RESOURCES),
    anyValue,
    fc.option(fc.uniqueArray(id, { minLength: 1, maxLength: 4 })),
  )
  .chain(([n, { t, value }, instances]): fc.Arbitrary<Values> => {
    const type = TYPES[t] ?? 'string';
    const resourceId = n + t;
    if (!instances) return fc.constant({ resourceId, values: [{ at: undefined, value }] });
    return fc
      .tuple(...instances.map((at) => valueOf(type).map((one) => ({ at, value: one }))))
      .map((values) => ({ resourceId, values }));
  });

const instanceLeaves = (instanceId: number) =>
  fc.uniqueArray(resource, { maxLength: 8, selector: (one) => one.resourceId }).map((resources): Leaf[] =>
    resources.flatMap(({ resourceId, values }) =>
      values.map(({ at, value }) => ({
        path: at === undefined ? pathOf(9, instanceId, resourceId) : pathOf(9, instanceId, resourceId, at),
        value,
      })),
    ),
  );

const inOrder = (leaves: readonly Leaf[]) => [...leaves].sort((a, b) => comparePaths(a.path, b.path));

function assertSame(format: number, base: LwM2mPath, leaves: readonly Leaf[]): void {
  const bytes = encodeContent(format, base, leaves);
  assert.ok(bytes.ok, bytes.ok ? '' : bytes.problem.message);
  const content = decodeContent(format, base, bytes.value, definitions);
  assert.ok(content.ok, content.ok ? '' : content.problem.message);
  assert.deepEqual(content.value.problems, []);
  assert.deepEqual(inOrder(content.value.leaves), inOrder(leaves));
}

const { TEXT, OPAQUE, CBOR, TLV, SENML_JSON, SENML_CBOR, LWM2M_CBOR } = ContentFormats;
const MANY = { TLV, 'SenML JSON': SENML_JSON, 'SenML CBOR': SENML_CBOR, 'LwM2M CBOR': LWM2M_CBOR } as const;

describe('what is written is read as it was', () => {
  for (const [name, format] of Object.entries(MANY)) {
    test(`${name}: an instance`, () => {
      fc.assert(
        fc.property(
          fc.nat(65534).chain((n) => instanceLeaves(n).map((leaves) => ({ n, leaves }))),
          ({ n, leaves }) => assertSame(format, pathOf(9, n), leaves),
        ),
        settings,
      );
    });

    test(`${name}: an object`, () => {
      const instances = fc
        .uniqueArray(id, { maxLength: 3 })
        .chain((ids) => fc.tuple(...ids.map(instanceLeaves)));
      fc.assert(
        fc.property(instances, (groups) => assertSame(format, pathOf(9), groups.flat())),
        settings,
      );
    });

    test(`${name}: a resource`, () => {
      fc.assert(
        fc.property(resource, ({ resourceId, values }) => {
          const base = pathOf(9, 0, resourceId);
          const leaves = values.map(({ at, value }) => ({
            path: at === undefined ? base : pathOf(9, 0, resourceId, at),
            value,
          }));
          assertSame(format, base, leaves);
          const [first] = leaves;
          if (first) assertSame(format, first.path, [first]);
        }),
        settings,
      );
    });
  }

  for (const [name, format] of Object.entries({ text: TEXT, CBOR })) {
    test(`${name}: a value`, () => {
      fc.assert(
        fc.property(anyValue, id, ({ t, value }, at) => {
          const path = pathOf(9, 0, t);
          assertSame(format, path, [{ path, value }]);
          const instance = pathOf(9, 0, t, at);
          assertSame(format, instance, [{ path: instance, value }]);
        }),
        settings,
      );
    });
  }

  test('opaque: bytes', () => {
    fc.assert(
      fc.property(valueOf('opaque'), (value) =>
        assertSame(OPAQUE, pathOf(9, 0, 5), [{ path: pathOf(9, 0, 5), value }]),
      ),
      settings,
    );
  });

  test('floats that are no number, where the format can say so', () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const leaf: Leaf = { path: pathOf(9, 0, 3), value: { type: 'float', value } };
      for (const format of [TLV, SENML_CBOR, LWM2M_CBOR, CBOR, TEXT])
        assertSame(format, pathOf(9, 0, 3), [leaf]);
      const json = encodeContent(SENML_JSON, pathOf(9, 0, 3), [leaf]);
      assert.equal(json.ok ? '' : json.problem.code, 'OUT_OF_RANGE');
    }
  });

  test('times of SenML records', () => {
    const at = fc.oneof(
      fc.integer({ min: 2 ** 28, max: 2 ** 40 }),
      fc.double({ min: 2 ** 28, max: 2 ** 33, noNaN: true }),
    );
    fc.assert(
      fc.property(at, fc.boolean(), (time, json) =>
        assertSame(json ? SENML_JSON : SENML_CBOR, pathOf(), [
          { path: pathOf(9, 0, 1), value: { type: 'integer', value: 5 }, at: time },
        ]),
      ),
      settings,
    );
  });

  test('paths of composite requests', () => {
    const path = fc.array(id, { maxLength: 4 }).map((ids) => pathOf(...ids));
    fc.assert(
      fc.property(
        fc.array(path, { maxLength: 20 }),
        fc.constantFrom(SENML_JSON, SENML_CBOR),
        (paths, format) => {
          const bytes = encodePaths(format, paths);
          assert.ok(bytes.ok);
          const read = decodePaths(format, bytes.value);
          assert.ok(read.ok);
          assert.deepEqual(read.value.map(printPath), paths.map(printPath));
        },
      ),
      settings,
    );
  });

  test('links', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
    const value = fc.oneof(fc.integer(), fc.string({ unit: 'grapheme', maxLength: 20 }));
    const link = fc.record({
      target: fc.stringMatching(/^\/[!-;=?-~]{0,20}$/),
      attributes: fc.dictionary(
        name.filter((one) => one !== 'ver'),
        value,
        { maxKeys: 5, noNullPrototype: true },
      ),
    });
    fc.assert(
      fc.property(fc.array(link, { maxLength: 8 }), (links) => {
        const read = parseLinks(printLinks(links));
        assert.ok(read.ok, read.ok ? '' : `${read.problem.message} ${printLinks(links)}`);
        assert.deepEqual(
          read.value.map(({ target, attributes }) => ({ target, attributes })),
          links.map(({ target, attributes }) => ({ target, attributes: { ...attributes } })),
        );
      }),
      settings,
    );
  });
});
