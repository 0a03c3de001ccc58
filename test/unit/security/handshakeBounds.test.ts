import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { encodeUtf8, toBase64, toHex } from '../../../src/base/bytes';
import { MAX_ATTEMPTS, MAX_STRANGERS } from '../../../src/security/attemptLog';
import { plainMessage, secureMessage } from '../../../src/security/portVerdict';
import { HandshakeScene, KEY, psk, SERVER } from './handshakeScene';

const address = (i: number): string => `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

describe('10,000 strangers', () => {
  test('with hellos and plain messages: few are kept, a device of before stands, events are rationed', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('dev1'), 10);
    const told = scene.told.length;
    const first: Uint8Array[] = [];
    const sniffed = scene.network.open(SERVER.host, 9999);
    sniffed.onMessage(({ bytes }) => void first.push(bytes.slice()));
    const stranger = scene.keyed('dev1', KEY, {}, '10.0.0.3', 7000);
    stranger.channel.send(encodeUtf8('x'), stranger.channel.peerAt({ host: SERVER.host, port: 9999 }));
    await scene.clock.advance(1);
    const [hello] = first;
    assert.ok(hello && hello[13] === 1);
    const plain = Uint8Array.of(0x40, 1, 0, 1, 0xb2, 0x72, 0x64);
    for (let i = 0; i < 10_000; i++)
      for (const bytes of i % 2 === 0 ? [hello, hello, hello, hello, hello] : [plain])
        scene.below.receive(bytes.slice(), { host: address(i), port: 7000 });
    assert.deepEqual(scene.trace.counts, { attempts: 1, strangers: MAX_STRANGERS });
    assert.ok(scene.told.length - told <= 40, `${scene.told.length - told} told`);
    assert.equal(scene.trace.attempts('dev1').length, 1);
    assert.ok(JSON.stringify(scene.trace.attempts()).length < 200_000);
  });

  test('each with a whole handshake and an unknown identity: a device of before stands', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('dev1'), 10);
    for (let i = 0; i < 400; i++) {
      // All of one host: it gives up its own attempts first.
      const device = scene.keyed(`nobody ${i}`, KEY, {}, '10.0.0.9', 7000 + i);
      device.say('hello');
      if (i % 50 === 49) await scene.clock.advance(10);
    }
    assert.equal(scene.trace.counts.attempts, MAX_ATTEMPTS);
    assert.equal(scene.trace.attempts('dev1').length, 1);
    assert.equal(scene.trace.attempts()[0]?.identity, 'nobody 399');
  });
});

describe('no key in anything that is told', () => {
  test('whatever the key, whatever the mistake', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 8, maxLength: 32 }),
        fc.integer({ min: 0, max: 4 }),
        async (key, kind) => {
          const scene = await HandshakeScene.of({ credentials: [psk('dev1', key), psk('dev2', KEY)] });
          const theirs =
            [key, encodeUtf8(toHex(key)), key.slice(0, -1), KEY, encodeUtf8('another')][kind] ?? key;
          await scene.tries(scene.keyed(kind === 4 ? 'nobody' : 'dev1', theirs));
          const said = JSON.stringify([scene.trace.attempts(), scene.told]).toLowerCase();
          for (const secret of [key, theirs, KEY]) {
            const text = new TextDecoder('latin1').decode(secret).toLowerCase();
            for (const form of [
              toHex(secret),
              toBase64(secret).toLowerCase(),
              text,
              JSON.stringify(text).slice(1, -1),
            ])
              assert.ok(!said.includes(form), form);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('texts of strangers', () => {
  test('an identity of 64 KiB and of marks that turn text round is cut and shown as what it is', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('\u202edev1\u0007' + 'x'.repeat(9000)), 100);
    const { identity, verdict } = scene.attempt;
    assert.ok(identity && identity.length < 160 && identity.startsWith('\\u202edev1\\u0007'));
    assert.ok(verdict && verdict.message.length < 400);
    assert.doesNotMatch(JSON.stringify(scene.attempt), /\u202e|\\u0007(?=")/);
  });

  test('what comes to a wrong port is looked at without a throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.boolean(),
        fc.constantFrom([], [22, 0xfe, 0xfd], [22, 3, 1], [0x40, 2]),
        (bytes, stream, head) => {
          const all = Uint8Array.of(...head, ...bytes);
          const message = plainMessage(all, stream);
          assert.ok(message === undefined || message.what.length < 500);
          secureMessage(all, stream);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
