import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { millis } from '../../../src/base/clock';
import { bytesSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { CoapService } from '../../../src/coap/exchange';
import { nodeClock } from '../../../src/transport/nodeClock';
import { nodeHash } from '../../../src/transport/nodeHash';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import { NOTHING, openEndpoint, peerAt } from '../../support/coapOverUdp';
import { runWell } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';
import {
  IDENTITY,
  KEY,
  Talker,
  clientWithKey,
  hash,
  openDtls,
  program,
  serverWithKey,
  temporary,
} from './peers';

const MIB = 1 << 20;
const ports = { clock: nodeClock, random: nodeRandom, hash: nodeHash };
const key = Buffer.from(KEY).toString();

for (const [library, port] of [
  ['openssl', 25_711],
  ['gnutls', 25_713],
] as const) {
  describe(`libcoap with ${library}`, () => {
    test('its client fetches and writes 1 MiB', async (t) => {
      const file = requirePeer(t, program(`coap-client-${library}`, 'libcoap3-bin'));
      if (!file) return;
      const image = randomBytes(MIB);
      let received: Uint8Array | undefined;
      const identities = new Set<string | undefined>();
      const service: CoapService = {
        handle: ({ method, body, peer }) => {
          identities.add(peer.identity);
          if (method !== Codes.PUT) {
            return { code: Codes.CONTENT, contentFormat: 42, body: bytesSource(image) };
          }
          received = body;
          return { code: Codes.CHANGED };
        },
      };
      const { channel, events } = await openDtls(t, { ...serverWithKey, cidLength: 6 });
      const endpoint = createCoapEndpoint(channel, service, ports);
      t.after(() => endpoint.close());
      const folder = temporary(t);
      const uri = `coaps://127.0.0.1:${channel.local.port}/image`;
      const secured = ['-k', key, '-u', IDENTITY, '-B', '60', '-b', '1024'];

      const got = path.join(folder, 'got');
      await runWell({ file, args: ['-m', 'get', ...secured, '-o', got, uri] });
      assert.equal(hash(readFileSync(got)), hash(image));

      const sent = path.join(folder, 'sent');
      writeFileSync(sent, image);
      await runWell({ file, args: ['-m', 'put', ...secured, '-t', '42', '-f', sent, uri] });
      assert.equal(received && hash(received), hash(image));
      assert.deepEqual([...identities], [IDENTITY]);
      const suites = events.flatMap((e) => (e.kind === 'established' ? [e.facts.suite.name] : []));
      t.diagnostic(`suite: ${[...new Set(suites)].join()}`);
    });

    test('its server keeps 1 MiB and gives it back', async (t) => {
      const file = requirePeer(t, program(`coap-server-${library}`, 'libcoap3-bin'));
      if (!file) return;
      const server = new Talker(t, file, ['-A', '127.0.0.1', '-p', String(port), '-k', key, '-d', '100']);
      await answersPlainly(t, port, server);
      const { channel, events } = await openDtls(t, clientWithKey);
      const endpoint = createCoapEndpoint(channel, NOTHING, ports);
      t.after(() => endpoint.close());
      const image = randomBytes(MIB);
      const to = channel.peerAt({ host: '127.0.0.1', port: port + 1 });
      const put = await endpoint.request(to, {
        method: Codes.PUT,
        path: ['image'],
        contentFormat: 42,
        body: bytesSource(image),
      });
      assert.ok(put.code === Codes.CREATED || put.code === Codes.CHANGED, `answered ${put.code}`);
      const got = await endpoint.request(
        to,
        { method: Codes.GET, path: ['image'] },
        { maxBodyBytes: 2 * MIB },
      );
      assert.equal(hash(got.body), hash(image));
      const suites = events.flatMap((e) => (e.kind === 'established' ? [e.facts.suite.name] : []));
      t.diagnostic(`suite: ${suites.join()}`);
    });
  });
}

/** The server says nothing into a pipe; once it answers on its plain port, it listens on the secured one. */
async function answersPlainly(t: TestContext, port: number, server: Talker): Promise<void> {
  const plain = await openEndpoint();
  t.after(() => plain.close());
  for (let left = 100; ; left--) {
    try {
      return await plain.ping(peerAt(plain, port), { stallTimeout: millis(500) });
    } catch (error) {
      if (left === 0) throw new Error(`coap-server does not answer: ${server.output}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
