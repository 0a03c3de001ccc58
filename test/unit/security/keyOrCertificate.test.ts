import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { encodeClientHello } from '../../../src/dtls/clientHello';
import { HandshakeTypes, encodeHandshake } from '../../../src/dtls/handshakeMessage';
import { encodeRecord } from '../../../src/dtls/record';
import { vector16 } from '../../../src/dtls/wire';
import { certifyDevice, certifyServer, createAuthority } from '../../../src/security/authority';
import { clientCredentials } from '../../../src/security/clientTrust';
import { VirtualClock } from '../../support/virtualClock';
import { DEVICE, HandshakeScene, KEY, SERVER, psk } from './handshakeScene';

const CERTIFICATE_SUITE = 0xc0ae;
const KEY_SUITE = 0xc0a8;

/** A server that knows the key of dev1 and has a certificate, so that both kinds of suite are possible. */
async function serving() {
  const clock = new VirtualClock();
  const authority = await createAuthority(clock);
  const certificate = await certifyServer(authority, ['10.0.0.1'], clock);
  const scene = await HandshakeScene.of(
    { credentials: [psk('dev1')], certificate, authority: authority.certificate },
    {},
    clock,
  );
  const device = await certifyDevice(authority, 'dev2', clock);
  const expected = { host: SERVER.host, authority: authority.certificate };
  return { scene, client: clientCredentials({ mode: 'certificate', certificate: device }, expected, clock) };
}

/** A client that offers a certificate's suite before a key's, without saying which certificates it has. */
class Foreign {
  private sequence = 0;
  private random = 0;
  private readonly below;
  /** The suite of each ServerHello. */
  readonly suites: number[] = [];
  private cookie = new Uint8Array(0);

  constructor(
    private readonly scene: HandshakeScene,
    port = 7000,
  ) {
    this.below = scene.network.open(DEVICE, port);
    this.below.onMessage(({ bytes }) => {
      if (bytes[0] !== 22) return;
      if (bytes[13] === HandshakeTypes.HELLO_VERIFY_REQUEST)
        this.cookie = bytes.slice(28, 28 + (bytes[27] ?? 0));
      // behind version, random and a session ID of 32 bytes
      if (bytes[13] === HandshakeTypes.SERVER_HELLO)
        this.suites.push(((bytes[25 + 67] ?? 0) << 8) | (bytes[25 + 68] ?? 0));
    });
  }

  private async sends(type: number, body: Uint8Array): Promise<void> {
    const { below, scene } = this;
    const sequence = this.sequence++;
    below.send(
      encodeRecord(
        { type: 22, version: 0xfeff, epoch: 0, sequence, cid: new Uint8Array(0) },
        encodeHandshake({ type, sequence, body }),
      ),
      below.peerAt(SERVER),
    );
    await scene.clock.advance(10);
  }

  async offers(): Promise<void> {
    this.sequence = 0;
    this.random++;
    this.cookie = new Uint8Array(0);
    for (let n = 0; n < 2; n++)
      await this.sends(
        HandshakeTypes.CLIENT_HELLO,
        encodeClientHello({
          version: 0xfefd,
          random: new Uint8Array(32).fill(this.random),
          sessionId: new Uint8Array(0),
          cookie: this.cookie,
          cipherSuites: [CERTIFICATE_SUITE, KEY_SUITE],
          compressionMethods: Uint8Array.of(0),
          extensions: { extendedMasterSecret: true, supportedGroups: [23], signatureAlgorithms: [0x0403] },
        }),
      );
  }

  names(identity: string): Promise<void> {
    return this.sends(HandshakeTypes.CLIENT_KEY_EXCHANGE, vector16(encodeUtf8(identity)));
  }

  showsNoCertificate(): Promise<void> {
    return this.sends(HandshakeTypes.CERTIFICATE, Uint8Array.of(0, 0, 0));
  }

  async refuses(): Promise<void> {
    const { below, scene } = this;
    const header = { type: 21, version: 0xfefd, epoch: 0, sequence: this.sequence++, cid: new Uint8Array(0) };
    below.send(encodeRecord(header, Uint8Array.of(2, 40)), below.peerAt(SERVER));
    await scene.clock.advance(10);
  }
}

describe('a server with a certificate, and a client that offers suites with certificates and with a key', () => {
  test('with a key only: the key is asked for', async () => {
    const { scene, client } = await serving();
    // it judges our certificate, so it offers suites with one, and first
    const keyed = { psk: { identity: encodeUtf8('dev1'), key: KEY }, judge: client.judge ?? assert.fail() };
    await scene.tries(scene.device({ client: keyed }), 100);
    assert.equal(scene.attempt.outcome, 'completed');
    assert.equal(scene.attempt.offered?.[0], 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8');
    assert.equal(scene.attempt.suite, 'TLS_PSK_WITH_AES_128_CCM_8');
    assert.equal(scene.attempt.verdict, undefined);
  });

  test('with a certificate that it tells of, and a key that nobody knows: it comes in with its certificate', async () => {
    const { scene, client } = await serving();
    const both = { ...client, psk: { identity: encodeUtf8('factory'), key: KEY } };
    await scene.tries(scene.device({ client: both }), 100);
    assert.equal(scene.attempt.outcome, 'completed');
    assert.equal(scene.attempt.endpoint, 'dev2');
  });

  test('whose key nobody knows: the second time its own order holds', async () => {
    const { scene } = await serving();
    const foreign = new Foreign(scene);
    await foreign.offers();
    await foreign.names('factory');
    // from another port, as clients do that begin anew
    const again = new Foreign(scene, 7001);
    await again.offers();
    assert.deepEqual([...foreign.suites, ...again.suites], [KEY_SUITE, CERTIFICATE_SUITE]);
    assert.deepEqual(scene.codes, ['UNKNOWN_IDENTITY']);
  });

  test('that offers a key and holds none: it refuses, and the second time its own order holds', async () => {
    const { scene } = await serving();
    const foreign = new Foreign(scene);
    await foreign.offers();
    await foreign.refuses();
    await foreign.offers();
    assert.deepEqual(foreign.suites, [KEY_SUITE, CERTIFICATE_SUITE]);
  });

  test('whose key becomes known meanwhile: it is asked for again', async () => {
    const { scene } = await serving();
    const foreign = new Foreign(scene);
    await foreign.offers();
    await foreign.names('factory');
    await scene.changes(psk('dev3', KEY, 'factory'));
    await foreign.offers();
    assert.deepEqual(foreign.suites, [KEY_SUITE, KEY_SUITE]);
  });

  test('with neither: told so once, and asked for its key from then on', async () => {
    const { scene } = await serving();
    const foreign = new Foreign(scene);
    await foreign.offers();
    await foreign.names('factory');
    await foreign.offers();
    await foreign.showsNoCertificate();
    for (let n = 0; n < 2; n++) {
      await foreign.offers();
      await foreign.names('factory');
    }
    assert.deepEqual(foreign.suites, [KEY_SUITE, CERTIFICATE_SUITE, KEY_SUITE, KEY_SUITE]);
    assert.deepEqual(scene.codes, [
      'UNKNOWN_IDENTITY',
      'CERTIFICATE_UNKNOWN_ISSUER',
      'UNKNOWN_IDENTITY',
      'UNKNOWN_IDENTITY',
    ]);
    const verdict = scene.told[1]?.verdict;
    assert.match(verdict?.message ?? '', /with keys and with certificates.* its key is not known here/);
    assert.match(verdict?.next ?? '', /credentials add/);
  });

  test('what is remembered of it is forgotten after ten minutes', async () => {
    const { scene } = await serving();
    const foreign = new Foreign(scene);
    await foreign.offers();
    await foreign.names('factory');
    await scene.clock.advance(11 * 60_000);
    await foreign.offers();
    assert.deepEqual(foreign.suites, [KEY_SUITE, KEY_SUITE]);
  });
});
