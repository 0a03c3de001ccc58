import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import {
  checkName,
  credentialDigest,
  credentialSummary,
  credentialWarnings,
  type Credential,
} from '../../../src/security/credential';
import { keyFromFile, keyFromHex, keyFromText, keyWarnings } from '../../../src/security/pskKey';
import { parseCertificate, parsePublicKey, toPem } from '../../../src/security/publicMaterial';
import { p256 } from './material';

describe('a pre-shared key', () => {
  for (const [what, text, bytes] of [
    ['digits', '00ff10', [0, 255, 16]],
    ['capitals', '00FF', [0, 255]],
    ['a prefix', '0x0102', [1, 2]],
    ['blanks and a line break at the end', ' 01 02\n', [1, 2]],
    ['colons', '01:02:03', [1, 2, 3]],
  ] as const) {
    test(`in hexadecimal with ${what}`, () =>
      assert.deepEqual(keyFromHex(text), { ok: true, value: Uint8Array.from(bytes) }));
  }

  for (const [what, text, offset] of [
    ['text', 'secret', 0],
    ['one wrong digit', '01020g', 5],
    ['an odd number of digits', '010', 3],
    ['nothing', '', 0],
    ['65 bytes', 'ab'.repeat(65), 64],
  ] as const) {
    test(`that is no hexadecimal key: ${what}`, () => {
      const key = keyFromHex(text);
      assert.ok(!key.ok);
      assert.equal(key.problem.offset, offset);
    });
  }

  test('as text is its UTF-8 as it stands, and never with a line break', () => {
    assert.deepEqual(keyFromText('aü '), { ok: true, value: encodeUtf8('aü ') });
    for (const text of ['secret\n', 'secret\r\n', '', '\ud800', 'a'.repeat(65)])
      assert.ok(!keyFromText(text).ok, JSON.stringify(text));
  });

  test('in a file is hexadecimal where that is all it holds, else its bytes', () => {
    const read = (bytes: Uint8Array) => {
      const key = keyFromFile(bytes);
      return key.ok ? toHex(key.value) : key.problem.message;
    };
    assert.equal(read(encodeUtf8('0102\n')), '0102');
    assert.equal(read(Uint8Array.of(0xff, 0x00, 0x0a)), 'ff000a');
    assert.equal(read(encodeUtf8('secret')), toHex(encodeUtf8('secret')));
    assert.match(read(encodeUtf8('secret\n')), /line break/);
    assert.match(read(encodeUtf8('010\n')), /odd/);
    assert.match(read(new Uint8Array(0)), /empty/);
    assert.match(read(new Uint8Array(1_000_000)), /64 are the most/);
  });

  test('whatever a file holds, it is a key or a problem', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const key = keyFromFile(bytes);
        return key.ok ? key.value.length >= 1 && key.value.length <= 64 : key.problem.offset <= bytes.length;
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const key = keyFromHex(toHex(bytes));
        assert.ok(key.ok);
        assert.deepEqual(key.value, bytes);
      }),
    );
  });

  test('that everybody knows, or can guess, is warned of, and never quoted', () => {
    const demo = new Uint8Array(16).map((_, i) => i);
    assert.match(keyWarnings(demo).join(), /sample/);
    assert.match(keyWarnings(encodeUtf8('psk')).join(), /Anjay.*3 bytes/);
    assert.match(keyWarnings(new Uint8Array(16).fill(7)).join(), /over and over/);
    assert.match(keyWarnings(new Uint8Array(33).map((_, i) => i)).join(), /32 at most/);
    assert.deepEqual(keyWarnings(new Uint8Array(16).map((_, i) => i * 7 + 1)), []);
  });
});

test('names: what can be an endpoint name or an identity', () => {
  assert.deepEqual(checkName('the name', 'urn:imei:350000000000000'), {
    ok: true,
    value: 'urn:imei:350000000000000',
  });
  assert.ok(checkName('the name', 'ü'.repeat(64)).ok);
  for (const [text, offset] of [
    ['', 0],
    ['a\nb', 1],
    ['a\u0085', 1],
    ['ü'.repeat(65), 128],
    ['\ud800', 0],
  ] as const) {
    const name = checkName('the name', text);
    assert.ok(!name.ok, text);
    assert.equal(name.problem.offset, offset);
  }
});

describe('a public key', () => {
  const { publicKey, spki, privatePem } = p256();

  for (const [what, input] of [
    ['PEM', publicKey],
    ['PEM with text around it', `of the device:\r\n${publicKey.replaceAll('\n', '\r\n')}thank you`],
    ['DER', spki],
    ['hexadecimal', toHex(spki)],
    ['base64', toPem('X', spki).split('\n').slice(1, -2).join('\n')],
    ['a file of PEM', encodeUtf8(publicKey)],
  ] as const) {
    test(`from ${what}`, () => assert.deepEqual(parsePublicKey(input), { ok: true, value: spki }));
  }

  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  for (const [what, input, says] of [
    ['a private key', privatePem, /private key, which stays with the device/],
    ['a certificate', toPem('CERTIFICATE', spki), /CERTIFICATE, not a PUBLIC KEY/],
    ['an RSA key', rsa.export({ format: 'pem', type: 'spki' }).toString(), /rsa/],
    ['a P-384 key', p384.export({ format: 'pem', type: 'spki' }).toString(), /secp384r1/],
    ['a PEM block cut short', publicKey.slice(0, 80), /cut short/],
    ['nothing', '', /neither/],
    ['words', 'no key!', /neither/],
    ['something endless', 'A'.repeat(1_000_000), /longer/],
  ] as const) {
    test(`that is none: ${what}`, () => {
      const key = parsePublicKey(input);
      assert.ok(!key.ok);
      assert.match(key.problem.message, says);
    });
  }

  test('whatever is given, a key or a certificate or a problem', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 })), (input) => {
        return !parsePublicKey(input).ok && !parseCertificate(input).ok;
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: spki.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
        const changed = spki.slice();
        changed[at] = byte;
        const key = parsePublicKey(changed);
        assert.ok(key.ok ? key.value.length === spki.length : key.problem.message !== '');
      }),
    );
  });
});

test('a credential is shown by its digest, never by its key', () => {
  const key = encodeUtf8('correct horse battery');
  const psk: Credential = { mode: 'psk', endpointName: 'dev1', identity: 'dev1', key };
  assert.deepEqual(credentialSummary(psk), {
    endpointName: 'dev1',
    mode: 'psk',
    identity: 'dev1',
    digest: credentialDigest(psk),
  });
  assert.match(credentialDigest(psk), /^[0-9a-f]{16}$/);
  assert.doesNotMatch(JSON.stringify(credentialSummary(psk)), /horse|636f7272/);
  assert.deepEqual(credentialWarnings(psk), []);
  assert.match(credentialWarnings({ ...psk, identity: 'other' }).join(), /always presents its endpoint name/);
  const rpk: Credential = { mode: 'rpk', endpointName: 'dev1', publicKey: p256().spki };
  assert.match(credentialDigest(rpk), /^[0-9a-f]{64}$/);
  assert.equal(credentialSummary(rpk).identity, undefined);
});
