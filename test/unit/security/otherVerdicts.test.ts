import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { encodeClientHello } from '../../../src/dtls/clientHello';
import { encodeHandshake } from '../../../src/dtls/handshakeMessage';
import { encodeRecord } from '../../../src/dtls/record';
import { certifyServer, createAuthority } from '../../../src/security/authority';
import { encodeMessage, MessageTypes } from '../../../src/coap/message';
import { OptionNumbers } from '../../../src/coap/option';
import { VirtualClock } from '../../support/virtualClock';
import { suites } from '../dtls/pair';
import { DEVICE, HandshakeScene, KEY, psk, SERVER } from './handshakeScene';

/** A ClientHello of a client that can't do anything else, in its record. */
function hello(
  offered: readonly number[],
  more: { readonly version?: number; readonly serverName?: string; readonly supportedGroups?: number[] } = {},
): Uint8Array {
  const { version = 0xfefd, ...extensions } = more;
  const body = encodeClientHello({
    version,
    random: new Uint8Array(32).fill(7),
    sessionId: new Uint8Array(0),
    cookie: new Uint8Array(0),
    cipherSuites: offered,
    compressionMethods: Uint8Array.of(0),
    extensions,
  });
  return encodeRecord(
    { type: 22, version: 0xfeff, epoch: 0, sequence: 0, cid: new Uint8Array(0) },
    encodeHandshake({ type: 1, sequence: 0, body }),
  );
}

/** Sends a hello, and again with the cookie that was asked for. */
async function offers(scene: HandshakeScene, ...args: Parameters<typeof hello>): Promise<void> {
  const below = scene.network.open(DEVICE, 7000);
  const first = hello(...args);
  below.onMessage(({ bytes, peer }) => {
    if (bytes[13] !== 3) return;
    const cookie = bytes.slice(28, 28 + (bytes[27] ?? 0));
    const at = 13 + 12 + 2 + 32 + 1;
    const body = Uint8Array.of(...first.slice(25, at), cookie.length, ...cookie, ...first.slice(at + 1));
    below.send(
      encodeRecord(
        { type: 22, version: 0xfeff, epoch: 0, sequence: 1, cid: new Uint8Array(0) },
        encodeHandshake({ type: 1, sequence: 1, body }),
      ),
      peer,
    );
  });
  below.send(first, below.peerAt(SERVER));
  await scene.clock.advance(100);
}

describe('no suite in common', () => {
  test('a device with certificates only, and a server without one', async () => {
    const scene = await HandshakeScene.of();
    await offers(scene, [0xc0ae, 0xc02b, 0xff], { serverName: 'workbench.local', supportedGroups: [23] });
    assert.equal(scene.verdict.code, 'NO_COMMON_SUITE');
    assert.match(
      scene.verdict.message,
      /certificates only .*TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8.* no certificate/,
    );
    assert.match(scene.verdict.next, /certificates server --host workbench\.local/);
    assert.deepEqual(scene.verdict.action, { kind: 'makeCertificate', hosts: ['workbench.local'] });
    assert.deepEqual(scene.attempt.extensions, ['server_name', 'supported_groups', 'ec_point_formats']);
    assert.equal(scene.attempt.serverName, 'workbench.local');
  });

  test('a server name that is a command is no part of ours', async () => {
    const scene = await HandshakeScene.of();
    await offers(scene, [0xc0ae], { serverName: 'x; rm -rf ~\u202e' });
    assert.match(scene.verdict.next, /--host 10\.0\.0\.1;/);
    assert.equal(scene.attempt.serverName, 'x; rm -rf ~\\u202e');
  });

  test('DTLS 1.3 only', async () => {
    const scene = await HandshakeScene.of();
    await offers(scene, [0x1301, 0x1305]);
    assert.match(scene.verdict.message, /1\.3 .*TLS_AES_128_GCM_SHA256, TLS_AES_128_CCM_8_SHA256/);
    assert.match(scene.verdict.next, /CONFIG_MBEDTLS_TLS_VERSION_1_2=y/);
  });

  test('DTLS 1.0', async () => {
    const scene = await HandshakeScene.of();
    await offers(scene, [0x008c], { version: 0xfeff });
    assert.match(scene.verdict.message, /speaks DTLS 1\.0; this server speaks DTLS 1\.2/);
  });

  test('a key, but other suites: what to switch on in Zephyr', async () => {
    const scene = await HandshakeScene.of();
    await offers(scene, [0xc0a9, 0x008c, 0x9999]);
    assert.match(
      scene.verdict.message,
      /offers TLS_PSK_WITH_AES_256_CCM_8, TLS_PSK_WITH_AES_128_CBC_SHA, 0x9999/,
    );
    assert.match(scene.verdict.next, /TLS_PSK_WITH_AES_128_CCM_8/);
    assert.deepEqual(scene.verdict.action, {
      kind: 'copyKconfig',
      lines: 'CONFIG_MBEDTLS_KEY_EXCHANGE_PSK_ENABLED=y\nCONFIG_MBEDTLS_CIPHER_CCM_ENABLED=y\n',
    });
  });

  test('the suites, but not the curve', async () => {
    const clock = new VirtualClock();
    const authority = await createAuthority(clock);
    const certificate = await certifyServer(authority, ['10.0.0.1'], clock);
    const scene = await HandshakeScene.of({ certificate }, {}, clock);
    await offers(scene, [0xc0ae], { supportedGroups: [24] });
    assert.match(scene.verdict.message, /but not the curve secp256r1/);
  });

  test('a suite that is switched off here', async () => {
    const scene = await HandshakeScene.of(undefined, { suites: suites(0xc0a8) });
    await offers(scene, [0x00ae]);
    assert.match(
      scene.verdict.message,
      /offers TLS_PSK_WITH_AES_128_CBC_SHA256; enabled here is TLS_PSK_WITH_AES_128_CCM_8/,
    );
  });

  test('near: one suite in common goes on', async () => {
    const scene = await HandshakeScene.of();
    await offers(scene, [0x1301, 0x9999, 0xc0a8]);
    assert.equal(scene.attempt.outcome, 'underway');
    assert.equal(scene.attempt.verdict, undefined);
  });
});

const registration = encodeMessage({
  type: MessageTypes.CON,
  code: 2,
  messageId: 1,
  token: Uint8Array.of(1),
  options: [
    { number: OptionNumbers.URI_PATH, value: encodeUtf8('rd') },
    { number: OptionNumbers.URI_QUERY, value: encodeUtf8('ep=dev9') },
  ],
  payload: new Uint8Array(0),
});

describe('the wrong port', () => {
  test('plain CoAP on the secured one: method, path and endpoint', async () => {
    const scene = await HandshakeScene.of();
    const below = scene.network.open(DEVICE, 7000);
    for (let i = 0; i < 3; i++) below.send(registration, below.peerAt(SERVER));
    await scene.clock.advance(10);
    assert.equal(scene.verdict.code, 'PLAIN_ON_SECURE_PORT');
    assert.match(
      scene.verdict.message,
      /^dev9 at 10\.0\.0\.2 sent plain CoAP, POST \/rd, .*coaps:\/\/10\.0\.0\.1:5684/,
    );
    assert.match(scene.verdict.next, /use coaps:\/\//);
    assert.equal(scene.attempt.address, 'coap://10.0.0.2:7000');
    assert.equal(scene.attempt.endpoint, 'dev9');
    assert.equal(scene.trace.attempts('dev9').length, 1);
    assert.deepEqual(scene.codes, ['PLAIN_ON_SECURE_PORT']);
  });

  for (const [what, bytes] of [
    ['an empty datagram', []],
    ['a keep-alive of one byte', [0]],
    ['an acknowledgement', [0x60, 0x45, 0, 1]],
    ['noise', [0xff, 1, 2, 3, 4, 5]],
  ] as const)
    test(`${what} is nothing`, async () => {
      const scene = await HandshakeScene.of();
      scene.below.receive(Uint8Array.from(bytes), { host: DEVICE, port: 7000 });
      assert.deepEqual(scene.trace.attempts(), []);
    });

  test('a DTLS hello on the plain one: where it should go', async () => {
    const scene = await HandshakeScene.of();
    const plain = scene.trace.plain('coap', { host: '10.0.0.1', port: 5683 });
    const from = { host: DEVICE, port: 7000 };
    assert.equal(plain(hello([0xc0a8]), from), true);
    assert.equal(plain(registration, from), false);
    assert.equal(scene.verdict.code, 'SECURE_ON_PLAIN_PORT');
    assert.match(
      scene.verdict.message,
      /sent a DTLS ClientHello to coap:\/\/10\.0\.0\.1:5683, which is a plain port/,
    );
    assert.match(scene.verdict.next, /coaps:\/\/10\.0\.0\.1:5684/);
    assert.deepEqual(scene.attempt.offered, ['TLS_PSK_WITH_AES_128_CCM_8']);
  });

  test('a TLS hello on the plain one, where no TLS listens', async () => {
    const scene = await HandshakeScene.of();
    const plain = scene.trace.plain('coap+tcp', { host: '10.0.0.1', port: 5683 });
    const from = { host: DEVICE, port: 7000 };
    assert.equal(plain(Uint8Array.of(0x16, 3, 1, 2, 0, 1), from), true);
    assert.equal(plain(Uint8Array.of(0x00, 0xe1), from), false);
    assert.match(scene.verdict.message, /TLS ClientHello to coap\+tcp:\/\/10\.0\.0\.1:5683/);
    assert.match(scene.verdict.next, /listen with coaps\+tcp:\/\//);
  });
});

describe('answers that do not arrive', () => {
  test('our cookie: the client asks five times over fifteen seconds', async () => {
    const scene = await HandshakeScene.of();
    scene.network.fate = (from) => (from.port === 5684 ? [] : [0]);
    const device = scene.keyed('dev1');
    await scene.tries(device, 14_500);
    assert.equal(scene.attempt.outcome, 'underway');
    await scene.clock.advance(1000);
    assert.equal(scene.verdict.code, 'NO_ANSWER_TO_COOKIE');
    assert.match(scene.verdict.message, /ClientHello 5 times in 15 s .*HelloVerifyRequest/);
    assert.match(scene.verdict.next, /firewall, NAT/);
    await scene.clock.advance(40_000);
    assert.deepEqual(scene.codes, ['NO_ANSWER_TO_COOKIE'], 'told once');
    assert.deepEqual(
      scene.attempt.flights.slice(0, 2).map(({ direction, messages }) => [direction, ...messages]),
      [
        ['in', 'ClientHello'],
        ['out', 'HelloVerifyRequest'],
      ],
    );
  });

  test('near: twice, then it arrives', async () => {
    const scene = await HandshakeScene.of();
    let lost = 0;
    scene.network.fate = (from) => (from.port === 5684 && lost++ < 1 ? [] : [0]);
    await scene.tries(scene.keyed('dev1'));
    const { attempt } = scene;
    assert.equal(attempt.outcome, 'completed');
    assert.equal(attempt.verdict, undefined);
    assert.deepEqual(
      attempt.flights.map(({ messages }) => messages.at(-1)),
      [
        'ClientHello',
        'HelloVerifyRequest',
        'ClientHello',
        'HelloVerifyRequest',
        'ClientHello',
        'ServerHelloDone',
        'Finished',
        'Finished',
      ],
    );
  });

  test('late: after it was told as failed; what is told then is the same attempt, completed', async () => {
    const scene = await HandshakeScene.of();
    let lost = 0;
    scene.network.fate = (from) => (from.port === 5684 && lost++ < 5 ? [] : [0]);
    await scene.tries(scene.keyed('dev1'), 40_000);
    assert.deepEqual(
      scene.told.map(({ outcome, verdict }) => [outcome, verdict?.code]),
      [
        ['failed', 'NO_ANSWER_TO_COOKIE'],
        ['completed', undefined],
      ],
    );
    assert.equal(new Set(scene.told.map(({ id, at }) => `${id} ${at}`)).size, 1);
    assert.equal(scene.trace.attempts().length, 1);
  });

  test('our ServerHello flight', async () => {
    const scene = await HandshakeScene.of();
    scene.network.fate = (from, _to, bytes) => (from.port === 5684 && bytes[13] === 2 ? [] : [0]);
    const device = scene.keyed('dev1');
    await scene.tries(device, 16_000);
    assert.deepEqual(scene.codes, ['NO_ANSWER_TO_COOKIE'], 'as soon as no slow link explains it');
    await scene.clock.advance(284_000);
    const codes = new Set(scene.trace.attempts().map(({ verdict }) => verdict?.code));
    assert.ok(codes.has('NO_ANSWER_TO_COOKIE'));
    const [verdict] = scene.trace.attempts().flatMap((one) => one.verdict ?? []);
    assert.match(verdict?.message ?? '', /brought our cookie .*ServerHello, ServerHelloDone/);
  });

  test('our Finished: the client repeats its own, and what it says at last ends the doubt', async () => {
    const scene = await HandshakeScene.of();
    let dropping = true;
    scene.network.fate = (from, _to, bytes) => (dropping && from.port === 5684 && bytes[0] === 20 ? [] : [0]);
    const device = scene.keyed('dev1');
    await scene.tries(device, 14_500);
    assert.equal(scene.attempt.verdict, undefined, 'so long may a slow link take');
    await scene.clock.advance(1000);
    assert.equal(scene.attempt.outcome, 'completed');
    assert.equal(scene.verdict.code, 'LAST_FLIGHT_REPEATED');
    assert.match(
      scene.verdict.message,
      /dev1 at 10\.0\.0\.2 sent its last flight 5 times: our Finished does not reach it/,
    );
    dropping = false;
    await scene.clock.advance(20_000);
    assert.equal(scene.heard.length, 1);
    assert.equal(scene.attempt.verdict, undefined);
    assert.deepEqual(scene.codes, ['completed', 'LAST_FLIGHT_REPEATED', 'completed']);
  });
});

describe('who registers', () => {
  const peer = { address: { host: DEVICE, port: 7000 } };

  test('under another name than the one that was proved', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('dev1'), 10);
    const { trust, trace } = scene;
    const who = { identity: 'dev1', identityKind: 'psk' } as const;
    assert.equal(trust.registrationRefusal('dev1', who, true), undefined);
    const refusal = trust.registrationRefusal('dev2', who, true) ?? assert.fail();
    trace.refused(peer, 'coaps', refusal);
    trace.refused(peer, 'coaps', refusal);
    assert.equal(scene.verdict.code, 'IDENTITY_NOT_ENDPOINT');
    assert.match(scene.verdict.message, /proved to be dev1 and registers as dev2/);
    assert.equal(scene.attempt.outcome, 'completed');
    assert.deepEqual(scene.codes, ['completed', 'IDENTITY_NOT_ENDPOINT']);
  });

  test('a refusal of a plain registration concerns no handshake', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('dev1'), 10);
    const refusal = scene.trust.registrationRefusal('dev1', {}, false) ?? assert.fail();
    assert.equal(refusal.code, 'PLAIN_FOR_SECURED_ENDPOINT');
    scene.trace.refused(peer, 'coaps', refusal);
    assert.equal(scene.attempt.verdict, undefined);
  });

  test('the attempt of a peer is found by its address, and is of its session', async () => {
    const scene = await HandshakeScene.of({ credentials: [psk('dev1', KEY, 'other')] }, { cidLength: 8 });
    await scene.tries(scene.keyed('other', KEY, { cidLength: 4 }), 10);
    const found = scene.trace.ofPeer(peer, 'coaps');
    assert.equal(found?.endpoint, 'dev1');
    assert.equal(found.suite, 'TLS_PSK_WITH_AES_128_CCM_8');
    assert.equal(found.resumed, false);
    assert.equal(found.connectionId?.own.length, 16);
    assert.equal(found.connectionId.peer.length, 8);
    assert.equal(scene.trace.ofPeer(peer, 'coaps+tcp'), undefined);
  });
});
