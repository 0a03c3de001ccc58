import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { seconds } from '../../../src/base/clock';
import { CIPHER_SUITES } from '../../../src/dtls/cipherSuite';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import { seededRandom } from '../../support/seededRandom';
import { IDENTITY, KEY, SERVER, Scene, connected, lastPeer, pskOf, say, serverPeer, type End } from './pair';

describe('a session', () => {
  /** A server with room for one session ends the one that was silent longest. */
  async function pushedOut(scene: Scene, client: End): Promise<void> {
    const other = scene.client({}, '10.0.0.3');
    say(other, 'hello from another', serverPeer(other));
    await scene.clock.advance(10);
    assert.equal(client.faults.length, 1);
  }

  test('is taken up again by a client that comes back, and gives the same identity', async () => {
    for (const suite of CIPHER_SUITES.slice(4)) {
      const scene = new Scene();
      const server = scene.server({ limits: { sessions: 1 }, cidLength: 4 });
      const client = scene.client({ suites: [suite], cidLength: 4 });
      await connected(scene, server, client);
      const cid = server.facts()[0]?.ownCid;
      await pushedOut(scene, client);
      say(client, 'back', serverPeer(client));
      await scene.clock.advance(10);
      assert.equal(server.text().at(-1), 'back');
      assert.deepEqual(
        server.facts().map((f) => f.resumed),
        [false, false, true],
      );
      assert.equal(lastPeer(server).identity, 'device-1');
      assert.notDeepEqual(server.facts()[2]?.ownCid, cid);
      const identities = server.events.filter((e) => e.kind === 'identity');
      assert.equal(identities.length, 2);
    }
  });

  test('is not taken up again with a key that has changed', async () => {
    const scene = new Scene();
    let key = KEY;
    const server = scene.server({
      server: { psk: (identity) => pskOf(key)(identity) },
      limits: { sessions: 1 },
    });
    const client = scene.client();
    await connected(scene, server, client);
    await pushedOut(scene, client);
    key = encodeUtf8('another key here');
    say(client, 'back', serverPeer(client));
    await scene.clock.advance(3000);
    const reasons = server.events.flatMap((e) => (e.kind === 'notResumed' ? [e.reason] : []));
    assert.deepEqual(reasons, ['keyChanged']);
    assert.deepEqual(
      server.failures().map((f) => f.kind),
      ['wrongKey'],
    );
    assert.ok(!server.text().includes('back'));
  });

  test('is forgotten after its time', async () => {
    const scene = new Scene();
    const server = scene.server({ limits: { sessions: 1, resumableFor: seconds(60) } });
    const client = scene.client();
    await connected(scene, server, client);
    await pushedOut(scene, client);
    await scene.clock.advance(61_000);
    say(client, 'back', serverPeer(client));
    await scene.clock.advance(10);
    assert.equal(server.facts().at(-1)?.resumed, false);
    assert.equal(server.text().at(-1), 'back');
  });
});

describe('a client that restarts at the same address', () => {
  test('keeps its old session until its new Finished is verified', async () => {
    const scene = new Scene();
    const server = scene.server();
    const first = scene.client();
    await connected(scene, server, first);
    const old = lastPeer(server);
    const firstBelow = first.below;

    // A stranger at the same address, with a cookie and another key, gets no further than the handshake.
    const stranger = scene.client({
      client: { psk: { identity: IDENTITY, key: encodeUtf8('another key here') } },
    });
    say(stranger, 'let me in', serverPeer(stranger));
    await scene.clock.advance(5000);
    assert.deepEqual(
      server.failures().map((f) => f.kind),
      ['wrongKey'],
    );
    firstBelow.send(new Uint8Array(0), firstBelow.peerAt(SERVER));
    say(first, 'still here', serverPeer(first));
    await scene.clock.advance(10);
    assert.deepEqual(server.text(), ['hello', 'still here']);
    assert.equal(lastPeer(server).key, old.key);

    const restarted = scene.client();
    say(restarted, 'restarted', serverPeer(restarted));
    await scene.clock.advance(10);
    assert.deepEqual(server.text(), ['hello', 'still here', 'restarted']);
    assert.notEqual(lastPeer(server).key, old.key);
    assert.deepEqual(
      server.faults.map((f) => f.peer?.key),
      [old.key],
    );
  });
});

describe('a client whose random numbers are the same after each restart', () => {
  /** Starts at the same address with the same seed, and says something. */
  function boots(scene: Scene, text: string): void {
    const below = scene.network.open('10.0.0.2', 7000);
    const client = { psk: { identity: IDENTITY, key: KEY } };
    const channel = createDtlsChannel(below, { client, clock: scene.clock, random: seededRandom(99) });
    channel.send(encodeUtf8(text), channel.peerAt(SERVER));
  }

  test('gets a new session, at once where the old one is a minute old', async () => {
    const scene = new Scene();
    const server = scene.server({ cidLength: 6 });
    boots(scene, 'one');
    await scene.clock.advance(61_000);
    boots(scene, 'two');
    await scene.clock.advance(100);
    assert.deepEqual(server.text(), ['one', 'two']);
  });

  test('gets one after its hello was taken for late, where it is younger', async () => {
    const scene = new Scene();
    const server = scene.server();
    boots(scene, 'one');
    await scene.clock.advance(10_000);
    boots(scene, 'two');
    await scene.clock.advance(40_000);
    assert.deepEqual(server.text(), ['one']);
    await scene.clock.advance(40_000);
    assert.deepEqual(server.text(), ['one', 'two']);
    assert.equal(server.facts().length, 2);
  });
});

describe('a connection ID', () => {
  test('lets the address change without a handshake, on the newest record only', async () => {
    const scene = new Scene();
    const server = scene.server({ cidLength: 8 });
    const client = scene.client({ cidLength: 0 });
    const sent: Uint8Array[] = [];
    scene.network.fate = (from, _to, bytes) => {
      if (from.host === '10.0.0.2') sent.push(bytes);
      return [0];
    };
    await connected(scene, server, client);
    const peer = lastPeer(server);
    assert.deepEqual(peer.address, { host: '10.0.0.2', port: 7000 });

    scene.network.fate = (_from, _to, bytes) => {
      sent.push(bytes);
      return [];
    };
    for (const text of ['one', 'two', 'three']) say(client, text, serverPeer(client));
    const [one, two, three] = sent.slice(-3);
    assert.ok(one && two && three);
    assert.equal(two[0], 25);
    scene.network.fate = () => [0];
    const elsewhere = scene.network.open('10.0.0.9', 9000);
    const behind = scene.network.open('10.0.0.66', 6666);
    elsewhere.send(two, elsewhere.peerAt(SERVER));
    await scene.clock.advance(10);
    assert.deepEqual(peer.address, { host: '10.0.0.9', port: 9000 });
    // An older record that was never seen is real, but its address is not the newest.
    behind.send(one, behind.peerAt(SERVER));
    // A repeated one is nothing at all, nor is one that was changed.
    behind.send(two, behind.peerAt(SERVER));
    const changed = three.slice();
    changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
    behind.send(changed, behind.peerAt(SERVER));
    await scene.clock.advance(10);
    assert.deepEqual(peer.address, { host: '10.0.0.9', port: 9000 });
    assert.deepEqual(server.text(), ['hello', 'two', 'one']);
    assert.ok(server.messages.every((m) => m.peer === peer));
    assert.equal(server.facts().length, 1);

    const answered: Uint8Array[] = [];
    elsewhere.onMessage(({ bytes }) => void answered.push(bytes));
    say(server, 'there you are', peer);
    await scene.clock.advance(10);
    assert.equal(answered.length, 1);
    assert.equal(answered[0]?.[0], 23);
  });

  test('was not agreed: a record from elsewhere is nobody’s', async () => {
    const scene = new Scene();
    const server = scene.server({ cidLength: 8 });
    const client = scene.client();
    await connected(scene, server, client);
    const sent: Uint8Array[] = [];
    scene.network.fate = (_from, _to, bytes) => {
      sent.push(bytes);
      return [];
    };
    say(client, 'moved', serverPeer(client));
    scene.network.fate = () => [0];
    const elsewhere = scene.network.open('10.0.0.9', 9000);
    elsewhere.send(sent[0] ?? assert.fail(), elsewhere.peerAt(SERVER));
    await scene.clock.advance(10);
    assert.deepEqual(server.text(), ['hello']);
    assert.deepEqual(server.events.at(-1), {
      kind: 'unknownSession',
      address: { host: '10.0.0.9', port: 9000 },
    });
  });
});
