import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../support/temporaryFolder';
import { run, start, type CliEvent } from './program';

/** A server on free ports with one simulated device, for one test. */
async function bench(t: TestContext, ...simulate: readonly string[]) {
  const state = temporaryFolder(t);
  const server = await start(t, 'serve', '--listen', 'coap://127.0.0.1:0', '--state', state, '--json');
  const ready = await server.event('ready');
  const [uri] = ready['listening'] as readonly string[];
  assert.ok(uri);
  const device = await start(t, 'simulate', '--server', uri, '--endpoint', 'dev1', '--json', ...simulate);
  await server.event('registered');
  const control = ready['control'] as string;
  const ask = (...words: readonly string[]) => run(t, ...words, '--control', control, '--json');
  return { state, server, device, uri, control, ask };
}

const only = (events: readonly CliEvent[]): CliEvent => {
  const [event, ...more] = events;
  assert.ok(event);
  assert.deepEqual(more, []);
  return event;
};

const valuesOf = (event: CliEvent) =>
  event['values'] as readonly { readonly path: string; readonly value: unknown; readonly type: string }[];

test('serve tells where it listens, and ends with 0 when it is interrupted', async (t) => {
  const { server, uri, control, ask } = await bench(t);
  assert.match(uri, /^coap:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(statSync(control).mode & 0o777, 0o600);
  const device = only((await ask('devices')).events);
  assert.equal(device['endpoint'], 'dev1');
  assert.match(String(device['address']), /^coap:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(device['lwm2m'], '1.1');
  assert.equal(device['queueMode'], false);
  assert.ok((device['objects'] as readonly { objectId: number }[]).some(({ objectId }) => objectId === 5));
  const { code } = await server.interrupt();
  assert.equal(code, 0);
});

test('operations answer by the contract, refusals with exit code 1', async (t) => {
  const { ask } = await bench(t);
  const read = await ask('read', '/3/0/3');
  assert.equal(read.code, 0);
  const answer = only(read.events);
  assert.deepEqual(
    { endpoint: answer['endpoint'], path: answer['path'], code: answer['code'] },
    { endpoint: 'dev1', path: '/3/0/3', code: '2.05' },
  );
  assert.deepEqual(valuesOf(answer), [{ path: '/3/0/3', value: '1.0.0', type: 'string' }]);

  for (const format of ['tlv', 'senml-json', 'senml-cbor']) {
    const instance = only((await ask('read', '/3/0', '--format', format)).events);
    assert.equal(instance['format'], format);
    assert.ok(valuesOf(instance).some(({ path: at, value }) => at === '/3/0/3' && value === '1.0.0'));
  }
  const composite = only((await ask('read', '/3/0/3', '/1/0/1')).events);
  assert.deepEqual(
    valuesOf(composite)
      .map((value) => value.path)
      .sort(),
    ['/1/0/1', '/3/0/3'],
  );

  assert.equal(only((await ask('write', '/1/0/1', '120')).events)['code'], '2.04');
  assert.deepEqual(valuesOf(only((await ask('read', '/1/0/1')).events)), [
    { path: '/1/0/1', value: 120, type: 'integer' },
  ]);

  const links = only((await ask('discover', '/3')).events)['links'] as readonly { readonly path: string }[];
  assert.ok(links.some((link) => link.path === '/3/0/3'));
  assert.equal(only((await ask('attributes', '/3303/0/5700', 'pmin=1', 'pmax=60')).events)['code'], '2.04');

  const created = only((await ask('create', '/19', '--value', '{"0":{"0":"AQID"}}')).events);
  assert.equal(created['code'], '2.01');
  const location = String(created['location']);
  assert.match(location, /^\/19\/\d+$/);
  assert.deepEqual(valuesOf(only((await ask('read', `${location}/0/0`)).events))[0]?.value, 'AQID');
  assert.equal(only((await ask('delete', location)).events)['code'], '2.02');

  const absent = await ask('read', '/3/0/99');
  assert.equal(absent.code, 1);
  assert.equal(only(absent.events)['code'], '4.04');
  assert.match(absent.lastLine, /4\.04.*\./);
  const refused = await ask('write', '/3/0/3', 'x');
  assert.equal(refused.code, 1);
  assert.equal(only(refused.events)['code'], '4.05');
});

test('observe ends after its count and cancels', async (t) => {
  const { ask } = await bench(t);
  const { code, events } = await ask('observe', '/3303/0/5700', '--count', '2', '--for', '30');
  assert.equal(code, 0);
  assert.deepEqual(
    events.map(({ event }) => event),
    ['answer', 'notify', 'notify'],
  );
  assert.equal(typeof events[1]?.['at'], 'number');
});

test('a device nobody knows: exit code 3, and those that are there', async (t) => {
  const { ask } = await bench(t);
  const { code, events, lastLine } = await ask('read', '/3/0/3', '--endpoint', 'nobody');
  assert.equal(code, 3);
  assert.equal(only(events)['code'], 'NO_DEVICE');
  assert.match(lastLine, /dev1/);
});

test('a port in use: exit code 3 with PORT_IN_USE', async (t) => {
  const { uri } = await bench(t);
  const { code, events } = await run(t, 'serve', '--listen', uri, '--state', temporaryFolder(t), '--json');
  assert.equal(code, 3);
  assert.equal(only(events)['code'], 'PORT_IN_USE');
});

test("definitions: one version, all of them, and the user's own before the registry's", async (t) => {
  const state = temporaryFolder(t);
  const five = only((await run(t, 'objects', '5/1.1', '--state', state, '--json')).events);
  assert.equal(five['name'], 'Firmware Update');
  const resources = five['resources'] as readonly {
    readonly id: number;
    readonly operations: string;
    readonly type: string;
  }[];
  assert.deepEqual(
    resources.find(({ id }) => id === 2),
    { ...resources.find(({ id }) => id === 2), operations: 'E', type: '' },
  );
  const all = await run(t, 'objects', '--state', state, '--json');
  assert.ok(all.events.length > 400);
});
