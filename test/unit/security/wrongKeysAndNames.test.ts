import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { encodeUtf8, fromHex, toHex } from '../../../src/base/bytes';
import { memorySecret } from '../../../src/base/secretText';
import { isOperationError } from '../../../src/base/errors';
import { ownAuthority, storedCertifiedKey } from '../../../src/security/authorityStore';
import type { PskCredential } from '../../../src/security/credential';
import { endpointRefusal } from '../../../src/security/endpointBinding';
import { likelyKeys, nearestIdentity } from '../../../src/security/keyMistakes';
import { VirtualClock } from '../../support/virtualClock';

const HEX = '00112233445566778899aabbccddeeff';
const psk = (key: Uint8Array | string, endpointName = 'dev1'): PskCredential => ({
  mode: 'psk',
  endpointName,
  identity: endpointName,
  key: typeof key === 'string' ? (fromHex(key) ?? new Uint8Array()) : key,
});

describe('a device with a wrong key: the mistake is named', () => {
  const text = encodeUtf8('Secret123');
  for (const [what, mistake, ours, theirs] of [
    ['digits taken for text', 'hexTakenAsText', psk(HEX), encodeUtf8(HEX)],
    ['capital digits taken for text', 'hexTakenAsText', psk(HEX), encodeUtf8(HEX.toUpperCase())],
    ['text taken for digits', 'textTakenAsHex', psk(encodeUtf8('0123abcd')), fromHex('0123abcd')],
    ['a line break', 'lineBreakAdded', psk(text), encodeUtf8('Secret123\n')],
    ['a line break after digits', 'lineBreakAdded', psk(HEX), encodeUtf8(`${HEX}\n`)],
    ['capitals', 'otherLetterCase', psk(text), encodeUtf8('SECRET123')],
    ['cut to a buffer', 'cutShort', psk(HEX + HEX), fromHex(HEX)],
    ['cut by one', 'cutShort', psk(HEX), fromHex(HEX.slice(0, -2))],
    ['filled with zeros', 'zeroFilled', psk(text), fromHex(toHex(text).padEnd(32, '0'))],
    ["the sample's key", 'demoKey', psk(HEX), new Uint8Array(16).map((_, i) => i)],
    ["another endpoint's", 'otherEndpoint', psk(HEX), encodeUtf8('of another one')],
  ] as const) {
    test(what, () => {
      const likely = likelyKeys(ours, [ours, psk(encodeUtf8('of another one'), 'dev2')]);
      const found = likely.find(({ key }) => theirs && toHex(key) === toHex(theirs));
      assert.equal(found?.mistake, mistake);
      assert.ok(found.message !== '' && found.next !== '');
    });
  }

  test('every likely key is another one, once, and no sentence tells a key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 64 }), (key) => {
        const likely = likelyKeys(psk(key));
        const keys = likely.map((one) => toHex(one.key));
        assert.equal(new Set([...keys, toHex(key)]).size, keys.length + 1);
        assert.ok(keys.length < 60 && !keys.includes(''));
        for (const { message, next } of likely) assert.ok(!(message + next).includes(toHex(key)));
      }),
    );
    const crowd = Array.from({ length: 1000 }, (_, i) => psk(encodeUtf8(`key number ${i}`), `dev${i + 2}`));
    assert.ok(likelyKeys(psk(HEX), crowd).length < 350);
  });
});

test('the nearest known identity is named, where one is near', () => {
  const known = ['urn:imei:350457791234567', 'urn:imei:350457791234999', 'dev1'];
  assert.equal(nearestIdentity('urn:imei:350457791234568', known), known[0]);
  assert.equal(nearestIdentity('URN:imei:350457791234999', known), known[1]);
  assert.equal(nearestIdentity('dev2', known), 'dev1');
  assert.equal(nearestIdentity('something else', known), undefined);
  assert.equal(nearestIdentity('', known), undefined);
  fc.assert(
    fc.property(fc.string({ minLength: 3 }), fc.array(fc.string()), (identity, others) =>
      [identity, undefined].includes(nearestIdentity(identity, [...others, identity]))
        ? true
        : others.length > 0,
    ),
  );
  nearestIdentity('x'.repeat(100_000), ['x'.repeat(100_001)]);
});

test('who may register under an endpoint name', () => {
  const credential = psk(HEX);
  assert.equal(endpointRefusal('dev1', 'dev1', credential), undefined);
  assert.equal(endpointRefusal('free', undefined, undefined), undefined);
  assert.equal(endpointRefusal('dev2', 'dev1', undefined)?.code, 'IDENTITY_NOT_ENDPOINT');
  assert.equal(endpointRefusal('dev1', undefined, credential)?.code, 'PLAIN_FOR_SECURED_ENDPOINT');
});

test('an authority is made once, also for two that ask at once, and kept', async () => {
  const secret = memorySecret();
  const clock = new VirtualClock();
  const [a, b] = await Promise.all([ownAuthority(secret, clock), ownAuthority(secret, clock)]);
  assert.deepEqual(a.authority, b.authority);
  assert.equal([a, b].filter(({ created }) => created).length, 1);
  assert.deepEqual(await ownAuthority(secret, clock), { authority: a.authority, created: false });
  assert.deepEqual(await storedCertifiedKey(secret).get(), a.authority);
  for (const damaged of ['', '{', 'null', '{"certificate":"AAAA","privateKey":"AAAA"}'])
    await assert.rejects(ownAuthority(memorySecret(damaged), clock), (error) =>
      isOperationError(error, 'CERTIFICATE_UNREADABLE'),
    );
});
