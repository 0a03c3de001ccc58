import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import type { Leaf } from '../../../src/lwm2m/content/leaf';
import { resourceDefinition } from '../../../src/objects/definition';
import { printPath } from '../../../src/objects/path';
import type { LwM2mValue } from '../../../src/objects/value';
import { NAME, at, openScene, valuesOf } from './scene';

const { TEXT, OPAQUE, CBOR, TLV, SENML_JSON, SENML_CBOR, LWM2M_JSON } = ContentFormats;

/** Object 3442 of Leshan's device as it starts (`SampleValues.java`): a value of every type. */
const SINGLE = {
  '/3442/0/110': 'héllo wörld',
  '/3442/0/120': -1234567890123,
  '/3442/0/125': 200,
  '/3442/0/130': 3.14159,
  '/3442/0/140': true,
  '/3442/0/150': '0001feff',
  '/3442/0/160': 1_767_225_600,
  '/3442/0/170': '3303:0',
};
const MULTIPLE = {
  '/3442/0/1110/0': 'zero',
  '/3442/0/1110/7': 'seven',
  '/3442/0/1120/0': 1,
  '/3442/0/1120/1': -300,
  '/3442/0/1125/0': 1,
  '/3442/0/1130/0': 0.5,
  '/3442/0/1130/300': -2.25,
  '/3442/0/1140/0': false,
  '/3442/0/1140/1': true,
  '/3442/0/1150/0': '010203',
  '/3442/0/1160/0': 1_700_000_000,
  '/3442/0/1170/0': '3:0',
};

/** Values unlike those at the start. An unsigned one below 128: in TLV Leshan reads it as signed. */
const WRITTEN: readonly (readonly [string, LwM2mValue])[] = [
  ['/3442/0/110', { type: 'string', value: 'größer — 大' }],
  ['/3442/0/120', { type: 'integer', value: 9_007_199_254_740_993n }],
  ['/3442/0/125', { type: 'unsigned', value: 77 }],
  ['/3442/0/130', { type: 'float', value: -0.1 }],
  ['/3442/0/140', { type: 'boolean', value: false }],
  ['/3442/0/150', { type: 'opaque', value: Uint8Array.of(255, 0, 127) }],
  ['/3442/0/160', { type: 'time', value: 1_800_000_000 }],
  ['/3442/0/170', { type: 'objlnk', value: { objectId: 3, instanceId: 0 } }],
];
const leafOf = ([path, value]: (typeof WRITTEN)[number]): Leaf => ({ path: at(path), value });

test('values of every type, in every format that Leshan offers', async (t) => {
  const scene = await openScene(t);
  if (!scene) return;
  const { server, device } = scene;

  await t.test('an instance, read whole', async () => {
    for (const format of [TLV, SENML_JSON, SENML_CBOR, LWM2M_JSON]) {
      const answer = await server.read(NAME, at('/3442/0'), { format });
      assert.equal(answer.code, Codes.CONTENT);
      assert.equal(answer.contentFormat, format);
      assert.deepEqual(answer.problems, []);
      assert.deepEqual(valuesOf(answer), { ...SINGLE, ...MULTIPLE }, `in ${format}`);
      for (const { path, value } of answer.values) {
        const { objectId = 0, resourceId = 0 } = path;
        const defined = resourceDefinition(server.definitions(NAME), objectId, resourceId);
        assert.equal(value.type, defined?.type, printPath(path));
      }
    }
    assert.deepEqual(valuesOf(await server.read(NAME, at('/3442/0'))), { ...SINGLE, ...MULTIPLE });
  });

  await t.test('each resource, read by itself', async () => {
    for (const [path, value] of Object.entries(SINGLE)) {
      const single = path.endsWith('/150') ? OPAQUE : TEXT;
      for (const format of [undefined, single, CBOR, TLV, SENML_JSON, SENML_CBOR, LWM2M_JSON]) {
        const answer = await server.read(NAME, at(path), format === undefined ? {} : { format });
        assert.deepEqual(valuesOf(answer), { [path]: value }, `${path} in ${format}`);
        assert.deepEqual(answer.problems, []);
      }
    }
  });

  await t.test('a multiple resource and an instance of it', async () => {
    for (const format of [undefined, TLV, SENML_JSON, SENML_CBOR, LWM2M_JSON]) {
      const settings = format === undefined ? {} : { format };
      const all = await server.read(NAME, at('/3442/0/1110'), settings);
      assert.deepEqual(valuesOf(all), { '/3442/0/1110/0': 'zero', '/3442/0/1110/7': 'seven' });
      const one = await server.read(NAME, at('/3442/0/1130/300'), settings);
      assert.deepEqual(valuesOf(one), { '/3442/0/1130/300': -2.25 }, `in ${format}`);
    }
  });

  await t.test('an object, and what is not there', async () => {
    for (const format of [TLV, SENML_JSON, SENML_CBOR, LWM2M_JSON]) {
      const object = valuesOf(await server.read(NAME, at('/3303'), { format }));
      assert.equal(object['/3303/0/5700'], 21.5, `in ${format}`);
      assert.equal(object['/3303/0/5750'], 'boiler room');
    }
    assert.equal((await server.read(NAME, at('/3442/5'))).code, Codes.NOT_FOUND);
    const refused = await server.read(NAME, at('/3442/0/0'));
    assert.equal(refused.code, Codes.METHOD_NOT_ALLOWED);
  });

  await t.test('each resource, written by itself', async () => {
    for (const leaf of WRITTEN.map(leafOf)) {
      const text = printPath(leaf.path);
      const single = leaf.value.type === 'opaque' ? OPAQUE : TEXT;
      for (const format of [undefined, single, CBOR, TLV, SENML_JSON, SENML_CBOR]) {
        const answer = await server.write(NAME, leaf.path, [leaf], format === undefined ? {} : { format });
        assert.equal(answer.code, Codes.CHANGED, `${text} in ${format}: ${answer.diagnostic}`);
        const written = await device.next('written', { where: ({ path }) => path === text });
        assert.deepEqual(written.value, asTold(leaf.value), `${text} in ${format}`);
      }
      assert.deepEqual(valuesOf(await server.read(NAME, leaf.path)), valuesOf({ values: [leaf] }));
    }
  });

  await t.test('a multiple resource, replaced', async () => {
    // before the instance is replaced: without a member left the resource can't be written any more (M18)
    for (const format of [TLV, SENML_JSON, SENML_CBOR]) {
      const values: Leaf[] = [
        { path: at('/3442/0/1110/1'), value: { type: 'string', value: `in ${format}` } },
        { path: at('/3442/0/1110/40000'), value: { type: 'string', value: 'far' } },
      ];
      const answer = await server.write(NAME, at('/3442/0/1110'), values, { format });
      assert.equal(answer.code, Codes.CHANGED, answer.diagnostic);
      const after = await server.read(NAME, at('/3442/0/1110'));
      assert.deepEqual(valuesOf(after), valuesOf({ values }), `in ${format}`);
    }
  });

  await t.test('part of an instance, then the whole of it', async () => {
    for (const format of [TLV, SENML_JSON, SENML_CBOR]) {
      const part: Leaf[] = [
        { path: at('/3442/0/110'), value: { type: 'string', value: `in ${format}` } },
        { path: at('/3442/0/1120/1'), value: { type: 'integer', value: format } },
        { path: at('/3442/0/1120/9'), value: { type: 'integer', value: -1 } },
      ];
      const before = valuesOf(await server.read(NAME, at('/3442/0')));
      assert.equal((await server.write(NAME, at('/3442/0'), part, { format })).code, Codes.CHANGED);
      const after = valuesOf(await server.read(NAME, at('/3442/0')));
      assert.deepEqual(after, { ...before, ...valuesOf({ values: part }) }, `in ${format}`);
    }
    for (const format of [TLV, SENML_JSON, SENML_CBOR]) {
      const whole = WRITTEN.map(leafOf);
      const answer = await server.write(NAME, at('/3442/0'), whole, { format, mode: 'replace' });
      assert.equal(answer.code, Codes.CHANGED, answer.diagnostic);
      const values = valuesOf(await server.read(NAME, at('/3442/0')));
      for (const [path, value] of Object.entries(valuesOf({ values: whole }))) {
        assert.deepEqual(values[path], value, `${path} in ${format}`);
      }
    }
  });

  await t.test('what may not be written is refused, and stays', async () => {
    const leaf: Leaf = { path: at('/3303/0/5700'), value: { type: 'float', value: 1 } };
    const answer = await server.write(NAME, leaf.path, [leaf]);
    assert.equal(answer.code, Codes.METHOD_NOT_ALLOWED);
    assert.equal(valuesOf(await server.read(NAME, leaf.path))['/3303/0/5700'], 21.5);
  });
});

/** A value as Leshan's device tells it in JSON (`Values.java`). */
function asTold({ type, value }: LwM2mValue): unknown {
  if (type === 'opaque') return Buffer.from(value).toString('base64');
  if (type === 'objlnk') return `${value.objectId}:${value.instanceId}`;
  if (type === 'unsigned') return String(value);
  return typeof value === 'bigint' ? Number(value) : value;
}
