import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { seconds } from '../../../src/base/clock';
import { CIPHER_SUITES } from '../../../src/dtls/cipherSuite';
import { HandshakeTypes } from '../../../src/dtls/handshakeMessage';
import { seededRandom } from '../../support/seededRandom';
import { SERVER, Scene, connected, lastPeer, say, serverPeer } from './pair';

describe('on a bad link', () => {
  test('a handshake comes about though datagrams are lost, doubled and late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(...CIPHER_SUITES.slice(4)), async (seed, suite) => {
        const scene = new Scene(seed);
        const chance = seededRandom(seed);
        scene.network.fate = () => {
          const luck = chance.unit();
          if (luck < 0.25) return [];
          return luck < 0.4 ? [0, chance.unit() * 1500] : [chance.unit() * 300];
        };
        const server = scene.server({ maxDatagram: 200 });
        const client = scene.client({ suites: [suite], maxTransmissions: 12, maxDatagram: 200 });
        say(client, 'hello', serverPeer(client));
        await scene.clock.advance(400_000);
        assert.equal(client.facts().length, 1, JSON.stringify(client.failures()));
        assert.equal(server.facts().length, 1, JSON.stringify(server.failures()));
        assert.equal(scene.clock.timers, 0);
      }),
      { numRuns: 25 },
    );
  });

  for (const oneWay of [1500, 2000, 3000, 5000])
    test(`a handshake comes about over a round trip of ${(2 * oneWay) / 1000} s, longer than the first waits`, async () => {
      const scene = new Scene();
      scene.network.fate = () => [oneWay];
      const server = scene.server();
      const client = scene.client();
      say(client, 'hello', serverPeer(client));
      await scene.clock.advance(60_000);
      assert.deepEqual(server.text(), ['hello']);
      assert.deepEqual([...client.failures(), ...server.failures()], []);
      assert.equal(server.facts().length, 1);
    });

  test('who repeats a flight at once, over and over, is answered once in half of the first wait', async () => {
    const scene = new Scene();
    let flight: Uint8Array | undefined;
    let answers = 0;
    scene.network.fate = (from, _to, bytes) => {
      if (from.port === 7000) flight = bytes;
      else if (bytes[13] === HandshakeTypes.SERVER_HELLO) answers++;
      // what follows the cookie does not come back
      return bytes[13] === HandshakeTypes.SERVER_HELLO ? [] : [0];
    };
    scene.server({ initialTimeout: seconds(100) });
    const client = scene.client({ initialTimeout: seconds(100) });
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(10);
    assert.equal(answers, 1);
    for (let n = 0; n < 1000; n++) {
      client.below.send(flight ?? assert.fail(), client.below.peerAt(SERVER));
      await scene.clock.advance(10);
    }
    assert.equal(answers, 1);
    await scene.clock.advance(50_000);
    client.below.send(flight ?? assert.fail(), client.below.peerAt(SERVER));
    await scene.clock.advance(10);
    assert.equal(answers, 2);
  });

  test('a server that does not answer is given up after seven transmissions', async () => {
    const scene = new Scene();
    const client = scene.client();
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(200_000);
    assert.deepEqual(client.failures(), [{ kind: 'noAnswer', flight: ['ClientHello'], transmissions: 7 }]);
    assert.equal(client.faults.length, 1);
    assert.equal(client.faults[0]?.lasting, true);
    say(client, 'again', serverPeer(client));
    const server = scene.server();
    await scene.clock.advance(2000);
    assert.deepEqual(server.text(), ['again']);
  });

  test('a ClientHello in pieces is put together, and so is everything else', async () => {
    const scene = new Scene();
    const server = scene.server({ maxDatagram: 90 });
    const client = scene.client({ maxDatagram: 90 });
    const lengths: number[] = [];
    scene.network.fate = (_from, _to, bytes) => {
      lengths.push(bytes.length);
      return [0];
    };
    await connected(scene, server, client);
    assert.ok(Math.max(...lengths) <= 90, `a datagram of ${Math.max(...lengths)}`);
  });

  test('a first ClientHello in a record of version 0xFE00, as Mbed TLS 2.28 sends it, is taken', async () => {
    const scene = new Scene();
    scene.network.fate = (from, _to, bytes) => {
      if (from.port === 7000 && bytes[0] === 22) bytes[2] = 0;
      return [0];
    };
    const server = scene.server();
    const client = scene.client();
    const [handshakes, texts] = [() => server.facts().length, () => server.text()];
    say(client, 'hello', serverPeer(client));
    await scene.clock.advance(1);
    assert.equal(server.events.filter((e) => e.kind === 'started').length, 1);
    scene.network.fate = () => [0];
    await scene.clock.advance(5000);
    assert.deepEqual([handshakes(), texts()], [1, ['hello']]);
  });

  test('max_fragment_length: no record is longer, and a longer message is refused to its sender', async () => {
    const scene = new Scene();
    const server = scene.server();
    const client = scene.client({ maxFragmentLength: 512 });
    await connected(scene, server, client);
    assert.equal(server.facts()[0]?.maxFragmentLength, 512);
    server.channel.send(new Uint8Array(512), lastPeer(server));
    server.channel.send(new Uint8Array(513), lastPeer(server));
    await scene.clock.advance(10);
    assert.deepEqual(
      client.messages.map((m) => m.bytes.length),
      [512],
    );
    assert.equal(server.faults.length, 1);
    const [fault] = server.faults;
    assert.equal(fault?.message?.length, 513);
    assert.equal(fault.lasting, undefined, 'the peer can still be spoken to');
    assert.equal(server.channel.room?.(lastPeer(server)), 512);
    assert.equal(client.channel.room?.(serverPeer(client)), 512);
  });

  test('a first message that is longer than the records agreed on is refused to its sender too', async () => {
    const scene = new Scene();
    scene.server();
    const client = scene.client({ maxFragmentLength: 512 });
    client.channel.send(new Uint8Array(513), serverPeer(client));
    await scene.clock.advance(10);
    assert.equal(client.facts().length, 1);
    assert.equal(client.faults[0]?.message?.length, 513);
  });
});
