import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { IDENTITY, KEY, Scene, connected, pskOf, say, serverPeer, suites } from './pair';

describe('what the observer is told', () => {
  test('a key that is wrong opens the record with the right one', async () => {
    const scene = new Scene();
    const server = scene.server({ server: { psk: pskOf(encodeUtf8('another key here')) } });
    const client = scene.client();
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(3000);
    const [unverified] = server.events.flatMap((e) => (e.kind === 'unverified' ? [e] : []));
    assert.equal(unverified?.opensWith(KEY), true);
    assert.equal(unverified?.opensWith(encodeUtf8('another key here')), false);
    assert.deepEqual(
      client.failures().map((f) => f.kind === 'peerAlert' && f.alert.description),
      [20],
    );
    assert.deepEqual(server.failures(), [{ kind: 'wrongKey', identity: IDENTITY }]);
  });

  test('an unknown identity, and the alert the client gets', async () => {
    const scene = new Scene();
    const server = scene.server();
    const identity = encodeUtf8('device-2');
    const client = scene.client({ client: { psk: { identity, key: KEY } } });
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(10);
    assert.deepEqual(server.failures(), [{ kind: 'unknownIdentity', identity }]);
    assert.deepEqual(client.failures(), [{ kind: 'peerAlert', alert: { fatal: true, description: 115 } }]);
  });

  test('both lists of suites that have nothing in common', async () => {
    const scene = new Scene();
    const server = scene.server({ suites: suites(0xc0a8) });
    const client = scene.client({ suites: suites(0x00ae) });
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(10);
    assert.deepEqual(server.failures(), [
      { kind: 'noCommonSuite', offered: [0x00ae, 0x00ff], enabled: [0xc0a8] },
    ]);
  });

  test('each flight in its order', async () => {
    const scene = new Scene();
    const server = scene.server();
    const client = scene.client();
    await connected(scene, server, client);
    const flights = client.events.flatMap((e) => (e.kind === 'sent' ? [e.flight.join(' ')] : []));
    assert.deepEqual(flights, ['ClientHello', 'ClientHello', 'ClientKeyExchange ChangeCipherSpec Finished']);
    const answers = server.events.flatMap((e) => (e.kind === 'sent' ? [e.flight.join(' ')] : []));
    assert.deepEqual(answers, ['ServerHello ServerHelloDone', 'ChangeCipherSpec Finished']);
  });
});
