import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { bytesSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import type { CoapService } from '../../../src/coap/exchange';
import { openEndpoint, peerAt } from '../../support/coapOverUdp';
import { libcoap } from '../peers/libcoap.mjs';
import { requirePeer } from '../peers/required';

const MIB = 1 << 20;
const SERVER_PORT = 25_701;
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

for (const blockSize of [64, 512, 1024]) {
  const size = blockSize === 64 ? MIB / 16 : MIB;
  test(`libcoap's client, ${size} bytes both ways in blocks of ${blockSize}, a token a block`, async (t) => {
    const peer = requirePeer(t, libcoap());
    if (!peer) return;
    const image = randomBytes(size);
    let received: Uint8Array | undefined;
    const service: CoapService = {
      handle: ({ method, body }) => {
        if (method !== Codes.PUT) return { code: Codes.CONTENT, contentFormat: 42, body: bytesSource(image) };
        received = body;
        return { code: Codes.CHANGED };
      },
    };
    const endpoint = await openEndpoint(service);
    const folder = mkdtempSync(path.join(tmpdir(), 'libcoap-'));
    t.after(async () => {
      await endpoint.close();
      rmSync(folder, { recursive: true });
    });
    const uri = `coap://127.0.0.1:${endpoint.channel.local.port}/image`;

    const got = await peer.get(uri, { blockSize });
    assert.equal(hash(got.body), hash(image), got.stderr);

    const file = path.join(folder, 'image');
    writeFileSync(file, image);
    await peer.put(uri, file, { blockSize });
    assert.equal(received && hash(received), hash(image));
  });
}

test("libcoap's server, 1 MiB written to it and read back", async (t) => {
  const peer = requirePeer(t, libcoap());
  if (!peer) return;
  const server = await peer.serve(SERVER_PORT);
  const endpoint = await openEndpoint();
  t.after(async () => {
    await endpoint.close();
    await server.close();
  });
  const image = randomBytes(MIB);
  const to = peerAt(endpoint, SERVER_PORT);
  const name = new URL(server.uri('image').replace('coap', 'http')).pathname.slice(1).split('/');
  const put = await endpoint.request(to, {
    method: Codes.PUT,
    path: name,
    contentFormat: 42,
    body: bytesSource(image),
  });
  assert.ok(put.code === Codes.CREATED || put.code === Codes.CHANGED, `answered ${put.code}`);
  const got = await endpoint.request(to, { method: Codes.GET, path: name }, { maxBodyBytes: 2 * MIB });
  assert.equal(hash(got.body), hash(image));
});

test("libcoap's server answers a ping with a reset", async (t) => {
  const peer = requirePeer(t, libcoap());
  if (!peer) return;
  const server = await peer.serve(SERVER_PORT + 1);
  const endpoint = await openEndpoint();
  t.after(async () => {
    await endpoint.close();
    await server.close();
  });
  await endpoint.ping(peerAt(endpoint, SERVER_PORT + 1));
});
