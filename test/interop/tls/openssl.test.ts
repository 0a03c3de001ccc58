import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { toHex } from '../../../src/base/bytes';
import { KEY } from '../../unit/transport/tlsScene';
import { requirePeer } from '../peers/required';
import { Talker, echo, greet, issuedFiles, openssl, secureClient, secureServer } from './peers';

const psk = (identity: string) => (identity === 'device-1' ? KEY : undefined);
const ownPsk = { identity: 'device-1', key: KEY };
const withKey = ['-psk', toHex(KEY), '-psk_identity', 'device-1'];
const connect = (port: number) => ['s_client', '-connect', `127.0.0.1:${port}`];

const SUITES = [
  ['-tls1_2', 'ECDHE-ECDSA-AES128-CCM8'],
  ['-tls1_2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['-tls1_2', 'ECDHE-ECDSA-AES128-SHA256'],
  ['-tls1_3', 'TLS_AES_128_GCM_SHA256'],
  ['-tls1_3', 'TLS_AES_128_CCM_8_SHA256'],
] as const;
const KEY_SUITES = ['PSK-AES128-CCM8', 'PSK-AES128-GCM-SHA256', 'PSK-AES128-CBC-SHA256'] as const;

const suite = (version: string, name: string) =>
  version === '-tls1_3' ? ['-ciphersuites', name] : ['-cipher', `${name}:@SECLEVEL=0`];

describe('openssl s_client', () => {
  for (const [version, name] of SUITES)
    test(`with a certificate of its own, ${name}`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const { server: own, judge, authorityFile, deviceFiles } = await issuedFiles(t);
      const server = await secureServer(t, { own: () => own, judge, certificateRequired: true });
      echo(server.channel);
      const client = new Talker(t, file, [
        ...[...connect(server.channel.local.port), version, ...suite(version, name)],
        ...['-cert', deviceFiles.certificate, '-key', deviceFiles.key, '-CAfile', authorityFile],
        ...['-verify_return_error', '-verify_ip', '127.0.0.1'],
      ]);
      await client.hears(/Verif(y return code: 0|ication: OK)/);
      client.say('hello\n');
      await client.hears(/device-1: hello/);
      assert.equal((await server.event('established')).suite, name);
    });

  test('without a certificate where one is required', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { server: own, judge } = await issuedFiles(t);
    const server = await secureServer(t, { own: () => own, judge, certificateRequired: true });
    const client = new Talker(t, file, connect(server.channel.local.port));
    assert.equal((await server.event('failed')).code, 'CERTIFICATE_MISSING');
    await client.ended();
  });

  test('that does not trust our authority says so, and we tell it', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { server: own, deviceFiles } = await issuedFiles(t);
    const server = await secureServer(t, { own: () => own });
    new Talker(t, file, [
      ...connect(server.channel.local.port),
      ...['-verify_return_error', '-CAfile', deviceFiles.certificate],
    ]);
    assert.match((await server.event('failed')).code, /^ERR_SSL_TLSV1_ALERT_UNKNOWN_CA$/);
  });

  for (const version of ['-tls1_2', '-tls1_3'])
    test(`takes its session up again, ${version}`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const { server: own, judge, folder, deviceFiles } = await issuedFiles(t);
      const server = await secureServer(t, { own: () => own, judge, certificateRequired: true });
      echo(server.channel);
      const session = path.join(folder, 'session');
      const args = [...connect(server.channel.local.port), version];
      const certificate = ['-cert', deviceFiles.certificate, '-key', deviceFiles.key];
      const first = new Talker(t, file, [...args, ...certificate, '-sess_out', session]);
      first.say('one\n');
      await first.hears(/device-1: one/);
      first.say('Q\n');
      await first.ended();
      const second = new Talker(t, file, [...args, ...certificate, '-sess_in', session]);
      await second.hears(/Reused, /);
      second.say('two\n');
      await second.hears(/device-1: two/);
      assert.equal((await server.event('established', 1)).resumed, true);
    });

  for (const name of KEY_SUITES)
    test(`with a key, ${name}, beside certificates`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const { server: own, judge } = await issuedFiles(t);
      const server = await secureServer(t, { own: () => own, judge, psk, certificateRequired: true });
      echo(server.channel);
      const client = new Talker(t, file, [
        ...[...connect(server.channel.local.port), '-tls1_2', ...withKey],
        ...suite('-tls1_2', name),
      ]);
      client.say('hello\n');
      await client.hears(/device-1: hello/);
      assert.equal((await server.event('established')).suite, name);
    });

  test('with a key in TLS 1.3', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await secureServer(t, { psk });
    echo(server.channel);
    const client = new Talker(t, file, [...connect(server.channel.local.port), '-tls1_3', ...withKey]);
    client.say('hello\n');
    await client.hears(/device-1: hello/);
  });

  test('with a key that is another, and with an identity that is not known', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await secureServer(t, { psk });
    const args = [...connect(server.channel.local.port), '-tls1_2', ...suite('-tls1_2', KEY_SUITES[0])];
    const wrong = new Talker(t, file, [...args, '-psk', '00112233', '-psk_identity', 'device-1']);
    await wrong.hears(/alert number 20/);
    const failed = await server.event('failed');
    assert.deepEqual([failed.code, failed.identity], ['ERR_SSL_CIPHER_OPERATION_FAILED', 'device-1']);
    const unknown = new Talker(t, file, [...args, '-psk', toHex(KEY), '-psk_identity', 'device-2']);
    await unknown.hears(/alert number 115/);
    assert.equal((await server.event('failed', 1)).code, 'UNKNOWN_PSK_IDENTITY');
  });

  test('that asks for a renegotiation gets none, and keeps its connection', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { server: own } = await issuedFiles(t);
    const server = await secureServer(t, { own: () => own });
    const client = new Talker(t, file, [...connect(server.channel.local.port), '-tls1_2']);
    await client.hears(/Verify return code/);
    client.say('R\n');
    await client.hears(/no renegotiation/i);
    assert.equal(server.events.length, 1);
  });
});

describe('openssl s_server', () => {
  for (const [index, [version, name]] of SUITES.entries())
    test(`that asks for our certificate, ${name}`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const { device, judge, authorityFile, serverFiles } = await issuedFiles(t);
      const port = 25_860 + index;
      const server = new Talker(t, file, [
        ...['s_server', '-accept', `127.0.0.1:${port}`, version, ...suite(version, name)],
        ...['-cert', serverFiles.certificate, '-key', serverFiles.key, '-CAfile', authorityFile],
        ...['-Verify', '2', '-verify_return_error'],
      ]);
      await server.hears(/ACCEPT/);
      const client = secureClient(t, { own: () => device, judge });
      const peer = greet(client, port);
      await server.hears(/hello from us/);
      server.say('hello from there\n');
      await client.bytes(peer, 17);
      assert.equal(client.text(peer), 'hello from there\n');
      assert.equal(peer.identity, '127.0.0.1');
      assert.equal((await client.event('established')).suite, name);
    });

  for (const version of ['-tls1_2', '-tls1_3'])
    test(`that refuses our certificate, ${version}`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const { expired, judge, authorityFile, serverFiles } = await issuedFiles(t);
      const port = version === '-tls1_2' ? 25_870 : 25_871;
      const server = new Talker(t, file, [
        ...['s_server', '-accept', `127.0.0.1:${port}`, version],
        ...['-cert', serverFiles.certificate, '-key', serverFiles.key, '-CAfile', authorityFile],
        ...['-Verify', '2', '-verify_return_error'],
      ]);
      await server.hears(/ACCEPT/);
      const client = secureClient(t, { own: () => expired, judge });
      greet(client, port);
      const { error } = await client.fault();
      assert.equal(error.code, 'TLS_REFUSED');
      assert.match(error.message, /alert certificate expired/);
      assert.match((await client.event('failed')).code, /ALERT_CERTIFICATE_EXPIRED/);
    });

  for (const [index, name] of KEY_SUITES.entries())
    test(`with our key, ${name}`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const port = 25_875 + index;
      const server = new Talker(t, file, [
        ...['s_server', '-accept', `127.0.0.1:${port}`, '-nocert', '-psk', toHex(KEY)],
        ...['-psk_identity', 'device-1', '-tls1_2', ...suite('-tls1_2', name)],
      ]);
      await server.hears(/ACCEPT/);
      const client = secureClient(t, { ownPsk });
      const peer = greet(client, port);
      await server.hears(/hello from us/);
      server.say('hello from there\n');
      await client.bytes(peer, 17);
      assert.equal((await client.event('established')).suite, name);
    });
});
