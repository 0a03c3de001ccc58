import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../support/temporaryFolder';
import { imageFile, only } from './bench';
import { run, start } from './program';

/** A server that listens on one secured address, with its keys in a file that devices are given as well. */
async function secured(t: TestContext, scheme: 'coaps' | 'coaps+tcp' | 'coap+tcp') {
  const folder = temporaryFolder(t);
  const credentials = path.join(folder, 'keys.json');
  const made = await run(t, 'credentials', 'generate', '--endpoint', 'dev-1', '--credentials', credentials);
  assert.equal(made.code, 0, made.stderr);
  const state = path.join(folder, 'state');
  const server = await start(
    t,
    ...['serve', '--listen', `${scheme}://127.0.0.1:0`],
    ...['--state', state, '--credentials', credentials, '--json'],
  );
  const ready = await server.event('ready');
  const [uri = ''] = ready['listening'] as readonly string[];
  return { credentials, server, uri, control: String(ready['control']) };
}

for (const scheme of ['coaps', 'coaps+tcp'] as const) {
  test(`registers over ${scheme} with its stored key, and is updated`, async (t) => {
    const { credentials, server, uri, control } = await secured(t, scheme);
    const device = await start(
      t,
      ...['simulate', '--server', uri, '--endpoint', 'dev-1', '--credentials', credentials, '--json'],
    );
    const registered = await device.event('registered');
    assert.ok(
      String(registered['address']).startsWith(`${scheme}://127.0.0.1:`),
      String(registered['address']),
    );
    await server.event('registered', ({ endpoint }) => endpoint === 'dev-1');
    const file = imageFile(t, { version: '1.5.0', programSize: 40_000 });
    const update = await run(t, 'update', file, '--endpoint', 'dev-1', '--control', control, '--json');
    assert.equal(update.code, 0, update.stdout + update.stderr);
    assert.equal(update.events.at(-1)?.['outcome'], 'succeeded');
    assert.equal((await device.interrupt()).code, 0);
    // the key itself stands nowhere
    const said = JSON.stringify([server.events, update.events, device.events]);
    const exported = await run(
      t,
      ...[
        'credentials',
        'export',
        '--endpoint',
        'dev-1',
        '--as',
        'leshan',
        '--reveal',
        '--credentials',
        credentials,
      ],
    );
    const [key] = /[0-9a-f]{32}/i.exec(exported.stdout) ?? [];
    assert.ok(key);
    assert.ok(!said.toLowerCase().includes(key.toLowerCase()));
  });
}

test('over TCP its address says so', async (t) => {
  const { uri } = await secured(t, 'coap+tcp');
  const device = await start(t, 'simulate', '--server', uri, '--endpoint', 'plain-1', '--json');
  const registered = await device.event('registered');
  assert.match(String(registered['address']), /^coap\+tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
});

test('with a certificate of its own, at a server that has one of the same authority', async (t) => {
  const folder = temporaryFolder(t);
  const state = path.join(folder, 'state');
  const made = async (...words: readonly string[]) => {
    const end = await run(t, 'certificates', ...words, '--state', state, '--out', folder, '--json');
    assert.equal(end.code, 0, end.stderr);
    return only(end.events.filter(({ event }) => event === 'certificate'));
  };
  const authority = await made('authority');
  await made('server', '--host', '127.0.0.1');
  const certificate = await made('device', '--endpoint', 'cert-1');
  const server = await start(t, 'serve', '--listen', 'coaps://127.0.0.1:0', '--state', state, '--json');
  const [listening = ''] = (await server.event('ready'))['listening'] as readonly string[];
  const device = await start(
    t,
    ...['simulate', '--server', listening, '--endpoint', 'cert-1', '--ca', String(authority['file'])],
    ...['--certificate', String(certificate['file'])],
    ...['--private-key', String(certificate['file']).replace(/\.pem$/, '.key.pem'), '--json'],
  );
  await device.event('registered');
  await server.event('registered', ({ endpoint }) => endpoint === 'cert-1');
});

test('without a key for the name it says how to make one', async (t) => {
  const credentials = path.join(temporaryFolder(t), 'keys.json');
  const end = await run(
    t,
    ...[
      'simulate',
      '--server',
      'coaps://127.0.0.1:5684',
      '--endpoint',
      'dev-9',
      '--credentials',
      credentials,
    ],
  );
  assert.equal(end.code, 3);
  assert.match(end.stderr, /no credential for dev-9/);
  assert.match(end.stderr, /credentials generate --endpoint dev-9/);
});

test('a certificate without its key is a wrong command line', async (t) => {
  const end = await run(t, 'simulate', '--server', 'coaps://127.0.0.1:5684', '--certificate', 'x.pem');
  assert.equal(end.code, 2);
  assert.match(end.stderr, /--private-key/);
});
