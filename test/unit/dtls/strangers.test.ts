import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { CIPHER_SUITES } from '../../../src/dtls/cipherSuite';
import { DtlsEndpoint } from '../../../src/dtls/dtlsEndpoint';
import { seededRandom } from '../../support/seededRandom';
import { mutant } from './mutants';
import { KEY, SERVER, Scene, connected, lastPeer, pskOf, say, serverPeer } from './pair';

describe('what nobody proved', () => {
  test('an alert in clear does not end a session', async () => {
    const scene = new Scene();
    const server = scene.server();
    const client = scene.client();
    await connected(scene, server, client);
    const alert = Uint8Array.of(21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 99, 0, 2, 2, 40);
    client.below.send(alert, client.below.peerAt(SERVER));
    server.below.send(alert, server.below.peerAt({ host: '10.0.0.2', port: 7000 }));
    await scene.clock.advance(10);
    say(client, 'alive', serverPeer(client));
    say(server, 'alive too', lastPeer(server));
    await scene.clock.advance(10);
    assert.deepEqual(server.text(), ['hello', 'alive']);
    assert.deepEqual(client.text(), ['alive too']);
  });

  test('a thousand ClientHellos without a cookie leave nothing behind', async () => {
    const scene = new Scene();
    const hellos: Uint8Array[] = [];
    scene.network.fate = (_from, _to, bytes) => {
      hellos.push(bytes);
      return [];
    };
    const client = scene.client();
    say(client, 'hello', serverPeer(client));
    await client.channel.close();
    const hello = hellos[0] ?? assert.fail();
    let answers = 0;
    const endpoint = new DtlsEndpoint(
      { clock: scene.clock, random: seededRandom(1), server: { psk: pskOf(KEY) } },
      {
        transmit: (datagram) => {
          answers++;
          // Less than was asked with: nobody is made to flood another (RFC 6347 section 4.2.1).
          assert.ok(datagram.length <= hello.length);
        },
        established: unexpected,
        failed: unexpected,
        ended: unexpected,
        message: unexpected,
        moved: unexpected,
      },
    );
    for (let port = 1; port <= 1000; port++) endpoint.receive(hello, { host: '10.1.0.1', port });
    assert.equal(answers, 1000);
    assert.deepEqual(endpoint.counts, { sessions: 0, handshakes: 0, addresses: 0 });
    assert.equal(scene.clock.timers, 0);
  });

  test('handshakes under way are limited, in all and of one host', async () => {
    const scene = new Scene();
    const server = scene.server({ limits: { handshakes: 6, handshakesOfHost: 4 } });
    // Nobody hears the ServerHello, so that every handshake stays under way.
    scene.network.fate = (from, _to, bytes) => (from.host === '10.0.0.1' && bytes.length > 60 ? [] : [0]);
    for (const [host, port] of [2, 3, 4].flatMap((h) => [1, 2, 3, 4, 5].map((n) => [h, n] as const))) {
      const client = scene.client({}, `10.0.0.${host}`, port);
      say(client, 'hello', serverPeer(client));
    }
    await scene.clock.advance(10);
    assert.equal(server.events.filter((e) => e.kind === 'tooMany').length, 9);
    const started = server.events.flatMap((e) => (e.kind === 'started' ? [e.address.host] : []));
    assert.equal(started.length, 6);
    assert.ok(started.filter((host) => host === '10.0.0.2').length <= 4);
  });

  test('a cookie is good for the address it was given to only', async () => {
    const scene = new Scene();
    const server = scene.server();
    const client = scene.client();
    const hellos: Uint8Array[] = [];
    scene.network.fate = (from, _to, bytes) => {
      if (from.host === '10.0.0.2') hellos.push(bytes);
      return hellos.length === 2 ? [] : [0];
    };
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(10);
    scene.network.fate = () => [0];
    const thief = scene.network.open('10.0.0.66', 6666);
    thief.send(hellos[1] ?? assert.fail(), thief.peerAt(SERVER));
    await scene.clock.advance(10);
    const asked = server.events.flatMap((e) => (e.kind === 'cookieAsked' ? [e.wrongCookie] : []));
    assert.deepEqual(asked, [false, true]);
    assert.equal(server.events.filter((e) => e.kind === 'started').length, 0);
  });

  test('plain CoAP on the secured port is named as that', async () => {
    const scene = new Scene();
    const server = scene.server();
    const plain = scene.network.open('10.0.0.3', 5683);
    plain.send(Uint8Array.of(0x40, 1, 0, 1), plain.peerAt(SERVER));
    await scene.clock.advance(10);
    assert.deepEqual(
      server.events.map((e) => e.kind),
      ['notDtls'],
    );
  });
});

test('handshakes among changed datagrams: a session or a failure, no throw, no timer left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(...CIPHER_SUITES.slice(4)), async (seed, suite) => {
      const random = seededRandom(seed);
      const scene = new Scene(seed);
      const server = scene.server({ cidLength: 4 });
      const client = scene.client({ suites: [suite], cidLength: 4, maxTransmissions: 5 });
      scene.network.fate = (from, _to, bytes) => {
        const [to, source] = from.host === '10.0.0.1' ? [client, SERVER] : [server, from];
        for (let n = 0; n < 20; n++) to.below.receive(mutant(bytes, [bytes], random, 4), source);
        return random.unit() < 0.8 ? [0] : [];
      };
      say(client, 'hello', serverPeer(client));
      await scene.clock.advance(400_000);
      assert.ok(client.facts().length + client.failures().length >= 1);
      assert.equal(scene.clock.timers, 0);
    }),
    { numRuns: 60 },
  );
});

function unexpected(): never {
  assert.fail('nothing was to come of it');
}
