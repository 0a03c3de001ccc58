import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporaryFolder';
import { bytesPast, imageFile, isPure, only, serving } from './bench';
import { run, start } from './program';

const names = (events: readonly { readonly event: string }[]) => [
  ...new Set(events.map(({ event }) => event)),
];

test('a device that an earlier server knew is waited for, and whoever is heard first is taken', async (t) => {
  const state = temporaryFolder(t);
  const file = imageFile(t, { version: '2.0.0', programSize: 3000 });
  const credentials = path.join(state, 'keys.json');
  const earlier = await start(t, 'serve', '--listen', 'coap://127.0.0.1:0', '--state', state, '--json');
  const [before] = (await earlier.event('ready'))['listening'] as readonly string[];
  const gone = await start(t, 'simulate', '--server', before ?? '', '--endpoint', 'gone', '--json');
  await earlier.event('registered');
  gone.child.kill('SIGKILL');
  await gone.ended;
  await earlier.interrupt();
  const words = ['--listen', before ?? '', '--state', state, '--credentials', credentials, '--json'];
  const update = await start(t, 'update', file, ...words, '--wait', '30');
  await update.event('waiting');
  await start(t, 'simulate', '--server', before ?? '', '--endpoint', 'here', '--json');
  const { code, events } = await update.ended;
  assert.equal(code, 0);
  assert.equal(events.at(-1)?.['endpoint'], 'here');
});

test('an update of its own server waits for a device that comes late', async (t) => {
  const state = temporaryFolder(t);
  const file = imageFile(t, { version: '2.0.0', programSize: 5000 });
  const update = await start(
    t,
    'update',
    file,
    '--listen',
    'coap://127.0.0.1:0',
    '--state',
    state,
    '--json',
    '--block-size',
    '64',
    '--method',
    'push',
    '--wait',
    '30',
  );
  const [uri] = (await update.event('ready'))['listening'] as readonly string[];
  await update.event('waiting');
  await start(t, 'simulate', '--server', uri ?? '', '--endpoint', 'late', '--json');
  const { code, events, stdout } = await update.ended;
  assert.equal(code, 0);
  assert.ok(isPure(stdout));
  assert.deepEqual(names(events), ['ready', 'waiting', 'plan', 'state', 'progress', 'end']);
  const plan = events.find(({ event }) => event === 'plan');
  assert.equal(plan?.['method'], 'push');
  assert.equal(plan['protocol'], 'coap');
  assert.equal(plan['versionBefore'], '1.0.0');
  assert.equal(typeof plan['why'], 'string');
  for (const event of events.filter(({ event }) => event === 'state')) {
    assert.ok(['idle', 'downloading', 'downloaded', 'updating'].includes(String(event['state'])));
    assert.equal(event['legal'], true);
    assert.equal(typeof event['updateResult'], 'number');
  }
  const end = events.at(-1);
  assert.deepEqual(
    { ...end, durationMs: 0 },
    {
      event: 'end',
      endpoint: 'late',
      outcome: 'succeeded',
      updateResult: 1,
      resultName: end?.['resultName'],
      versionBefore: '1.0.0',
      versionAfter: '2.0.0',
      durationMs: 0,
      state: 'idle',
    },
  );
  const kept = only((await run(t, 'history', '--state', state, '--json')).events);
  assert.equal(kept['outcome'], 'succeeded');
  for (const field of ['image', 'method', 'protocol', 'why', 'versionBefore', 'versionAfter'])
    assert.deepEqual(kept[field], { ...plan, ...end }[field], field);
  assert.equal(typeof kept['startedAt'], 'number');
});

test('no device, several devices, a device that is not there', async (t) => {
  const { ask, server, simulate } = await serving(t);
  const file = imageFile(t, {});
  const none = await ask('update', file, '--wait', '0.2');
  assert.equal(none.code, 3);
  assert.equal(none.events.at(-1)?.['code'], 'NO_DEVICE');
  await simulate('dev', '--count', '2');
  for (const name of ['dev-1', 'dev-2'])
    await server.event('registered', ({ endpoint }) => endpoint === name);
  const several = await ask('update', file);
  assert.equal(several.code, 3);
  assert.equal(several.events.at(-1)?.['code'], 'WHICH_DEVICE');
  assert.match(several.lastLine, /dev-1, dev-2/);
  const absent = await ask('update', file, '--endpoint', 'nobody', '--wait', '0.2');
  assert.equal(absent.events.at(-1)?.['code'], 'NO_DEVICE');
});

test('a file that cannot be sent is refused before anything is waited for', async (t) => {
  const { ask, state } = await serving(t);
  const absent = await ask('update', `${state}/absent.bin`);
  assert.equal(absent.code, 3);
  assert.equal(only(absent.events)['code'], 'UNREADABLE');
  const damaged = await ask('update', imageFile(t, { proof: 'none' }));
  assert.equal(only(damaged.events)['code'], 'NOT_SENDABLE');
});

test('a pull by HTTP opens its listener; a second update is refused by name', async (t) => {
  const { ask, begin, simulate } = await serving(t);
  await simulate('dev1', '--fault', 'delay=20');
  const slow = imageFile(t, { version: '2.0.0', programSize: 200_000 });
  const first = await begin('update', slow, '--method', 'push', '--block-size', '256');
  await bytesPast(first, 0);
  const second = await ask('update', imageFile(t, {}));
  assert.equal(second.code, 3);
  const refused = only(second.events);
  assert.equal(refused['code'], 'UPDATE_RUNNING');
  assert.ok(String(refused['message']).includes(slow));
  const cancelled = await first.interrupt();
  assert.equal(cancelled.code, 130);
  const end = cancelled.events.at(-1);
  assert.equal(end?.['outcome'], 'cancelled');
  for (const field of ['cause', 'next']) assert.equal(typeof end[field], 'string');
  assert.equal(end['state'], 'idle');
  assert.match(cancelled.stderr, /Interrupted: the device is left in state idle\./);
  const http = await ask(
    'update',
    imageFile(t, { version: '3.0.0' }),
    '--method',
    'pull',
    '--protocol',
    'http',
  );
  assert.equal(http.code, 0, http.stderr);
  assert.equal(http.events.find(({ event }) => event === 'plan')?.['protocol'], 'http');
});

test('a device that falls silent fails by its stall time, and the cause names the phase', async (t) => {
  const { ask, simulate } = await serving(t);
  await simulate('dev1', '--fault', 'hang=40');
  const { code, events, lastLine } = await ask(
    'update',
    imageFile(t, { programSize: 50_000 }),
    '--stall-timeout',
    '1',
    '--method',
    'push',
  );
  assert.equal(code, 1);
  const end = events.at(-1);
  assert.equal(end?.event, 'end');
  assert.equal(end['outcome'], 'failed');
  assert.ok(lastLine.includes(String(end['next'])));
});

test('an update whose process is killed stands as interrupted', async (t) => {
  const state = temporaryFolder(t);
  const file = imageFile(t, { version: '2.0.0', programSize: 200_000 });
  const update = await start(
    t,
    'update',
    file,
    '--listen',
    'coap://127.0.0.1:0',
    '--state',
    state,
    '--method',
    'push',
    '--json',
  );
  const [uri] = (await update.event('ready'))['listening'] as readonly string[];
  await start(t, 'simulate', '--server', uri ?? '', '--endpoint', 'dev1', '--fault', 'delay=20');
  await bytesPast(update, 1000);
  const during = only((await run(t, 'history', '--state', state, '--json')).events);
  assert.equal(during['outcome'], 'running');
  update.child.kill('SIGKILL');
  await update.ended;
  const expectInterrupted = async () => {
    const cut = only((await run(t, 'history', '--state', state, '--json')).events);
    assert.equal(cut['outcome'], 'interrupted');
    for (const field of ['cause', 'next']) assert.equal(typeof cut[field], 'string');
  };
  await expectInterrupted();
  const next = await start(t, 'serve', '--listen', 'coap://127.0.0.1:0', '--state', state, '--json');
  await next.event('ready');
  await next.interrupt();
  await expectInterrupted();
});

test('interrupted while it waits for a device: 130, and nothing was sent', async (t) => {
  const state = temporaryFolder(t);
  const update = await start(
    t,
    'update',
    imageFile(t, {}),
    '--listen',
    'coap://127.0.0.1:0',
    '--state',
    state,
    '--json',
  );
  await update.event('waiting');
  const { code, lastLine, events } = await update.interrupt();
  assert.equal(code, 130);
  assert.match(lastLine, /nothing was sent\. \S/);
  assert.deepEqual(
    events.map(({ event }) => event),
    ['ready', 'waiting'],
  );
});

test('a server that ends under a waiting update is told as that', async (t) => {
  const { server, begin } = await serving(t);
  const update = await begin('update', imageFile(t, {}));
  await update.event('waiting');
  await server.interrupt();
  const { code, events } = await update.ended;
  assert.equal(code, 3);
  assert.equal(events.at(-1)?.['code'], 'SERVER_GONE');
});

for (const [what, words, code] of [
  ['a protocol that is none', ['--protocol', 'ftp'], 'USAGE'],
  ['a field that is none', ['--uri', '/fw/{serial}.bin'], 'BAD_URI_TEMPLATE'],
  ['a URI of another scheme', ['--uri', 'ftp://192.0.2.1/fw.bin'], 'BAD_URI_TEMPLATE'],
  ['another server without a URI', ['--external'], 'USAGE'],
  ['a relative URI and another server', ['--uri', '/fw/x', '--external'], 'USAGE'],
  ['a relative URI and a host', ['--uri', '/fw/x', '--host', 'fw.example'], 'USAGE'],
  ['a URI and a push', ['--uri', '/fw/x', '--method', 'push'], 'USAGE'],
  ['a URI and another protocol', ['--uri', 'coap://192.0.2.1/x', '--protocol', 'http'], 'USAGE'],
] as const)
  test(`${what}: exit code 2, before anything is started`, async (t) => {
    const state = temporaryFolder(t);
    const {
      code: exit,
      events,
      lastLine,
    } = await run(t, 'update', 'x.bin', '--state', state, '--json', ...words);
    assert.equal(exit, 2);
    assert.equal(only(events)['code'], code);
    assert.ok(lastLine.includes(String(only(events)['next'])));
  });

test('a relative Package URI of a template is what the plan, the device and history have', async (t) => {
  const { ask, simulate, state } = await serving(t);
  await simulate('dev1');
  const { code, events, stderr } = await ask(
    'update',
    imageFile(t, { version: '4.0.0' }),
    '--uri',
    '/fw/{endpoint}/{version}.bin',
  );
  assert.equal(code, 0, stderr);
  const plan = events.find(({ event }) => event === 'plan');
  assert.deepEqual(
    [plan?.['method'], plan?.['protocol'], plan?.['packageUri']],
    ['pull', 'coap', '/fw/dev1/4.0.0.bin'],
  );
  const kept = only((await run(t, 'history', '--state', state, '--json')).events);
  assert.equal(kept['packageUri'], '/fw/dev1/4.0.0.bin');
});
