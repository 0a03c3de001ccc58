import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { seconds } from '../../../src/base/clock';
import { CIPHER_SUITES } from '../../../src/dtls/cipherSuite';
import type { OwnCertificate } from '../../../src/dtls/credentials';
import { DtlsEndpoint } from '../../../src/dtls/dtlsEndpoint';
import { SessionCache } from '../../../src/dtls/sessionCache';
import { certifyDevice, createAuthority, type CertifiedKey } from '../../../src/security/authority';
import type { SocketAddress } from '../../../src/transport/ports';
import { seededRandom } from '../../support/seededRandom';
import { below, mutant, oneOf } from './mutants';
import { IDENTITY, KEY, SERVER, Scene, pskOf, say, serverPeer, suites, type End } from './pair';
import { seed } from '../../support/seed';

/** How many datagrams are made up in all; `MUTATIONS=100000` for the long run. */
const MUTATIONS = Number(process.env['MUTATIONS'] ?? 6000);
const BATCH = 500;
/** Made up for each datagram of a handshake under way. */
const BESIDE = 20;
const CID = 4;

const ownOf = ({ certificate, privateKey }: CertifiedKey): OwnCertificate => {
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return { privateKey: key, chain: [certificate], publicKey: new Uint8Array(publicKey) };
};
const trusted = () => ({ trusted: true, name: 'device-1' }) as const;
const psk = { identity: IDENTITY, key: KEY };

type Told = Parameters<Scene['client']>[0];

/** What the server and clients of each kind are given; certificates come from one authority. */
async function kinds(
  scene: Scene,
): Promise<{ readonly server: NonNullable<Told>; readonly clients: Readonly<Record<string, Told>> }> {
  const authority = await createAuthority(scene.clock);
  const certificate = ownOf(await certifyDevice(authority, 'server', scene.clock));
  const device = ownOf(await certifyDevice(authority, 'device-1', scene.clock));
  assert.ok(new X509Certificate(device.chain[0] ?? assert.fail()).subject.includes('device-1'));
  const sessions = new SessionCache(scene.clock, 10, seconds(100_000_000));
  const keyed = { client: { psk } };
  return {
    server: { server: { psk: pskOf(KEY), certificate, judge: trusted }, cidLength: CID },
    clients: {
      ...Object.fromEntries(
        CIPHER_SUITES.filter((s) => s.keyExchange !== 'ECDHE_ECDSA').map((suite) => [
          suite.name,
          { ...keyed, suites: [suite], cidLength: CID },
        ]),
      ),
      'without connection IDs': { ...keyed, suites: suites(0xc0a8) },
      certificate: { client: { certificate: device, judge: trusted }, cidLength: CID },
      'certificate in fragments': {
        client: { certificate: device, judge: trusted },
        suites: suites(0xc0ae),
        maxDatagram: 120,
      },
      'raw public key': { client: { certificate: { ...device, chain: [] }, judge: trusted }, cidLength: CID },
      'resumed later': { ...keyed, suites: suites(0xc0a8), clientSessions: sessions },
      resumed: { ...keyed, suites: suites(0xc0a8), clientSessions: sessions },
    },
  };
}

test(`${MUTATIONS} made-up datagrams: no throw, nothing kept, live sessions live (seed ${seed})`, async () => {
  console.log(`seed ${seed}, ${MUTATIONS} datagrams`);
  const random = seededRandom(seed);
  const scene = new Scene(seed);
  const { server: serving, clients } = await kinds(scene);
  const server = scene.server(serving);
  const bare = new DtlsEndpoint(
    { clock: scene.clock, random: seededRandom(seed), ...serving },
    {
      transmit: () => undefined,
      established: unexpected,
      failed: unexpected,
      ended: unexpected,
      message: unexpected,
      moved: unexpected,
    },
  );

  const wire: Uint8Array[] = [];
  scene.network.fate = (_from, _to, bytes) => {
    wire.push(bytes);
    return [0];
  };
  /** A client's handshake, and a word each way. */
  const live = async (kind: string, host: string): Promise<Live> => {
    const client = scene.client(clients[kind], host);
    say(client, `first word of ${kind}`, serverPeer(client));
    await scene.clock.advance(10);
    assert.equal(server.text().at(-1), `first word of ${kind}`, JSON.stringify(client.failures()));
    const peer = server.messages.at(-1)?.peer ?? assert.fail();
    return { kind, client, peer, address: { host, port: 7000 } };
  };
  const lives = [
    await live('without connection IDs', '10.0.0.2'),
    await live('PSK_WITH_AES_128_CCM_8', '10.0.0.3'),
    await live('PSK_WITH_AES_128_CBC_SHA256', '10.0.0.4'),
    await live('raw public key', '10.0.0.5'),
  ];
  const names = Object.keys(clients);
  for (const [n, kind] of names.entries()) {
    const { client } = await live(kind, kind.startsWith('resumed') ? '10.0.1.99' : `10.0.1.${n}`);
    await client.channel.close();
  }
  assert.equal(server.facts().filter((f) => f.resumed).length, 1);
  const strangers = [1, 2, 3].map((n): SocketAddress => ({ host: `10.0.66.${n}`, port: 7000 }));
  const throughAll = async (): Promise<void> => {
    scene.network.fate = () => [0];
    for (const { kind, client, peer, address } of lives) {
      const heard = client.text().length;
      say(client, `${kind} lives`, serverPeer(client));
      await scene.clock.advance(5);
      assert.equal(server.text().at(-1), `${kind} lives`);
      assert.equal(server.messages.at(-1)?.peer, peer);
      assert.deepEqual(peer.address, address);
      say(server, 'so do I', peer);
      await scene.clock.advance(5);
      assert.deepEqual(client.text().slice(heard), ['so do I']);
    }
    assert.deepEqual(bare.counts, { sessions: 0, handshakes: 0, addresses: 0 });
  };

  let made = 0;
  const make = (bytes: Uint8Array): Uint8Array => {
    made++;
    return mutant(bytes, wire, random, CID);
  };

  // A quarter: in the middle of handshakes, to either side. They end well or not, and leave nothing running.
  for (let n = 0; made < MUTATIONS / 4; n++) {
    const kind = names[n % names.length] ?? assert.fail();
    const host = `10.0.2.${n % 250}`;
    const client = scene.client({ ...clients[kind], maxTransmissions: 4 }, host);
    scene.network.fate = (from, _to, bytes) => {
      const [to, source] = from.host === SERVER.host ? [client, SERVER] : [server, from];
      const count = from.host === SERVER.host || from.host === host ? BESIDE : 0;
      for (let beside = 0; beside < count; beside++) to.below.receive(make(bytes), source);
      return random.unit() < 0.9 ? [0] : [];
    };
    say(client, `word of ${kind}`, serverPeer(client));
    await scene.clock.advance(100_000);
    assert.ok(client.facts().length + client.failures().length >= 1, kind);
    scene.network.fate = () => [0];
    await client.channel.close();
    await scene.clock.advance(100_000);
    assert.equal(scene.clock.timers, 0, kind);
  }
  await throughAll();
  server.events.length = 0;

  // The rest: to sessions that live, from strangers and from the very addresses of both sides.
  while (made < MUTATIONS) {
    const established = server.facts().length;
    const heard = [server, ...lives.map(({ client }) => client)].map((end) => end.messages.length);
    scene.network.fate = () => [];
    for (const end = Math.min(MUTATIONS, made + BATCH); made < end;) {
      const bytes = make(oneOf(random, wire));
      const { client, address } = oneOf(random, lives);
      switch (below(random, 4)) {
        case 0:
          client.below.receive(bytes, SERVER);
          break;
        case 1:
          server.below.receive(bytes, address);
          break;
        default:
          server.below.receive(bytes, oneOf(random, strangers));
          bare.receive(bytes, oneOf(random, strangers));
      }
    }
    // a hello that is repeated whole, at its address and with a cookie that is still good, may be a client that restarted
    const begun = server.events.flatMap((e) => (e.kind === 'started' ? [e.address.host] : []));
    assert.ok(begun.every((host) => lives.some(({ address }) => address.host === host)));
    assert.equal(server.facts().length, established);
    const now = [server, ...lives.map(({ client }) => client)].map((end) => end.messages.length);
    assert.deepEqual(now, heard);
    await scene.clock.advance(130_000);
    assert.equal(scene.clock.timers, 0);
    await throughAll();
    // what was told is looked at; it is not to fill the memory
    server.events.length = 0;
  }
  assert.ok(made >= MUTATIONS);
});

interface Live {
  readonly kind: string;
  readonly client: End;
  readonly peer: End['messages'][number]['peer'];
  readonly address: SocketAddress;
}

function unexpected(): never {
  assert.fail('nothing was to come of it');
}
