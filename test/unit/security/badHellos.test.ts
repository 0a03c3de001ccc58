import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_BYTES } from '../../../src/base/bytes';
import { encodeClientHello } from '../../../src/dtls/clientHello';
import { HandshakeTypes, encodeHandshake } from '../../../src/dtls/handshakeMessage';
import { encodeRecord } from '../../../src/dtls/record';
import { vector16 } from '../../../src/dtls/wire';
import { DEVICE, HandshakeScene, SERVER } from './handshakeScene';

/** The body of a ClientHello with these extensions as they stand. */
const hello = (cookie: Uint8Array, extensions: Uint8Array): Uint8Array =>
  Uint8Array.from([
    ...encodeClientHello({
      version: 0xfefd,
      random: new Uint8Array(32).fill(3),
      sessionId: NO_BYTES,
      cookie,
      cipherSuites: [0xc0a8],
      compressionMethods: Uint8Array.of(0),
      extensions: {},
    }),
    ...extensions,
  ]);

/** A client that says hello, brings the cookie it is given, and hears what alert comes. */
async function says(scene: HandshakeScene, body: (cookie: Uint8Array) => Uint8Array): Promise<number[]> {
  const below = scene.network.open(DEVICE, 7000);
  const alerts: number[] = [];
  let sequence = 0;
  const send = (cookie: Uint8Array): void => {
    const message = { type: HandshakeTypes.CLIENT_HELLO, sequence, body: body(cookie) };
    const header = { type: 22, version: 0xfeff, epoch: 0, sequence: sequence++, cid: NO_BYTES };
    below.send(encodeRecord(header, encodeHandshake(message)), below.peerAt(SERVER));
  };
  below.onMessage(({ bytes }) => {
    if (bytes[0] === 21) alerts.push(bytes[14] ?? 0);
    else if (bytes[13] === HandshakeTypes.HELLO_VERIFY_REQUEST) send(bytes.slice(28, 28 + (bytes[27] ?? 0)));
  });
  send(NO_BYTES);
  await scene.clock.advance(100);
  return alerts;
}

const maxFragmentLength = (code: number) => vector16(Uint8Array.of(0, 1, 0, 1, code));

describe('a ClientHello with an extension that is wrong', () => {
  for (const [what, extensions, alert, name] of [
    ['another max_fragment_length than there are', maxFragmentLength(5), 47, 'illegal_parameter'],
    ['none at all', maxFragmentLength(0), 47, 'illegal_parameter'],
    ['one that comes twice', vector16(Uint8Array.of(0, 23, 0, 0, 0, 23, 0, 0)), 47, 'illegal_parameter'],
    ['one that is cut short', vector16(Uint8Array.of(0, 10, 0, 4, 0, 8, 0, 23)), 50, 'decode_error'],
    ['a list that is cut short', Uint8Array.of(0, 9, 0, 23, 0, 0), 50, 'decode_error'],
  ] as const)
    test(`${what}: it is told so, and kept as an attempt`, async () => {
      const scene = await HandshakeScene.of();
      assert.deepEqual(await says(scene, (cookie) => hello(cookie, extensions)), [alert]);
      const { outcome, verdict, flights, offered } = scene.attempt;
      assert.deepEqual([outcome, verdict], ['failed', undefined]);
      assert.deepEqual(offered, ['TLS_PSK_WITH_AES_128_CCM_8']);
      assert.deepEqual(
        flights.map(({ direction, messages }) => [direction, ...messages]),
        [
          ['in', 'ClientHello'],
          ['out', 'HelloVerifyRequest'],
          ['in', 'ClientHello'],
          ['out', `Alert ${name}`],
        ],
      );
    });

  test('one that is known, with a value that is: it goes on', async () => {
    const scene = await HandshakeScene.of();
    assert.deepEqual(await says(scene, (cookie) => hello(cookie, maxFragmentLength(2))), []);
    assert.equal(scene.attempt.outcome, 'underway');
  });
});

describe('a ClientHello that is cut short', () => {
  test('gets no answer, is kept once, and is nothing to the next one that is whole', async () => {
    const scene = await HandshakeScene.of();
    for (let n = 0; n < 3; n++)
      assert.deepEqual(await says(scene, (cookie) => hello(cookie, NO_BYTES).subarray(0, 40)), []);
    assert.deepEqual([scene.attempt.outcome, scene.attempt.verdict], ['failed', undefined]);
    assert.deepEqual(scene.codes, ['failed'], 'told once');
    await scene.tries(scene.keyed('dev1'), 100);
    assert.equal(scene.attempt.outcome, 'completed');
  });
});
