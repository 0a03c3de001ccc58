import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { bytesSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import type { BlockProgress, CoapService } from '../../../src/coap/exchange';
import { connectingEndpoint, listeningEndpoint } from '../../support/coapOverTcp';
import { libcoap } from '../peers/libcoap.mjs';
import { requirePeer } from '../peers/required';

const MIB = 1 << 20;
const SERVER_PORT = 25_721;
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test("libcoap's client over TCP: a small answer, a query, a registration, a refusal, and 1 MiB both ways", async (t) => {
  const peer = requirePeer(t, libcoap());
  if (!peer) return;
  const image = randomBytes(MIB);
  let received: Uint8Array | undefined;
  let registered: readonly string[] | undefined;
  const service: CoapService = {
    handle: ({ method, path: [name], query, body }) => {
      if (name === 'small') return { code: Codes.CONTENT, contentFormat: 0, body: Buffer.from('hello') };
      if (name === 'rd') {
        registered = query;
        return { code: Codes.CREATED, locationPath: ['rd', '1'] };
      }
      if (name !== 'image') return { code: Codes.NOT_FOUND };
      if (method !== Codes.PUT) return { code: Codes.CONTENT, contentFormat: 42, body: bytesSource(image) };
      received = body;
      return { code: Codes.CHANGED };
    },
  };
  const endpoint = await listeningEndpoint(service);
  const folder = mkdtempSync(path.join(tmpdir(), 'libcoap-'));
  t.after(async () => {
    await endpoint.close();
    rmSync(folder, { recursive: true });
  });
  const uri = (name: string) => `coap+tcp://127.0.0.1:${endpoint.channel.local.port}/${name}`;
  const file = path.join(folder, 'image');
  writeFileSync(file, image);

  assert.equal((await peer.get(uri('small'))).body.toString(), 'hello');
  await peer.get(uri('rd?ep=a&lt=60'), { more: ['-m', 'post'] });
  assert.deepEqual(registered, ['ep=a', 'lt=60']);
  assert.match((await peer.get(uri('nothing'))).refusal ?? '', /^4\.04/);
  const got = await peer.get(uri('image'));
  assert.equal(hash(got.body), hash(image), got.stderr);
  await peer.put(uri('image'), file);
  assert.equal(received && hash(received), hash(image));
});

test("libcoap's server over TCP: a ping, 1 MiB written to it and read back, an observation", async (t) => {
  const peer = requirePeer(t, libcoap());
  if (!peer) return;
  const server = await peer.serve(SERVER_PORT);
  const endpoint = connectingEndpoint();
  t.after(async () => {
    await endpoint.close();
    await server.close();
  });
  const image = randomBytes(MIB);
  const to = endpoint.channel.peerAt({ host: '127.0.0.1', port: SERVER_PORT });
  await endpoint.ping(to);
  const sizes = new Set<number>();
  const onProgress = ({ szx }: BlockProgress) => void sizes.add(szx);
  const put = await endpoint.request(
    to,
    { method: Codes.PUT, path: ['image'], contentFormat: 42, body: bytesSource(image) },
    { onProgress },
  );
  assert.ok(put.code === Codes.CREATED || put.code === Codes.CHANGED, `answered ${put.code}`);
  const got = await endpoint.request(
    to,
    { method: Codes.GET, path: ['image'] },
    { maxBodyBytes: 2 * MIB, onProgress },
  );
  assert.equal(hash(got.body), hash(image));
  t.diagnostic(`block exponents used: ${[...sizes].join(', ')}`);

  const { observation } = await endpoint.observe(to, { method: Codes.GET, path: ['time'] });
  assert.ok(observation);
  await new Promise<void>((resolve) => {
    observation.onNotification(() => resolve());
  });
  await observation.cancel();
});
