import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { isOperationError } from '../../../src/base/errors';
import { memorySecret } from '../../../src/base/secretText';
import type { Credential } from '../../../src/security/credential';
import { KnownCredentials, memoryStore, storedCredentials } from '../../../src/security/credentialStore';
import { credentialsFromText, credentialsToText } from '../../../src/security/credentialText';
import { p256 } from './material';

const psk = (endpointName: string, identity = endpointName, key = Uint8Array.of(1, 2, 3)): Credential => ({
  mode: 'psk',
  endpointName,
  identity,
  key,
});

test('a credential is added, replaced and removed, and each is told', async () => {
  const store = memoryStore();
  let changes = 0;
  store.onChange(() => changes++);
  assert.deepEqual(await store.list(), []);
  await store.set(psk('b'));
  await store.set(psk('a'));
  await store.set(psk('a', 'a', Uint8Array.of(9)));
  assert.deepEqual(await store.list(), [psk('a', 'a', Uint8Array.of(9)), psk('b')]);
  assert.deepEqual(await store.get('b'), psk('b'));
  assert.equal(await store.get('c'), undefined);
  assert.equal(await store.remove('b'), true);
  assert.equal(await store.remove('b'), false);
  assert.equal(changes, 4);
});

test('who presents an identity or a key is one endpoint', async () => {
  const store = memoryStore();
  const { spki } = p256();
  await store.set(psk('a', 'shared'));
  await store.set({ mode: 'rpk', endpointName: 'r', publicKey: spki });
  for (const credential of [psk('b', 'shared'), { mode: 'rpk', endpointName: 's', publicKey: spki } as const])
    await assert.rejects(store.set(credential), (error) => isOperationError(error, 'IDENTITY_TAKEN'));
  await store.set(psk('a', 'shared', Uint8Array.of(4)));
  assert.equal((await store.list()).length, 2);
});

test('every kind of credential survives its text', () => {
  const credentials: Credential[] = [
    psk('a', 'ü', new Uint8Array(64).fill(255)),
    {
      mode: 'rpk',
      endpointName: 'r',
      publicKey: p256().spki,
    },
  ];
  assert.deepEqual(credentialsFromText(credentialsToText(credentials)), { ok: true, value: credentials });
});

test('a damaged text is a problem that quotes nothing of it', async () => {
  const secret = 'c2VjcmV0c2VjcmV0';
  const entry = `{"endpointName":"a","mode":"psk","identity":"a","key":"${secret}"}`;
  for (const text of [
    '',
    '{',
    `{"version":1,"credentials":[${entry}`,
    `{"version":2,"credentials":[${entry}]}`,
    `{"version":1,"credentials":{}}`,
    `{"version":1,"credentials":[null]}`,
    `{"version":1,"credentials":[${entry},${entry}]}`,
    `{"version":1,"credentials":[${entry.replace('"psk"', '"pks"')}]}`,
    `{"version":1,"credentials":[${entry.replace(secret, '')}]}`,
    `{"version":1,"credentials":[${entry.replace('"identity":"a"', '"identity":"a\\n"')}]}`,
    `{"version":1,"credentials":[{"endpointName":"a","mode":"x509","certificate":"${secret}"}]}`,
  ]) {
    const read = credentialsFromText(text);
    assert.ok(!read.ok, text);
    assert.ok(!read.problem.message.includes(secret.slice(0, 6)), read.problem.message);
  }
  await assert.rejects(
    storedCredentials(memorySecret('{')).list(),
    (error) => isOperationError(error, 'CREDENTIALS_UNREADABLE') && error.next !== undefined,
  );
});

test('whatever a text holds, it is read or a problem', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const read = credentialsFromText(json);
      assert.ok(!read.ok);
    }),
  );
});

test('a handshake knows the credentials at once, and again after each change', async () => {
  const store = memoryStore();
  const { spki } = p256();
  await store.set(psk('a', 'id-a'));
  const known = await KnownCredentials.of(store);
  assert.equal(known.byIdentity('id-a')?.endpointName, 'a');
  assert.equal(known.byIdentity('a'), undefined);
  await store.set({ mode: 'rpk', endpointName: 'r', publicKey: spki });
  await store.remove('a');
  await new Promise(setImmediate);
  assert.equal(known.byIdentity('id-a'), undefined);
  assert.equal(known.byPublicKey(spki)?.endpointName, 'r');
  assert.equal(known.ofEndpoint('r')?.mode, 'rpk');
  assert.equal(known.all.length, 1);
  known.dispose();
});

test('a change that can not be read is told, and what was known stays', async () => {
  const secret = memorySecret(credentialsToText([psk('a')]));
  const known = await KnownCredentials.of(storedCredentials(secret));
  const failures: unknown[] = [];
  known.onFailure((error) => failures.push(error));
  await secret.change(() => 'damaged');
  await new Promise(setImmediate);
  assert.ok(isOperationError(failures[0], 'CREDENTIALS_UNREADABLE'));
  assert.equal(known.byIdentity('a')?.endpointName, 'a');
  known.dispose();
});
