import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeUtf8Lenient, encodeUtf8 } from '../../../src/base/bytes';
import { requirePeer } from '../peers/required';
import { authority, judgeOf } from './certificates';
import { Talker, eventually, only, openDtls, program } from './peers';

const SUITES = [
  ['ECDHE-ECDSA-AES128-CCM8', 0xc0ae],
  ['ECDHE-ECDSA-AES128-CCM', 0xc0ac],
  ['ECDHE-ECDSA-AES128-GCM-SHA256', 0xc02b],
  ['ECDHE-ECDSA-AES128-SHA256', 0xc023],
] as const;

const openssl = () => program('openssl', 'openssl');
const cipher = (name: string) => ['-cipher', `${name}:@SECLEVEL=0`];

describe('X.509 with openssl', () => {
  for (const [name, id] of SUITES) {
    test(`s_client with a certificate of its own, ${name}`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const { authorityFile, server, device } = await authority(t, file);
      const { channel, events } = await openDtls(t, {
        server: { certificate: server.own, judge: judgeOf(authorityFile), certificateRequired: true },
      });
      channel.onMessage(({ bytes, peer }) => {
        channel.send(encodeUtf8(`${peer.identity}: ${decodeUtf8Lenient(bytes)}`), peer);
      });
      const client = new Talker(t, file, [
        ...['s_client', '-dtls1_2', '-connect', `127.0.0.1:${channel.local.port}`],
        ...['-cert', device.certificateFile, '-key', device.keyFile, '-CAfile', authorityFile],
        ...['-verify_return_error', ...cipher(name)],
      ]);
      await client.hears(/Verify return code: 0 \(ok\)/);
      client.say('hello\n');
      await client.hears(/device-1: hello/);
      const established = events.find((e) => e.kind === 'established');
      assert.equal(established?.kind === 'established' && established.facts.suite.id, id);
    });

    test(`s_server that asks for our certificate, ${name}`, async (t) => {
      const file = requirePeer(t, openssl());
      if (!file) return;
      const { authorityFile, server, device } = await authority(t, file);
      const port = 25_730 + SUITES.findIndex((s) => s[1] === id);
      const talker = new Talker(t, file, [
        ...['s_server', '-dtls1_2', '-accept', `127.0.0.1:${port}`, '-listen'],
        ...['-cert', server.certificateFile, '-key', server.keyFile, '-CAfile', authorityFile],
        ...['-Verify', '2', '-verify_return_error', ...cipher(name)],
      ]);
      await talker.hears(/ACCEPT/);
      const { channel, events } = await openDtls(t, {
        client: { certificate: device.own, judge: judgeOf(authorityFile) },
        suites: only(id),
      });
      const heard: string[] = [];
      channel.onMessage(({ bytes }) => void heard.push(decodeUtf8Lenient(bytes)));
      const peer = channel.peerAt({ host: '127.0.0.1', port });
      channel.send(encodeUtf8('hello from us\n'), peer);
      await talker.hears(/hello from us/);
      assert.match(talker.output, /subject=.*CN\s*=\s*device-1/);
      talker.say('hello from there\n');
      await eventually(
        () => heard.find((text) => text.includes('hello from there')),
        () => talker.output + JSON.stringify(events),
      );
      assert.equal(peer.identity, 'server');
    });
  }

  test('s_client without a certificate is refused where one is required', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { authorityFile, server } = await authority(t, file);
    const { channel, events } = await openDtls(t, {
      server: { certificate: server.own, judge: judgeOf(authorityFile), certificateRequired: true },
    });
    const client = new Talker(t, file, [
      ...['s_client', '-dtls1_2', '-connect', `127.0.0.1:${channel.local.port}`],
      ...['-CAfile', authorityFile, ...cipher('ECDHE-ECDSA-AES128-CCM8')],
    ]);
    await client.hears(/alert number 40/);
    assert.deepEqual(
      events.flatMap((e) => (e.kind === 'failed' ? [e.failure] : [])),
      [{ kind: 'certificateRefused', reason: 'the client has none' }],
    );
  });
});

describe('gnutls', () => {
  const priority = (cipherName: string, exchange: string, more = '') =>
    `NONE:+VERS-DTLS1.2:+${cipherName}:+${exchange}:+SHA256:+AEAD:+SIGN-ALL:+COMP-NULL:+GROUP-SECP256R1${more}`;

  for (const [name, cipherName] of [
    ['CCM_8', 'AES-128-CCM-8'],
    ['CCM', 'AES-128-CCM'],
    ['GCM', 'AES-128-GCM'],
    ['CBC_SHA256', 'AES-128-CBC'],
  ] as const) {
    // the one suite of ECDHE_PSK that it has and we have is CBC's
    for (const exchange of ['ECDHE-ECDSA', 'PSK', ...(name === 'CBC_SHA256' ? ['ECDHE-PSK'] : [])]) {
      test(`gnutls-cli, ${exchange} ${name}`, async (t) => {
        const file = requirePeer(t, program('gnutls-cli', 'gnutls-bin'));
        const maker = requirePeer(t, openssl());
        if (!file || !maker) return;
        const { authorityFile, server, device } = await authority(t, maker);
        const { channel, events } = await openDtls(t, {
          server: {
            psk: () => encodeUtf8('sixteen byte key'),
            certificate: server.own,
            judge: judgeOf(authorityFile),
          },
        });
        channel.onMessage(({ bytes, peer }) => {
          channel.send(encodeUtf8(`${peer.identity}: ${decodeUtf8Lenient(bytes)}`), peer);
        });
        const secured =
          exchange !== 'ECDHE-ECDSA'
            ? ['--pskusername', 'device-1', '--pskkey', Buffer.from('sixteen byte key').toString('hex')]
            : ['--x509cafile', authorityFile, '--x509certfile', device.certificateFile];
        const client = new Talker(t, file, [
          ...['--udp', '-p', String(channel.local.port), '--priority', priority(cipherName, exchange)],
          ...secured,
          ...(exchange === 'ECDHE-ECDSA' ? ['--x509keyfile', device.keyFile, '--no-ca-verification'] : []),
          '127.0.0.1',
        ]);
        // observed: gnutls-cli 3.7.9 crashes as it describes a session of ECDHE_PSK, which it has then made
        if (exchange === 'ECDHE-PSK') {
          const made = () => events.find((e) => e.kind === 'established' && e.facts.suite.id === 0xc037);
          await eventually(made, () => client.output + JSON.stringify(events));
          return;
        }
        await client.hears(/Handshake was completed/);
        client.say('hello\n');
        await client.hears(/device-1: hello/);
        const established = events.find((e) => e.kind === 'established');
        assert.equal(established?.kind === 'established' && established.facts.suite.cipher, name);
      });
    }
  }

  test('gnutls-cli with raw public keys on both sides', async (t) => {
    const file = requirePeer(t, program('gnutls-cli', 'gnutls-bin'));
    const maker = requirePeer(t, openssl());
    if (!file || !maker) return;
    const { authorityFile, server, device } = await authority(t, maker);
    const { channel, events } = await openDtls(t, {
      server: {
        certificate: server.own,
        judge: judgeOf(authorityFile, { 'device-1': device.own }),
        certificateRequired: true,
      },
    });
    channel.onMessage(({ bytes, peer }) => {
      channel.send(encodeUtf8(`${peer.identity}: ${decodeUtf8Lenient(bytes)}`), peer);
    });
    const client = new Talker(t, file, [
      ...['--udp', '-p', String(channel.local.port), '--no-ca-verification'],
      ...['--priority', priority('AES-128-CCM-8', 'ECDHE-ECDSA', ':+CTYPE-CLI-RAWPK:+CTYPE-SRV-RAWPK')],
      ...['--rawpkkeyfile', device.keyFile, '--rawpkfile', device.publicKeyFile],
      '127.0.0.1',
    ]);
    await client.hears(/Handshake was completed/);
    client.say('hello\n');
    await client.hears(/device-1: hello/);
    const facts = events.flatMap((e) => (e.kind === 'established' ? [e.facts] : []))[0];
    assert.equal(facts?.identity.kind === 'certificate' && facts.identity.presented.kind, 'rawPublicKey');
  });
});
