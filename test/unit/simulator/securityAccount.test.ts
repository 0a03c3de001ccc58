import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { spoiled, type DeviceScheme, type HandshakeMaterial } from '../../../src/simulator/deviceSecurity';
import { isMultiple, type Content } from '../../../src/simulator/objectTree';
import { securityObject } from '../../../src/simulator/securityObject';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const KEY = encodeUtf8('sixteen byte key');
const SPKI = Uint8Array.of(1, 2, 3);
const DER = Uint8Array.of(4, 5, 6);
const psk: HandshakeMaterial = {
  dtls: { psk: { identity: encodeUtf8('dev'), key: KEY } },
  tls: { ownPsk: { identity: 'dev', key: KEY } },
};

const valueOf = (content: Content | undefined): unknown =>
  content === undefined || isMultiple(content) ? undefined : content.value;

test('object 0 tells where, how and as whom the device registers, and never its key', () => {
  for (const [scheme, material, mode, identity] of [
    ['coap', {}, 3, undefined],
    ['coap+tcp', psk, 3, undefined],
    ['coaps', psk, 0, encodeUtf8('dev')],
    ['coaps+tcp', psk, 0, encodeUtf8('dev')],
    ['coaps', { dtls: { certificate: { privateKey, chain: [], publicKey: SPKI } } }, 1, SPKI],
    ['coaps', { dtls: { certificate: { privateKey, chain: [DER], publicKey: SPKI } } }, 2, DER],
    [
      'coaps+tcp',
      { tls: { own: () => ({ certificate: 'PEM', privateKey: 'SECRET' }) } },
      2,
      encodeUtf8('PEM'),
    ],
  ] as const satisfies readonly (readonly [
    DeviceScheme,
    HandshakeMaterial,
    number,
    Uint8Array | undefined,
  ])[]) {
    const object = securityObject('1.1', scheme, { host: '::1', port: 5684 }, material);
    const resources = object.instances.get(0);
    const read = (id: number): unknown => valueOf(resources?.get(id)?.read?.());
    assert.equal(read(0), `${scheme}://[::1]:5684`);
    assert.equal(read(2), mode);
    assert.deepEqual(read(3), identity);
    assert.equal(resources?.has(5), false);
  }
});

test('a fault changes what is used, never what is held', () => {
  const used = spoiled(psk, new Set(['wrong-key', 'unknown-identity']));
  assert.equal(toHex(used.dtls?.psk?.identity ?? KEY), toHex(encodeUtf8('dev-unknown')));
  assert.equal(used.tls?.ownPsk?.identity, 'dev-unknown');
  assert.notDeepEqual(used.dtls?.psk?.key, KEY);
  assert.notDeepEqual(used.tls?.ownPsk?.key, KEY);
  assert.deepEqual(psk.dtls?.psk?.key, KEY);
  assert.deepEqual(spoiled(psk, new Set()), psk);
});
