import assert from 'node:assert/strict';
import { generate } from 'coap-packet';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { only, serving } from './bench';
import { run, start } from './program';

const LISTEN = ['--listen', 'coap://127.0.0.1:0'] as const;

test("two servers of one state folder: each has its socket, the first is this user's", async (t) => {
  const first = await serving(t);
  const second = await start(t, 'serve', ...LISTEN, '--state', first.state, '--json');
  const control = String((await second.event('ready'))['control']);
  assert.notEqual(control, first.control);
  await first.simulate('dev1');
  assert.equal(only((await run(t, 'devices', '--state', first.state, '--json')).events)['endpoint'], 'dev1');
  assert.deepEqual((await run(t, 'devices', '--control', control, '--json')).events, []);
  const taken = await run(t, 'serve', ...LISTEN, '--control', control, '--json');
  assert.equal(taken.code, 3);
  assert.equal(only(taken.events)['code'], 'CONTROL_IN_USE');
});

test('a socket that a killed server left is replaced, a file of the user is not', async (t) => {
  const killed = await serving(t);
  killed.server.child.kill('SIGKILL');
  await killed.server.ended;
  const orphaned = await run(t, 'devices', '--state', killed.state, '--json');
  assert.equal(orphaned.code, 3);
  assert.equal(only(orphaned.events)['code'], 'NO_SERVER');
  const next = await start(t, 'serve', ...LISTEN, '--state', killed.state, '--json');
  assert.equal((await next.event('ready'))['control'], killed.control);

  const file = path.join(killed.state, 'notes.txt');
  writeFileSync(file, 'mine');
  const refused = await run(t, 'serve', ...LISTEN, '--control', file, '--json');
  assert.equal(refused.code, 3);
  assert.equal(only(refused.events)['code'], 'CONTROL_SOCKET');
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  const wrong = await run(t, 'devices', '--control', file, '--json');
  assert.equal(wrong.code, 3);
  assert.equal(only(wrong.events)['code'], 'NO_SERVER');
});

test('a server that ends before it answers: the one who asked is told', async (t) => {
  const { server, uri, begin } = await serving(t);
  const silent = createSocket('udp4');
  t.after(() => silent.close());
  const uriQuery = ['ep=silent', 'lt=300', 'lwm2m=1.1', 'b=U'];
  silent.send(
    generate({
      confirmable: true,
      code: 'POST',
      messageId: 1,
      token: Buffer.of(1),
      options: [
        { name: 'Uri-Path', value: Buffer.from('rd') },
        { name: 'Content-Format', value: Buffer.of(40) },
        ...uriQuery.map((query) => ({ name: 'Uri-Query' as const, value: Buffer.from(query) })),
      ],
      payload: Buffer.from('</3/0>'),
    }),
    Number(new URL(uri).port),
  );
  await once(silent, 'message');
  const asked = once(silent, 'message');
  const reading = await begin('read', '/3/0/3', '--endpoint', 'silent');
  await asked;
  server.child.kill('SIGKILL');
  assert.equal((await reading.event('error'))['code'], 'SERVER_GONE');
  assert.equal((await reading.ended).code, 3);
});

test('listeners given replace the defaults, IPv6 in brackets, the port taken is told', async (t) => {
  const { server, ask, uri } = await serving(
    t,
    '--listen',
    'coap://[::1]:0',
    '--listen',
    'http://127.0.0.1:0',
  );
  const ready = await server.event('ready');
  const listening = ready['listening'] as readonly string[];
  assert.equal(listening.length, 3);
  assert.ok(listening.some((one) => /^coap:\/\/\[::1\]:[1-9]\d*$/.test(one)));
  const device = await start(
    t,
    'simulate',
    '--server',
    listening.find((one) => one.includes('[')) ?? '',
    '--endpoint',
    'six',
    '--json',
  );
  await device.event('registered');
  const view = only((await ask('devices')).events);
  assert.match(String(view['address']), /^coap:\/\/\[::1\]:\d+$/);
  assert.notEqual(view['local'], uri);
});
