import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { channelOpener } from '../../../src/transport/channelOpener';
import type { TlsSettings } from '../../../src/transport/ports';
import { STREAM_LIMITS } from '../../../src/transport/streamLimits';
import { tlsOpener } from '../../../src/transport/tls';
import { TlsContexts } from '../../../src/transport/tlsContext';
import { LOOPBACK, hello, type Heard } from './streamScene';
import { KEY, issued, secureClient, secureServer, thrownCode } from './tlsScene';

const psk: NonNullable<TlsSettings['psk']> = (identity) => (identity === 'device-1' ? KEY : undefined);
const ownPsk = { identity: 'device-1', key: KEY };
const WITHOUT = { psk: false };

/** A foreign client with a key, its first words said. */
function foreign(
  t: TestContext,
  { channel }: Heard,
  version: 'TLSv1.2' | 'TLSv1.3',
  { identity = 'device-1', key = KEY, ciphers = 'PSK-AES128-CCM8' } = {},
) {
  const { host, port } = channel.local;
  const socket = connectTls({
    host,
    port,
    rejectUnauthorized: false,
    minVersion: version,
    maxVersion: version,
    ciphers: version === 'TLSv1.2' ? `${ciphers}:@SECLEVEL=0` : ciphers,
    pskCallback: () => ({ psk: key, identity }),
  });
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  socket.write('hello');
  return socket;
}

describe('TLS by pre-shared keys', () => {
  test('both sides by the same key, beside certificates on one listener', async (t) => {
    const { server: own, device, judge } = await issued();
    const server = await secureServer(t, { own: () => own, judge, psk, certificateRequired: true });
    const client = secureClient(t, { ownPsk });
    const there = client.channel.peerAt(server.channel.local);
    client.channel.send(hello, there);
    const here = await server.peer();
    assert.deepEqual([server.text(here), here.identity], ['hello', 'device-1']);
    server.channel.send(hello, here);
    await client.bytes(there, 5);
    assert.equal(there.identity, 'device-1');
    const established = await server.event('established');
    assert.match(established.suite, /PSK/);
    assert.deepEqual(
      [established.identity, established.version, established.resumed],
      ['device-1', 'TLSv1.2', false],
    );

    const certified = secureClient(t, { own: () => device, judge });
    certified.channel.send(hello, certified.channel.peerAt(server.channel.local));
    assert.equal((await server.peer(1)).identity, 'device-1');
    assert.doesNotMatch((await server.event('established', 1)).suite, /PSK/);
  });

  for (const ciphers of [
    'PSK-AES128-CCM8',
    'PSK-AES128-CCM',
    'PSK-AES128-GCM-SHA256',
    'PSK-AES128-CBC-SHA256',
    'ECDHE-PSK-AES128-CBC-SHA256',
  ]) {
    test(`a foreign client with ${ciphers} alone, at a listener of keys alone`, async (t) => {
      const server = await secureServer(t, { psk });
      foreign(t, server, 'TLSv1.2', { ciphers });
      assert.equal((await server.peer()).identity, 'device-1');
      assert.equal((await server.event('established')).suite, ciphers);
    });
  }

  for (const ciphers of ['PSK-AES128-CCM8', 'PSK-AES128-CBC-SHA256'])
    test(`another key is refused under the identity's name, ${ciphers}`, async (t) => {
      const server = await secureServer(t, { psk });
      foreign(t, server, 'TLSv1.2', { key: new TextEncoder().encode('another key here'), ciphers });
      const failed = await server.event('failed');
      assert.match(failed.code, /^ERR_SSL_(CIPHER_OPERATION_FAILED|DECRYPTION_FAILED_OR_BAD_RECORD_MAC)$/);
      assert.equal(failed.identity, 'device-1');
      assert.deepEqual(server.peers, []);
    });

  test('an identity that is not known is told, printable and bounded', async (t) => {
    const server = await secureServer(t, { psk });
    const identity = `dévice\n${'x'.repeat(100)}`;
    foreign(t, server, 'TLSv1.2', { identity });
    const failed = await server.event('failed');
    assert.equal(failed.code, 'UNKNOWN_PSK_IDENTITY');
    assert.equal(failed.message, `no key is known for the identity "d?vice?${'x'.repeat(57)}…"`);
    assert.equal(failed.identity, identity);
  });

  test('our client is told why: an unknown identity, another key', async (t) => {
    const server = await secureServer(t, { psk });
    for (const wrong of [
      { identity: 'device-2', key: KEY },
      { identity: 'device-1', key: new Uint8Array(16) },
    ]) {
      const client = secureClient(t, { ownPsk: wrong });
      client.channel.send(hello, client.channel.peerAt(server.channel.local));
      const { error } = await client.fault();
      assert.equal(error.code, 'TLS_REFUSED');
      assert.equal(error.next, 'Compare identity and key on both sides.');
      assert.equal((await client.event('failed')).identity, wrong.identity);
    }
  });

  test('in TLS 1.3 a key proves its identity as well', async (t) => {
    const server = await secureServer(t, { psk });
    foreign(t, server, 'TLSv1.3', { ciphers: 'TLS_AES_128_GCM_SHA256' });
    assert.equal((await server.peer()).identity, 'device-1');
    const established = await server.event('established');
    assert.deepEqual([established.version, established.resumed], ['TLSv1.3', false]);
  });

  test('an identity that is named and not proved counts for nothing', async (t) => {
    const { server: own } = await issued();
    const server = await secureServer(t, { own: () => own, psk });
    // TLS 1.3 with a hash that the key can't be used with: the server goes on by certificate
    foreign(t, server, 'TLSv1.3', { ciphers: 'TLS_AES_256_GCM_SHA384' });
    const established = await server.event('established');
    assert.deepEqual([established.version, established.identity], ['TLSv1.3', undefined]);
    assert.equal((await server.peer()).identity, undefined);
  });

  test('where keys are offered no session is taken up: it ends with its key', async (t) => {
    const held: { key: Uint8Array | undefined } = { key: KEY };
    const server = await secureServer(t, { psk: () => held.key });
    const first = foreign(t, server, 'TLSv1.2');
    await server.peer();
    const session = first.getSession();
    held.key = undefined;
    const { host, port } = server.channel.local;
    const again = connectTls({
      ...{
        host,
        port,
        rejectUnauthorized: false,
        maxVersion: 'TLSv1.2',
        ciphers: 'PSK-AES128-CCM8:@SECLEVEL=0',
      },
      ...(session ? { session } : {}),
      pskCallback: () => ({ psk: KEY, identity: 'device-1' }),
    });
    again.on('error', () => undefined);
    t.after(() => again.destroy());
    assert.equal((await server.event('failed')).code, 'UNKNOWN_PSK_IDENTITY');
  });
});

describe('a runtime without TLS-PSK', () => {
  test('keys alone are refused by name, on both sides', async () => {
    const without = tlsOpener(STREAM_LIMITS, WITHOUT);
    await assert.rejects(without.open(LOOPBACK, { psk }), (error: Error & { next?: string }) => {
      assert.equal((error as { code?: string }).code, 'TLS_PSK_MISSING');
      assert.match(error.message, /Electron\/BoringSSL/);
      assert.match(error.next ?? '', /coaps over UDP/);
      return true;
    });
    assert.equal(
      thrownCode(() => without.connect({ ownPsk })),
      'TLS_PSK_MISSING',
    );
  });

  test('beside a certificate, keys are not offered', async (t) => {
    const { server: own, judge } = await issued();
    const channel = await tlsOpener(STREAM_LIMITS, WITHOUT).open(LOOPBACK, { own: () => own, psk });
    t.after(() => channel.close());
    const contexts = new TlsContexts({ ownPsk, judge }, 'client', WITHOUT);
    assert.equal(contexts.psk, false);
    const client = secureClient(t, { judge });
    const peer = client.channel.peerAt(channel.local);
    channel.onMessage(({ bytes, peer: from }) => channel.send(bytes, from));
    client.channel.send(hello, peer);
    await client.bytes(peer, 5);
  });

  test('this one has it, and opens a listener of keys alone', async () => {
    const channel = await channelOpener().open('coaps+tcp', LOOPBACK, { psk });
    await channel.close();
  });
});
