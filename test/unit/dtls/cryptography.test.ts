import assert from 'node:assert/strict';
import { createCipheriv, getCiphers } from 'node:crypto';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { concatBytes, encodeUtf8, fromHex, toHex } from '../../../src/base/bytes';
import { CbcSha256, type MacHeader } from '../../../src/dtls/cbcSha256';
import { AesCcm } from '../../../src/dtls/ccm';
import { AesGcm } from '../../../src/dtls/gcm';
import { prf, pskPremaster } from '../../../src/dtls/prf';
import { uint16 } from '../../../src/dtls/wire';

const hex = (text: string): Uint8Array => fromHex(text) ?? assert.fail(text);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('the pseudorandom function gives the published vector for SHA-256', () => {
  const output = prf(
    hex('9bbe436ba940f017b17652849a71db35'),
    'test label',
    hex('a0ba9f936cda311827a6f796ffd5198c'),
    100,
  );
  assert.equal(
    toHex(output),
    'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af' +
      '0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701' +
      '87347b66',
  );
});

test('the premaster secret of a key has as many zeros before it (RFC 4279 section 2)', () => {
  assert.equal(toHex(pskPremaster(hex('aabb'))), '000200000002aabb');
  assert.equal(toHex(pskPremaster(hex('aabb'), hex('010203'))), '00030102030002aabb');
});

describe('AES-128-CCM composed of CBC and ECB', () => {
  const key = hex('c0c1c2c3c4c5c6c7c8c9cacbcccdcecf');
  const vectors = [
    [
      '00000003020100a0a1a2a3a4a5',
      '0001020304050607',
      '08090a0b0c0d0e0f101112131415161718191a1b1c1d1e',
      '588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0',
    ],
    [
      '00000004030201a0a1a2a3a4a5',
      '0001020304050607',
      '08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      '72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3ba091d56e10400916',
    ],
    [
      '00000006050403a0a1a2a3a4a5',
      '000102030405060708090a0b',
      '0c0d0e0f101112131415161718191a1b1c1d1e',
      'a28c6865939a9a79faaa5c4c2a9d4a91cdac8c96c861b9c9e61ef1',
    ],
  ] as const;
  for (const [i, [nonce, aad, plain, sealed]] of vectors.entries()) {
    test(`RFC 3610 packet vector ${[1, 2, 4][i]}`, () => {
      const ccm = new AesCcm(key, 8);
      for (let again = 0; again < 2; again++) {
        assert.equal(toHex(ccm.seal(hex(nonce), hex(aad), hex(plain))), sealed);
        assert.equal(toHex(ccm.open(hex(nonce), hex(aad), hex(sealed)) ?? assert.fail()), plain);
      }
    });
  }

  test("byte for byte what Node's own CCM gives, where there is one", () => {
    if (!getCiphers().includes('aes-128-ccm')) return;
    fc.assert(
      fc.property(
        bytes(16),
        bytes(12),
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ minLength: 1, maxLength: 1100 }),
        fc.constantFrom<8 | 16>(8, 16),
        (k, nonce, aad, plain, tagLength) => {
          const cipher = createCipheriv('aes-128-ccm', k, nonce, { authTagLength: tagLength });
          cipher.setAAD(aad, { plaintextLength: plain.length });
          const theirs = concatBytes([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
          assert.equal(toHex(new AesCcm(k, tagLength).seal(nonce, aad, plain)), toHex(theirs));
        },
      ),
      { numRuns: 300 },
    );
  });
});

const tampered = fc.record({ at: fc.nat(), bit: fc.nat(7) });
const flip = (sealed: Uint8Array, { at, bit }: { at: number; bit: number }): Uint8Array => {
  const copy = sealed.slice();
  const i = at % copy.length;
  copy[i] = (copy[i] ?? 0) ^ (1 << bit);
  return copy;
};

for (const [name, make] of [
  ['CCM_8', (key: Uint8Array) => new AesCcm(key, 8)],
  ['CCM', (key: Uint8Array) => new AesCcm(key, 16)],
  ['GCM', (key: Uint8Array) => new AesGcm(key)],
] as const) {
  test(`${name} opens what it sealed, and nothing that was changed`, () => {
    fc.assert(
      fc.property(
        bytes(16),
        bytes(12),
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 300 }),
        tampered,
        (key, nonce, aad, plain, change) => {
          const sealed = make(key).seal(nonce, aad, plain);
          assert.equal(toHex(make(key).open(nonce, aad, sealed) ?? assert.fail()), toHex(plain));
          assert.equal(make(key).open(nonce, aad, flip(sealed, change)), undefined);
          assert.equal(make(key).open(nonce, aad, sealed.subarray(0, sealed.length - 1)), undefined);
        },
      ),
    );
  });
}

for (const encryptThenMac of [false, true]) {
  const order = encryptThenMac ? 'encryption first' : 'MAC first';
  const header: MacHeader = (length) => concatBytes([encodeUtf8('header'), uint16(length)]);

  test(`CBC with HMAC, ${order}: opens what it sealed, and nothing that was changed`, () => {
    fc.assert(
      fc.property(
        bytes(16),
        bytes(32),
        bytes(16),
        fc.uint8Array({ maxLength: 400 }),
        tampered,
        (key, macKey, iv, plain, change) => {
          const cipher = new CbcSha256(key, macKey, encryptThenMac);
          const sealed = cipher.seal(iv, header, plain);
          assert.equal(toHex(cipher.open(header, sealed) ?? assert.fail()), toHex(plain));
          assert.equal(cipher.open(header, flip(sealed, change)), undefined);
          assert.equal(cipher.open(header, sealed.subarray(16)), undefined);
        },
      ),
    );
  });

  test(`CBC with HMAC, ${order}: any bytes are refused without a throw`, () => {
    fc.assert(
      fc.property(bytes(16), bytes(32), fc.uint8Array({ maxLength: 400 }), (key, macKey, junk) => {
        assert.equal(new CbcSha256(key, macKey, encryptThenMac).open(header, junk), undefined);
      }),
    );
  });
}
