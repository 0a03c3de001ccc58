import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { load } from '../../bench/peers/prepare.mjs';
import { aiocoap } from './aiocoap/prepare.mjs';
import { leshan } from './leshan/prepare.mjs';
import { libcoap } from './libcoap.mjs';
import { run, startJsonPeer } from './process.mjs';
import { requirePeer } from './required';

/*
 * The foreign peers among themselves: where one of these fails, it is the peer or the machine and not us.
 */

const MCUBOOT_MAGIC = 0x96f3b83d;

/** One MiB that begins like an MCUboot image of version 2.3.4, in a file that goes with the test. */
function imageFile(t: { after(fn: () => void): void }): { file: string; sha256: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'peers-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const image = randomBytes(1 << 20);
  image.fill(0, 0, 32);
  image.writeUInt32LE(MCUBOOT_MAGIC, 0);
  image.writeUInt16LE(32, 8);
  image.writeUInt32LE(image.length - 32, 12);
  image.set([2, 3, 4], 20);
  const file = path.join(folder, 'image.bin');
  writeFileSync(file, image);
  return { file, sha256: createHash('sha256').update(image).digest('hex') };
}

test('Leshan updates a Leshan device by push and by pull', async (t) => {
  const peer = requirePeer(t, await leshan());
  if (peer === undefined) return;
  const { file, sha256 } = imageFile(t);
  const server = startJsonPeer(peer.server('--port', 25683, '--file', file, '--file-port', 25684));
  t.after(() => server.close());
  await server.next('ready');
  const device = startJsonPeer(peer.device('--server', 'coap://127.0.0.1:25683', '--endpoint', 'control'));
  t.after(() => device.close());
  await server.next('registered');
  const answer = async (request: object) => {
    server.send({ do: 'request', endpoint: 'control', ...request });
    return server.next('answer');
  };

  server.send({ do: 'push', endpoint: 'control', file });
  assert.equal((await device.next('package')).sha256, sha256);
  assert.equal((await server.next('push')).code, 204);
  assert.equal((await answer({ kind: 'write', path: '/5/0/0', value: 'AA==', format: 42 })).code, 204);
  assert.equal((await answer({ kind: 'read', path: '/5/0/3' })).content, 0);

  await answer({ kind: 'write', path: '/5/0/1', value: 'coap://127.0.0.1:25684/file', format: 0 });
  assert.equal((await device.next('package')).sha256, sha256);
  await device.next('state', { where: ({ state }) => state === 2 });
  assert.equal((await answer({ kind: 'execute', path: '/5/0/2' })).code, 204);
  await server.next('registered');
  assert.equal((await answer({ kind: 'read', path: '/3/0/3' })).content, '2.3.4');
  assert.equal((await answer({ kind: 'read', path: '/5/0/5' })).content, 1);
});

test('libcoap and aiocoap exchange one MiB in each role', async (t) => {
  const c = requirePeer(t, libcoap());
  if (c === undefined) return;
  const python = requirePeer(t, await aiocoap());
  if (python === undefined) return;
  const { file, sha256 } = imageFile(t);
  const cServer = await c.serve(25685);
  t.after(() => cServer.close());
  const pythonServer = startJsonPeer(python.server('127.0.0.1', 25686, file));
  t.after(() => pythonServer.close());
  await pythonServer.next('ready');

  const got = await c.get('coap://127.0.0.1:25686/blob', { blockSize: 512 });
  assert.equal(createHash('sha256').update(got.body).digest('hex'), sha256);
  await c.put('coap://127.0.0.1:25686/store', file, { blockSize: 1024 });
  assert.equal((await pythonServer.next('stored')).sha256, sha256);
  assert.equal((await run(python.client('put', cServer.uri('image'), file))).code, 0);
  const client = startJsonPeer(python.client('get', cServer.uri('image')));
  t.after(() => client.close());
  assert.equal((await client.next('answer')).sha256, sha256);
});

test('the load program registers with Leshan, answers its reads in each format, and leaves', async (t) => {
  const peer = requirePeer(t, await leshan());
  if (peer === undefined) return;
  const program = requirePeer(t, await load());
  if (program === undefined) return;
  const { file } = imageFile(t);
  const server = startJsonPeer(peer.server('--port', 25687, '--quiet'));
  t.after(() => server.close());
  await server.next('ready');
  const phases = ['register', 'update', 'respond', 'deregister'];
  const devices = startJsonPeer(program('--port', 25687, '--count', 64, '--sockets', 0, ...phases));
  t.after(() => devices.close());
  assert.equal((await devices.next('register')).ok, 64);
  assert.equal((await devices.next('update')).ok, 64);
  await devices.next('responding');
  const read = async (resource: string, format: number | undefined) => {
    server.send({ do: 'request', endpoint: 'load-7', kind: 'read', path: resource, format });
    return (await server.next('answer')).content;
  };
  for (const format of [undefined, 0, 60, 110, 112]) {
    assert.equal(await read('/3/0/3', format), '1.0.0');
    assert.equal(await read('/5/0/3', format), 0);
  }
  assert.deepEqual(await read('/5/0/8', undefined), { 0: 0 });
  server.send({ do: 'push', endpoint: 'load-7', file });
  assert.equal((await server.next('push')).code, 204);
  assert.equal(await read('/5/0/3', undefined), 2);
  server.send({ do: 'read', devices: 64, ms: 300 });
  assert.equal((await server.next('read')).failed, 0);
  devices.send({});
  assert.equal((await devices.next('responded')).bytes, 1 << 20);
  assert.equal((await devices.next('deregister')).ok, 64);
});
