import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { decodeUtf8Lenient, encodeUtf8 } from '../../../src/base/bytes';
import { Alerts } from '../../../src/dtls/alert';
import { requirePeer } from '../peers/required';
import {
  IDENTITY,
  KEY_HEX,
  Talker,
  clientWithKey,
  eventually,
  only,
  openDtls,
  program,
  serverWithKey,
  temporary,
} from './peers';

const SUITES = [
  ['PSK-AES128-CCM8', 0xc0a8],
  ['PSK-AES128-CCM', 0xc0a4],
  ['PSK-AES128-GCM-SHA256', 0x00a8],
  ['PSK-AES128-CBC-SHA256', 0x00ae],
  ['ECDHE-PSK-AES128-CBC-SHA256', 0xc037],
] as const;

const openssl = () => program('openssl', 'openssl');
/** OpenSSL counts a tag of eight bytes as weak. */
const cipher = (name: string) => ['-cipher', `${name}:@SECLEVEL=0`];
const credentials = (key = KEY_HEX, identity = IDENTITY) => ['-psk', key, '-psk_identity', identity];
const connect = (port: number) => ['s_client', '-dtls1_2', '-connect', `127.0.0.1:${port}`];

describe('openssl s_client', () => {
  for (const [name, id] of SUITES) {
    test(`${name}: a handshake, and a line each way`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const { channel, events } = await openDtls(t, serverWithKey);
      channel.onMessage(({ bytes, peer }) => {
        assert.equal(peer.identity, IDENTITY);
        channel.send(encodeUtf8(`echo ${decodeUtf8Lenient(bytes)}`), peer);
      });
      const client = new Talker(t, file, [...connect(channel.local.port), ...credentials(), ...cipher(name)]);
      await client.hears(/Cipher\s*:\s*\S+/);
      client.say('hello\n');
      await client.hears(/echo hello/);
      const established = events.find((e) => e.kind === 'established');
      assert.equal(established?.kind === 'established' && established.facts.suite.id, id);
      assert.match(client.output, /Extended master secret: yes/);
      assert.match(client.output, /Secure Renegotiation IS supported/);
    });
  }

  test('takes its session up again', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const session = path.join(temporary(t), 'session');
    const { channel, events } = await openDtls(t, serverWithKey);
    const args = [...connect(channel.local.port), ...credentials(), ...cipher('PSK-AES128-CCM8')];
    const first = new Talker(t, file, [...args, '-sess_out', session]);
    await first.hears(/Verify return code/);
    first.say('Q\n');
    await first.ended();
    const second = new Talker(t, file, [...args, '-sess_in', session]);
    await second.hears(/Reused, /);
    const facts = await eventually(
      () => events.flatMap((e) => (e.kind === 'established' ? [e.facts] : []))[1],
      () => JSON.stringify(events),
    );
    assert.equal(facts.resumed, true);
  });

  test('that wants to renegotiate is refused with an alert', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { channel, events } = await openDtls(t, serverWithKey);
    const client = new Talker(t, file, [
      ...connect(channel.local.port),
      ...credentials(),
      ...cipher('PSK-AES128-CCM8'),
    ]);
    await client.hears(/Verify return code/);
    client.say('R\n');
    await client.hears(/no renegotiation/i);
    assert.equal(events.filter((e) => e.kind === 'renegotiationRefused').length, 1);
    assert.equal(events.filter((e) => e.kind === 'established').length, 1);
  });

  test('of an unknown identity is told so', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { channel, events } = await openDtls(t, serverWithKey);
    const client = new Talker(t, file, [
      ...connect(channel.local.port),
      ...credentials(KEY_HEX, 'device-2'),
      ...cipher('PSK-AES128-CCM8'),
    ]);
    await client.hears(/alert number 115/);
    const failed = events.find((e) => e.kind === 'failed');
    assert.equal(failed?.kind === 'failed' && failed.failure.kind, 'unknownIdentity');
  });

  test('with another key: the record opens with that key and no other', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { channel, events } = await openDtls(t, serverWithKey);
    const wrong = encodeUtf8('another key here');
    const client = new Talker(t, file, [
      ...connect(channel.local.port),
      ...credentials(Buffer.from(wrong).toString('hex')),
      ...cipher('PSK-AES128-CCM8'),
    ]);
    await client.hears(/alert number 20|bad record mac/i);
    const unverified = events.find((e) => e.kind === 'unverified');
    assert.ok(unverified?.kind === 'unverified');
    assert.equal(unverified.opensWith(wrong), true);
    assert.equal(unverified.opensWith(encodeUtf8('a third key, too')), false);
    const failed = events.find((e) => e.kind === 'failed');
    assert.deepEqual(failed?.kind === 'failed' && [failed.failure.kind, failed.alert], [
      'wrongKey',
      Alerts.BAD_RECORD_MAC,
    ]);
  });

  test('with no suite of ours: both sides of the disagreement are told', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { channel, events } = await openDtls(t, { ...serverWithKey, suites: only(0xc0a8) });
    const client = new Talker(t, file, [
      ...connect(channel.local.port),
      ...credentials(),
      ...cipher('PSK-AES128-GCM-SHA256'),
    ]);
    await client.hears(/alert number 40/);
    const failed = events.find((e) => e.kind === 'failed');
    assert.ok(failed?.kind === 'failed' && failed.failure.kind === 'noCommonSuite');
    assert.deepEqual(failed.failure.enabled, [0xc0a8]);
    assert.ok(failed.failure.offered.includes(0x00a8));
  });
});

describe('openssl s_server', () => {
  for (const [name, id] of SUITES) {
    test(`${name}: a handshake, and a line each way`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const port = 25_800 + (id & 0xff);
      const server = new Talker(t, file, [
        's_server',
        '-dtls1_2',
        '-accept',
        `127.0.0.1:${port}`,
        '-nocert',
        '-listen',
        '-psk',
        KEY_HEX,
        ...cipher(name),
      ]);
      await server.hears(/ACCEPT/);
      const { channel, events } = await openDtls(t, { ...clientWithKey, suites: only(id) });
      const heard: string[] = [];
      channel.onMessage(({ bytes }) => void heard.push(decodeUtf8Lenient(bytes)));
      channel.send(encodeUtf8('hello from us\n'), channel.peerAt({ host: '127.0.0.1', port }));
      await server.hears(/hello from us/);
      server.say('hello from there\n');
      await eventually(
        () => heard.find((text) => text.includes('hello from there')),
        () => server.output + JSON.stringify(events),
      );
    });
  }
});
