import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { seconds } from '../../../src/base/clock';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import type { Leaf } from '../../../src/lwm2m/content/leaf';
import { instanceIdsOf, objectIdsOf, objectVersionOf } from '../../../src/lwm2m/registration/registration';
import { printPath } from '../../../src/objects/path';
import { NAME, at, next, nextRegistration, once, openScene, valuesOf } from './scene';

const { TLV, SENML_JSON, SENML_CBOR } = ContentFormats;

const label = (text: string): Leaf => ({ path: at('/3303/0/5750'), value: { type: 'string', value: text } });

test('a Leshan device lives: registers, updates, comes again, leaves', async (t) => {
  const scene = await openScene(t, ['--lifetime', 120]);
  if (!scene) return;
  const { server, device, registration } = scene;
  assert.equal(registration.lwm2mVersion, '1.1');
  assert.equal(registration.lifetime, 120);
  assert.equal(registration.binding, 'U');
  assert.equal(registration.queueMode, false);
  assert.deepEqual(objectIdsOf(registration), [1, 3, 5, 3303, 3442]);
  assert.deepEqual(instanceIdsOf(registration, 3303), [0]);
  assert.equal(objectVersionOf(registration, 5), '1.1');
  assert.deepEqual(registration.contentFormats, [60, 110, 112, 11542, 11543]);
  const told = await device.next('registered');
  assert.equal(String(told.location).split('/').at(-1), registration.location);

  const updated = next(server.onUpdated);
  device.send({ do: 'update' });
  await device.next('updated');
  assert.equal((await updated).registration.location, registration.location);

  const again = nextRegistration(server);
  const replaced = next(server.onRemoved);
  device.send({ do: 'restart' });
  assert.notEqual((await again).location, registration.location);
  assert.equal((await replaced).reason, 'replaced');
  assert.equal((await server.read(NAME, at('/3/0/3'))).code, Codes.CONTENT);

  const removed = next(server.onRemoved);
  device.send({ do: 'deregister' });
  assert.equal((await removed).reason, 'deregistered');
  assert.equal(server.registration(NAME), undefined);
  await assert.rejects(server.read(NAME, at('/3/0/3')), (error) => isOperationError(error, 'NOT_REGISTERED'));
});

test('executes, discovers, sets attributes, creates and deletes on a Leshan device', async (t) => {
  const scene = await openScene(t);
  if (!scene) return;
  const { server, device } = scene;

  await t.test('execute, with arguments and without', async () => {
    assert.equal((await server.execute(NAME, at('/3442/0/0'))).code, Codes.CHANGED);
    assert.deepEqual(await device.next('executed'), {
      event: 'executed',
      path: '/3442/0/0',
      arguments: {},
    });
    assert.equal((await server.execute(NAME, at('/3442/0/2'), "0='one',3,9='x-y'")).code, Codes.CHANGED);
    assert.deepEqual((await device.next('executed')).arguments, { 0: 'one', 3: null, 9: 'x-y' });
    const refused = await server.execute(NAME, at('/3442/0/110'));
    assert.equal(refused.code, Codes.METHOD_NOT_ALLOWED);
    assert.equal((await server.execute(NAME, at('/3442/0/2'), 'no=grammar')).code, Codes.BAD_REQUEST);
  });

  await t.test('discover an object, an instance, a resource', async () => {
    const object = await server.discover(NAME, at('/3303'));
    assert.equal(object.code, Codes.CONTENT);
    const paths = (object.links ?? []).map(({ path }) => printPath(path));
    assert.ok(paths.includes('/3303') && paths.includes('/3303/0') && paths.includes('/3303/0/5700'));
    const instance = await server.discover(NAME, at('/3442/0'));
    const multiple = instance.links?.find(({ path }) => printPath(path) === '/3442/0/1110');
    assert.equal(Number(multiple?.attributes.dim), 2);
    const resource = await server.discover(NAME, at('/3/0/6'));
    assert.equal(resource.code, Codes.CONTENT);
    assert.deepEqual(resource.problems, []);
    assert.equal((await server.discover(NAME, at('/9999'))).code, Codes.NOT_FOUND);
  });

  await t.test('attributes are set, seen and taken away', async () => {
    const path = at('/3303/0/5700');
    assert.equal((await server.writeAttributes(NAME, path, { pmin: 1, pmax: 300 })).code, Codes.CHANGED);
    const seen = await server.discover(NAME, path);
    const attributes = seen.links?.find((link) => printPath(link.path) === '/3303/0/5700')?.attributes;
    assert.equal(Number(attributes?.pmin), 1);
    assert.equal(Number(attributes?.pmax), 300);
    const unset = await server.writeAttributes(NAME, path, { pmin: undefined, pmax: undefined });
    assert.equal(unset.code, Codes.CHANGED);
    const after = await server.discover(NAME, path);
    assert.deepEqual(after.links?.find((link) => printPath(link.path) === '/3303/0/5700')?.attributes, {});
  });

  await t.test('instances are created, by us and by the device, and deleted', async () => {
    const updated = next(server.onUpdated);
    const named = await server.create(NAME, at('/3303/4'), [label('four')]);
    assert.equal(named.code, Codes.CREATED, named.diagnostic);
    assert.deepEqual(named.location, at('/3303/4'));
    assert.equal((await device.next('created')).path, '/3303/4');
    await updated;
    assert.equal(valuesOf(await server.read(NAME, at('/3303/4/5750')))['/3303/4/5750'], 'four');
    assert.deepEqual(instanceIdsOf(server.registration(NAME) ?? scene.registration, 3303), [0, 4]);

    const free = await server.create(NAME, at('/3303'), [label('any')]);
    assert.equal(free.code, Codes.CREATED, free.diagnostic);
    const place = printPath(free.location ?? at('/'));
    assert.equal((await device.next('created')).path, place);
    assert.equal(valuesOf(await server.read(NAME, at(`${place}/5750`)))[`${place}/5750`], 'any');
    for (const format of [TLV, SENML_JSON, SENML_CBOR]) {
      const path = `/3303/${100 + (format % 50)}`;
      const made = await server.create(NAME, at(path), [label(`in ${format}`)], { format });
      assert.equal(made.code, Codes.CREATED, `in ${format}: ${made.diagnostic}`);
      assert.equal(
        valuesOf(await server.read(NAME, at(`${path}/5750`)))[`${path}/5750`],
        `in ${format}`,
        `in ${format}`,
      );
    }

    assert.equal((await server.create(NAME, at('/3303/4'), [label('again')])).code, Codes.BAD_REQUEST);
    assert.equal((await server.delete(NAME, at('/3303/4'))).code, Codes.DELETED);
    assert.equal((await device.next('deleted')).path, '/3303/4');
    assert.equal((await server.read(NAME, at('/3303/4'))).code, Codes.NOT_FOUND);
    assert.equal((await server.delete(NAME, at('/3/0'))).code, Codes.METHOD_NOT_ALLOWED);
  });

  await t.test('several objects at once, read and written', async () => {
    for (const format of [undefined, SENML_JSON, SENML_CBOR]) {
      const settings = format === undefined ? {} : { format };
      const paths = ['/3/0/3', '/3/0/9', '/3303/0', '/3442/0/1120/1', '/3442/0/6'].map(at);
      const answer = await server.readComposite(NAME, paths, settings);
      assert.equal(answer.code, Codes.CONTENT);
      assert.deepEqual(answer.problems, []);
      const values = valuesOf(answer);
      assert.equal(values['/3/0/3'], '1.0.0');
      assert.equal(values['/3/0/9'], 87);
      assert.equal(values['/3303/0/5700'], 21.5);
      assert.equal(values['/3442/0/1120/1'], -300);
      assert.equal(Object.keys(values).filter((path) => path.startsWith('/3442')).length, 1);

      const written: Leaf[] = [
        label(`in ${format}`),
        { path: at('/3442/0/120'), value: { type: 'integer', value: format ?? 1 } },
        { path: at('/3442/0/140'), value: { type: 'boolean', value: format === SENML_JSON } },
      ];
      const answered = await server.writeComposite(NAME, written, settings);
      assert.equal(answered.code, Codes.CHANGED, answered.diagnostic);
      const after = await server.readComposite(
        NAME,
        written.map(({ path }) => path),
        settings,
      );
      assert.deepEqual(valuesOf(after), valuesOf({ values: written }), `in ${format}`);
    }
  });

  await t.test('Send, in both formats', async () => {
    for (const format of [SENML_JSON, SENML_CBOR]) {
      const report = next(server.onReport);
      device.send({ do: 'send', paths: ['/3303/0/5700', '/3/0/3', '/3442/0/150'], format });
      const { kind, values, contentFormat, problems } = await report;
      assert.equal(kind, 'send');
      assert.equal(contentFormat, format);
      assert.deepEqual(problems, []);
      assert.deepEqual(valuesOf({ values }), {
        '/3303/0/5700': 21.5,
        '/3/0/3': '1.0.0',
        '/3442/0/150': '0001feff',
      });
      assert.equal((await device.next('sent')).code, 204);
    }
  });
});

test('a request to a sleeping Leshan device waits for its next message', async (t) => {
  const scene = await openScene(t, ['--queue-mode', '--period', 2500, '--lifetime', 60], {
    awakeFor: seconds(1),
  });
  if (!scene) return;
  const { server, registration } = scene;
  assert.equal(registration.queueMode, true);
  assert.equal((await server.read(NAME, at('/3/0/3'))).code, Codes.CONTENT);
  await once((resolve) => server.onPresence(({ presence }) => !presence.awake && resolve(presence)));
  let updated = false;
  const subscription = server.onUpdated(() => (updated = true));
  t.after(() => subscription.dispose());
  let queued = false;
  const answer = await server.read(NAME, at('/3303/0/5700'), { onQueued: () => (queued = true) });
  assert.deepEqual(valuesOf(answer), { '/3303/0/5700': 21.5 });
  assert.ok(queued, 'it was told that it waits');
  assert.ok(updated, 'and went out after the update');
});
