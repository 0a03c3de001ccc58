import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CIPHER_SUITES } from '../../../src/dtls/cipherSuite';
import { Scene, say, serverPeer, suites } from './pair';

describe('a client with a pre-shared key reaches a server', () => {
  for (const { id, name } of CIPHER_SUITES.filter((s) => s.keyExchange !== 'ECDHE_ECDSA')) {
    for (const cidLength of [undefined, 0, 6]) {
      test(`${name}, connection ID ${cidLength ?? 'none'}`, async () => {
        const scene = new Scene();
        const server = scene.server(cidLength === undefined ? {} : { cidLength });
        const client = scene.client({
          suites: suites(id),
          ...(cidLength === undefined ? {} : { cidLength }),
        });
        say(client, 'hello', serverPeer(client));
        await scene.clock.advance(10);
        assert.deepEqual(server.text(), ['hello'], JSON.stringify([client.failures(), server.failures()]));
        const [peer] = server.messages.map((m) => m.peer);
        assert.ok(peer);
        assert.equal(peer.identity, 'device-1');
        say(server, 'welcome', peer);
        await scene.clock.advance(10);
        assert.deepEqual(client.text(), ['welcome']);
        for (const { facts } of [server, client]) {
          const [f] = facts();
          assert.equal(f?.suite.name, name);
          assert.equal(f?.extendedMasterSecret, true);
          assert.equal(f?.encryptThenMac, name.includes('CBC'));
          assert.equal(f?.ownCid.length, cidLength ?? 0);
        }
        await client.channel.close();
        await scene.clock.advance(10);
        assert.equal(server.faults.length, 1);
        assert.equal(scene.clock.timers, 0);
      });
    }
  }
});
