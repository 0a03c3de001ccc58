import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { toHex } from '../../../src/base/bytes';
import { Alerts } from '../../../src/dtls/alert';
import { CIPHER_SUITES } from '../../../src/dtls/cipherSuite';
import type { CertificateVerdict, OwnCertificate, PresentedCertificate } from '../../../src/dtls/credentials';
import { Scene, connected, lastPeer, say, serverPeer, type End } from './pair';

function rawKey(): OwnCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return {
    privateKey,
    chain: [],
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
  };
}

/** Trusts the one key. */
const knows =
  (own: OwnCertificate, name: string) =>
  (presented: PresentedCertificate): CertificateVerdict =>
    presented.kind === 'rawPublicKey' && toHex(presented.publicKey) === toHex(own.publicKey)
      ? { trusted: true, name }
      : { trusted: false, alert: Alerts.CERTIFICATE_UNKNOWN, reason: 'a key nobody knows' };

const theirs = rawKey();
const ours = rawKey();
const serving = { server: { certificate: ours, judge: knows(theirs, 'device-1') } };
const asking = { client: { certificate: theirs, judge: knows(ours, 'server') } };

const failuresOf = (...ends: End[]) => ends.map((end) => end.failures().map((f) => f.kind));

describe('raw public keys on both sides', () => {
  for (const suite of CIPHER_SUITES.filter((s) => s.keyExchange === 'ECDHE_ECDSA')) {
    test(suite.name, async () => {
      const scene = new Scene();
      const server = scene.server({ ...serving, cidLength: 4 });
      const client = scene.client({ ...asking, suites: [suite], cidLength: 4, maxDatagram: 120 });
      await connected(scene, server, client);
      assert.equal(lastPeer(server).identity, 'device-1');
      assert.equal(serverPeer(client).identity, 'server');
      say(server, 'welcome', lastPeer(server));
      await scene.clock.advance(10);
      assert.deepEqual(client.text(), ['welcome']);
    });
  }

  test('a session is taken up again, but not by a client whose key is trusted no more', async () => {
    const scene = new Scene();
    let trusted = true;
    const judge = (presented: PresentedCertificate): CertificateVerdict =>
      trusted
        ? knows(theirs, 'device-1')(presented)
        : { trusted: false, alert: Alerts.CERTIFICATE_UNKNOWN, reason: 'taken away' };
    const server = scene.server({ server: { certificate: ours, judge }, limits: { sessions: 1 } });
    const client = scene.client(asking);
    const other = scene.client(asking, '10.0.0.3');
    await connected(scene, server, client);
    say(other, 'one', serverPeer(other));
    await scene.clock.advance(10);
    say(client, 'two', serverPeer(client));
    await scene.clock.advance(10);
    assert.equal(server.facts().at(-1)?.resumed, true);
    trusted = false;
    say(other, 'three', serverPeer(other));
    await scene.clock.advance(10);
    assert.deepEqual(server.text(), ['hello', 'one', 'two']);
    assert.deepEqual(failuresOf(server), [['certificateRefused']]);
  });
});

describe('a public key is refused', () => {
  test('where the server does not know it', async () => {
    const scene = new Scene();
    const server = scene.server(serving);
    const client = scene.client({ client: { ...asking.client, certificate: rawKey() } });
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(10);
    assert.deepEqual(server.failures(), [{ kind: 'certificateRefused', reason: 'a key nobody knows' }]);
    assert.deepEqual(client.failures(), [
      { kind: 'peerAlert', alert: { fatal: true, description: Alerts.CERTIFICATE_UNKNOWN } },
    ]);
  });

  test('where the client does not know it', async () => {
    const scene = new Scene();
    const server = scene.server({ server: { ...serving.server, certificate: rawKey() } });
    const client = scene.client(asking);
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(10);
    assert.deepEqual(failuresOf(client, server), [['certificateRefused'], ['peerAlert']]);
  });

  test('where the private key is another: the signature is wrong, on either side', async () => {
    const { privateKey } = rawKey();
    for (const [forgedServer, forgedClient] of [
      [{ ...ours, privateKey }, theirs],
      [ours, { ...theirs, privateKey }],
    ] as const) {
      const scene = new Scene();
      const server = scene.server({ server: { ...serving.server, certificate: forgedServer } });
      const client = scene.client({ client: { ...asking.client, certificate: forgedClient } });
      say(client, 'hello', serverPeer(client));
      await scene.clock.advance(10);
      assert.deepEqual(server.text(), []);
      assert.ok(failuresOf(server, client).flat().includes('signatureWrong'));
    }
  });

  test('where there is none and one is required', async () => {
    for (const certificateRequired of [true, false]) {
      const scene = new Scene();
      const server = scene.server({ server: { ...serving.server, certificateRequired } });
      const client = scene.client({ client: { judge: knows(ours, 'server') } });
      say(client, 'hello', serverPeer(client));
      await scene.clock.advance(10);
      assert.deepEqual(server.text(), certificateRequired ? [] : ['hello']);
      assert.deepEqual(failuresOf(server), [certificateRequired ? ['certificateRefused'] : []]);
      if (!certificateRequired) assert.equal(lastPeer(server).identity, undefined);
    }
  });
});
