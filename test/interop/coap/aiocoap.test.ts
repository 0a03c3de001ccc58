import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { bytesSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import type { CoapService, Observer } from '../../../src/coap/exchange';
import { openEndpoint, peerAt } from '../../support/coapOverUdp';
import { aiocoap, type Aiocoap } from '../peers/aiocoap/prepare.mjs';
import { startJsonPeer } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';

const MIB = 1 << 20;
const SERVER_PORT = 25_711;
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function imageFile(t: TestContext): { readonly file: string; readonly image: Uint8Array } {
  const folder = mkdtempSync(path.join(tmpdir(), 'aiocoap-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const image = randomBytes(MIB);
  const file = path.join(folder, 'image');
  writeFileSync(file, image);
  return { file, image };
}

async function server(t: TestContext, peer: Aiocoap, blob: string) {
  const running = startJsonPeer(peer.server('127.0.0.1', SERVER_PORT, blob));
  t.after(() => running.close());
  await running.next('ready');
  const endpoint = await openEndpoint();
  t.after(() => endpoint.close());
  return { running, endpoint, to: peerAt(endpoint, SERVER_PORT) };
}

test("aiocoap's server: 1 MiB both ways, an answer that comes separately", async (t) => {
  const peer = requirePeer(t, await aiocoap());
  if (!peer) return;
  const { file, image } = imageFile(t);
  const { running, endpoint, to } = await server(t, peer, file);
  const got = await endpoint.request(to, { method: Codes.GET, path: ['blob'] }, { maxBodyBytes: 2 * MIB });
  assert.equal(hash(got.body), hash(image));
  const put = await endpoint.request(to, {
    method: Codes.PUT,
    path: ['store'],
    contentFormat: 42,
    body: bytesSource(image),
  });
  assert.equal(put.code, Codes.CHANGED);
  assert.equal((await running.next('stored')).sha256, hash(image));
  let acknowledged = false;
  const separate = await endpoint.request(
    to,
    { method: Codes.GET, path: ['separate'] },
    { onAcknowledged: () => (acknowledged = true) },
  );
  assert.equal(Buffer.from(separate.body).toString(), 'separate');
  assert.ok(acknowledged, 'acknowledged before it was answered');
});

test("aiocoap's counter is observed in order, and cancelled", async (t) => {
  const peer = requirePeer(t, await aiocoap());
  if (!peer) return;
  const { running, endpoint, to } = await server(t, peer, imageFile(t).file);
  const { observation } = await endpoint.observe(to, { method: Codes.GET, path: ['counter'] });
  assert.ok(observation);
  const counted: number[] = [];
  await new Promise<void>((resolve) => {
    observation.onNotification(({ response }) => {
      counted.push(Number(Buffer.from(response.body).toString()));
      if (counted.length === 3) resolve();
    });
  });
  assert.deepEqual(
    [...counted].sort((a, b) => a - b),
    counted,
  );
  await observation.cancel();
  await running.next('observers', { where: ({ count }) => count === 0 });
});

test("aiocoap's client: 1 MiB both ways, and it observes", async (t) => {
  const peer = requirePeer(t, await aiocoap());
  if (!peer) return;
  const { file, image } = imageFile(t);
  let stored: Uint8Array | undefined;
  let observer: Observer | undefined;
  const service: CoapService = {
    handle: (request) => {
      if (request.method === Codes.PUT) {
        stored = request.body;
        return { code: Codes.CHANGED };
      }
      if (request.path[0] === 'counter') {
        observer = request.observed() ?? observer;
        return { code: Codes.CONTENT, contentFormat: 0, body: Buffer.from('0') };
      }
      return { code: Codes.CONTENT, contentFormat: 42, body: bytesSource(image) };
    },
  };
  const endpoint = await openEndpoint(service);
  t.after(() => endpoint.close());
  const uri = (name: string) => `coap://127.0.0.1:${endpoint.channel.local.port}/${name}`;

  const getting = startJsonPeer(peer.client('get', uri('image')));
  t.after(() => getting.close());
  assert.equal((await getting.next('answer')).sha256, hash(image));

  const putting = startJsonPeer(peer.client('put', uri('image'), file));
  t.after(() => putting.close());
  await putting.next('answer');
  assert.equal(stored && hash(stored), hash(image));

  const observing = startJsonPeer(peer.client('observe', uri('counter'), 2));
  t.after(() => observing.close());
  await observing.next('answer');
  assert.ok(observer);
  for (const value of ['1', '2']) {
    await observer.notify({ code: Codes.CONTENT, contentFormat: 0, body: Buffer.from(value) });
    assert.equal((await observing.next('notification')).text, value);
  }
});
