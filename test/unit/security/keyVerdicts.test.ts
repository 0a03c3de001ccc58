import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8, fromHex, toHex } from '../../../src/base/bytes';
import { millis } from '../../../src/base/clock';
import { credentialDigest } from '../../../src/security/credential';
import { suites } from '../dtls/pair';
import { HandshakeScene, KEY, psk } from './handshakeScene';

describe('an identity nobody has', () => {
  test('one letter off: the nearest is named, with its endpoint', async () => {
    const scene = await HandshakeScene.of({ credentials: [psk('urn:imei:350457791234567'), psk('dev1')] });
    await scene.tries(scene.keyed('urn:imei:350457791234576'));
    const { attempt, verdict } = scene;
    assert.equal(verdict.code, 'UNKNOWN_IDENTITY');
    assert.match(
      verdict.message,
      /10\.0\.0\.2 .*"urn:imei:350457791234576".* nearest is "urn:imei:350457791234567"/,
    );
    assert.match(verdict.next, /Correct the identity/);
    assert.deepEqual(verdict.action, { kind: 'addCredential', identity: 'urn:imei:350457791234576' });
    assert.equal(attempt.outcome, 'failed');
    assert.equal(attempt.identity, 'urn:imei:350457791234576');
    assert.equal(attempt.address, 'coaps://10.0.0.2:7000');
    assert.equal(attempt.local, 'coaps://10.0.0.1:5684');
    assert.deepEqual(scene.codes, ['UNKNOWN_IDENTITY']);
    assert.equal(scene.trace.attempts('urn:imei:350457791234576').length, 1);
    assert.equal(scene.trace.attempts('dev1').length, 0);
  });

  test('nothing like it: no other one is named', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('something else entirely'));
    assert.doesNotMatch(scene.verdict.message, /nearest/);
    assert.match(scene.verdict.next, /Add a credential with this identity/);
  });

  test('no key here at all', async () => {
    const scene = await HandshakeScene.of({});
    await scene.tries(scene.keyed('dev1'));
    assert.match(scene.verdict.message, /No pre-shared key is known here at all/);
    assert.match(scene.verdict.next, /credentials add --endpoint/);
  });

  test('the endpoint name, where its credential has another identity', async () => {
    const scene = await HandshakeScene.of({ credentials: [psk('dev1', KEY, 'other')] });
    await scene.tries(scene.keyed('dev1'));
    assert.match(scene.verdict.message, /name of an endpoint .*"other"/);
    assert.match(scene.verdict.next, /always presents its endpoint name/);
    assert.deepEqual(scene.verdict.action, { kind: 'showCredential', endpoint: 'dev1' });
  });

  test('a line break at its end is shown, and is no part of a command', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('dev1\n'));
    assert.match(scene.verdict.message, /"dev1\\u000a".* nearest is "dev1"/);
    assert.deepEqual(scene.verdict.action, { kind: 'addCredential' });
    assert.equal(scene.attempt.identity, 'dev1\\u000a');
  });

  test('what is no text is shown in hexadecimal', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.device({ client: { psk: { identity: Uint8Array.of(0xff, 0xfe), key: KEY } } }));
    assert.equal(scene.attempt.identity, '0xfffe');
    assert.equal(scene.verdict.code, 'UNKNOWN_IDENTITY');
  });

  test('a byte order mark makes it another one', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.device({ client: { psk: { identity: encodeUtf8('\ufeffdev1'), key: KEY } } }));
    assert.equal(scene.verdict.code, 'UNKNOWN_IDENTITY');
  });
});

describe('a wrong key', () => {
  for (const [what, theirs, words] of [
    [
      'hexadecimal digits taken for text',
      encodeUtf8(toHex(KEY)),
      /took the key's hexadecimal digits for text/,
    ],
    ['a line break added', encodeUtf8('Sixteen byte key\n'), /line break, blank or NUL was added/],
    ['other letter case', encodeUtf8('sixteen byte key'), /other letter case/],
    ['cut short', KEY.slice(0, 8), /cut short to 8 of 16 bytes/],
    ["the sample's key", fromHex('000102030405060708090a0b0c0d0e0f'), /nRF Connect SDK's sample/],
    ["another endpoint's key", encodeUtf8('the key of dev2!'), /holds the key of dev2/],
  ] as const) {
    test(`${what}: the mistake is named`, async () => {
      const scene = await HandshakeScene.of({
        credentials: [psk('dev1'), psk('dev2', encodeUtf8('the key of dev2!'))],
      });
      await scene.tries(scene.keyed('dev1', theirs));
      const { attempt, verdict } = scene;
      assert.equal(verdict.code, 'WRONG_KEY');
      assert.match(verdict.message, /^dev1 at 10\.0\.0\.2 presents the identity "dev1" with another key/);
      assert.match(verdict.message, words);
      assert.deepEqual(verdict.action, { kind: 'showCredential', endpoint: 'dev1' });
      assert.equal(attempt.endpoint, 'dev1');
      assert.deepEqual(scene.codes, ['WRONG_KEY']);
    });
  }

  test('none of them: the digest is there to compare', async () => {
    const scene = await HandshakeScene.of();
    await scene.tries(scene.keyed('dev1', encodeUtf8('no likely one, this')));
    assert.match(scene.verdict.message, /None of the usual mistakes/);
    assert.ok(scene.verdict.next.includes(credentialDigest(psk('dev1'))));
  });

  test('with ephemeral keys as well', async () => {
    const scene = await HandshakeScene.of();
    const device = scene.keyed('dev1', encodeUtf8('Sixteen byte key '), { suites: suites(0xd003) });
    await scene.tries(device);
    assert.deepEqual(scene.attempt.offered?.slice(0, 1), ['TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256']);
    assert.match(scene.verdict.message, /line break, blank or NUL/);
  });

  test('a client that waits in silence: told at once where a mistake explains it, else when our flight is due again', async () => {
    for (const [key, after] of [
      [encodeUtf8('sixteen byte key'), 10],
      [encodeUtf8('no likely one, this'), 1500],
    ] as const) {
      const scene = await HandshakeScene.of();
      const device = scene.keyed('dev1', key);
      await scene.tries(device, 10);
      scene.network.fate = () => [];
      await scene.clock.advance(after);
      assert.equal(scene.verdict.code, 'WRONG_KEY');
      assert.equal(scene.attempt.outcome, 'failed');
      await scene.clock.advance(300_000);
      assert.deepEqual(scene.codes, ['WRONG_KEY'], 'told once');
    }
  });

  test('a device that gives up after its first Finished is told apart too', async () => {
    const scene = await HandshakeScene.of();
    const device = scene.keyed('dev1', encodeUtf8('sixteen byte key'));
    await scene.tries(device, 10);
    device.below.close();
    await scene.clock.advance(300_000);
    assert.equal(scene.verdict.code, 'WRONG_KEY');
    assert.match(scene.verdict.message, /other letter case/);
  });

  test('the right key, after a stranger sent a record in its name: no verdict', async () => {
    const scene = await HandshakeScene.of();
    scene.network.fate = (from, _to, bytes) => {
      // The flight with the Finished, damaged, comes before the whole one.
      if (from.port !== 7000 || bytes[13] !== 16) return [0];
      const forged = bytes.slice();
      forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
      scene.clock.after(millis(1), () => scene.below.receive(forged, from));
      return [5];
    };
    await scene.tries(scene.keyed('dev1'));
    assert.ok(scene.events.some(({ kind }) => kind === 'unverified'));
    assert.equal(scene.attempt.outcome, 'completed');
    assert.equal(scene.attempt.verdict, undefined);
  });

  test('many wrong keys at once: keys are tried a bounded number of times', async () => {
    const scene = await HandshakeScene.of();
    for (let i = 0; i < 12; i++)
      scene.keyed('dev1', encodeUtf8('sixteen byte key'), {}, DEVICE_OF(i), 7000).say('hello');
    await scene.clock.advance(3000);
    const verdicts = scene.trace.attempts().map(({ verdict }) => verdict);
    assert.ok(verdicts.every((one) => one?.code === 'WRONG_KEY'));
    assert.equal(verdicts.filter((one) => one?.message.includes('letter case')).length, 8);
  });
});

const DEVICE_OF = (i: number): string => `10.0.1.${i + 1}`;

describe('a session of before its key was changed', () => {
  const other = encodeUtf8('the new key, 16b');

  test('the device has the new key: a whole handshake, and what it asked for', async () => {
    const scene = await HandshakeScene.of();
    const keys = { identity: encodeUtf8('dev1'), key: KEY };
    const device = scene.device({ client: { psk: keys } });
    await scene.tries(device, 10);
    await scene.changes(psk('dev1', other));
    keys.key = other;
    device.channel.disconnect?.(device.peer);
    await scene.tries(device, 10);
    const [newest] = scene.trace.attempts();
    assert.equal(newest?.outcome, 'completed');
    assert.equal(newest.resumed, false);
    assert.equal(newest.verdict?.code, 'RESUMED_WITH_OLD_KEY');
    assert.match(newest.verdict.message, /changed here since; a whole handshake with the new one followed/);
  });

  test('the device has the old key still', async () => {
    const scene = await HandshakeScene.of();
    const device = scene.keyed('dev1');
    await scene.tries(device, 10);
    await scene.changes(psk('dev1', other));
    device.channel.disconnect?.(device.peer);
    await scene.tries(device);
    const [newest] = scene.trace.attempts();
    assert.equal(newest?.verdict?.code, 'RESUMED_WITH_OLD_KEY');
    assert.match(newest.verdict.next, /session cache/);
  });

  test('resumed with the same key: nothing is wrong', async () => {
    const scene = await HandshakeScene.of();
    const device = scene.keyed('dev1');
    await scene.tries(device, 10);
    device.channel.disconnect?.(device.peer);
    await scene.tries(device, 10);
    const [newest] = scene.trace.attempts();
    assert.equal(newest?.resumed, true);
    assert.equal(newest.verdict, undefined);
    assert.equal(newest.endpoint, 'dev1');
  });
});
