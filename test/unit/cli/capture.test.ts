import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/temporaryFolder';
import { isPure, only, serving } from './bench';
import { run } from './program';

test('interrupted: 130, every message an event, and a file for its owner alone', async (t) => {
  const { begin, ask, simulate } = await serving(t);
  await simulate('dev1');
  const file = path.join(temporaryFolder(t), 'all.pcapng');
  const capturing = await begin('capture', '--out', file);
  await capturing.event('capturing');
  assert.equal((await ask('read', '/3/0/3')).code, 0);
  const asked = await capturing.event('message', ({ code }) => code === 'GET');
  assert.deepEqual(
    ['endpoint', 'direction', 'type', 'path', 'name'].map((field) => asked[field]),
    ['dev1', 'out', 'CON', '/3/0/3', 'Device / 0 / Firmware Version'],
  );
  const answer = await capturing.event('message', ({ code }) => code === '2.05');
  assert.equal(answer['path'], '/3/0/3');
  assert.equal(answer['direction'], 'in');
  assert.equal((answer['values'] as unknown[]).length, 1);
  const { code, stdout, lastLine } = await capturing.interrupt();
  assert.equal(code, 130);
  assert.ok(isPure(stdout));
  assert.match(
    lastLine,
    /^Interrupted\. \d+ messages, \d+ bytes in .*all\.pcapng\. The secrets are not inside/,
  );
  const bytes = readFileSync(file);
  assert.equal(bytes.readUInt32BE(0), 0x0a0d0d0a);
  assert.ok(bytes.includes('LwM2M Workbench'));
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('it ends by time with 0, of one device, and says what is inside; a line a message without --json', async (t) => {
  const { control, server, simulate } = await serving(t);
  await simulate('dev1');
  await simulate('dev2');
  const file = path.join(temporaryFolder(t), 'dev1.pcapng');
  const words = ['--endpoint', 'dev1', '--for', '3', '--with-secrets', '--control', control];
  const capturing = run(t, 'capture', '--out', file, ...words);
  const reading = { done: false };
  const reads = (async () => {
    while (!reading.done)
      for (const name of ['dev1', 'dev2'])
        await run(t, 'read', '/3/0/3', '--endpoint', name, '--control', control);
  })();
  const ended = await capturing;
  reading.done = true;
  await reads;
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.lastLine, /The secrets are inside/);
  assert.match(
    ended.stdout,
    /^\d\d:\d\d:\d\d\.\d{3} dev1 ← CON GET \/3\/0\/3 \(Device \/ 0 \/ Firmware Version\)$/m,
  );
  assert.doesNotMatch(ended.stdout, /dev2/);
  assert.equal(server.child.exitCode, null);
});

test('what can not be captured: no such device, a file that is no capture, no server, no --out', async (t) => {
  const { ask, state } = await serving(t);
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'x.pcapng');
  const absent = await ask('capture', '--out', file, '--endpoint', 'nobody');
  assert.equal(absent.code, 3);
  assert.equal(only(absent.events)['code'], 'NO_SUCH_DEVICE');
  const text = path.join(folder, 'notes.txt');
  writeFileSync(text, 'mine');
  const refused = await ask('capture', '--out', text, '--for', '0.1');
  assert.equal(only(refused.events)['code'], 'UNWRITABLE');
  assert.equal(readFileSync(text, 'utf8'), 'mine');
  const nowhere = await ask('capture', '--out', path.join(folder, 'none', 'x.pcapng'), '--for', '0.1');
  assert.equal(only(nowhere.events)['code'], 'UNWRITABLE');
  assert.equal((await ask('capture')).code, 2);
  const alone = await run(t, 'capture', '--out', file, '--state', path.join(state, 'other'), '--json');
  assert.deepEqual([alone.code, only(alone.events)['code']], [3, 'NO_SERVER']);
});

test('a capture ends with the program that began it: its file can be written again', async (t) => {
  const { begin, ask, simulate } = await serving(t);
  await simulate('dev1');
  const file = path.join(temporaryFolder(t), 'again.pcapng');
  const killed = await begin('capture', '--out', file);
  await killed.event('capturing');
  killed.child.kill('SIGKILL');
  await killed.ended;
  for (let tries = 1; ; tries++) {
    const again = await ask('capture', '--out', file, '--for', '0.1');
    if (again.code === 0) break;
    assert.equal(only(again.events)['code'], 'UNWRITABLE');
    assert.ok(tries < 50, 'the server never noticed');
  }
});
