import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { decodeUtf8Lenient, encodeUtf8 } from '../../../src/base/bytes';
import type { DtlsSettings } from '../../../src/dtls/settings';
import { requirePeer } from '../peers/required';
import { authority, judgeOf } from './certificates';
import {
  IDENTITY,
  KEY_HEX,
  Talker,
  clientWithKey,
  eventually,
  only,
  openDtls,
  program,
  temporary,
} from './peers';

const CIPHERS = { CCM_8: 'AES-128-CCM-8', CCM: 'AES-128-CCM', GCM: 'AES-128-GCM', CBC_SHA256: 'AES-128-CBC' };
const priority = (cipher: keyof typeof CIPHERS, exchange: string, more = '') => [
  '--priority',
  `NONE:+VERS-DTLS1.2:+${CIPHERS[cipher]}:+${exchange}:+SHA256:+AEAD:+SIGN-ALL:+COMP-NULL:+GROUP-SECP256R1${more}`,
];

const gnutlsServ = () => program('gnutls-serv', 'gnutls-bin');
let port = 25_770;

/** Our client says hello to an echoing gnutls-serv and hears it again; gives what was agreed. */
async function greets(
  t: TestContext,
  file: string,
  serving: readonly string[],
  client: Pick<DtlsSettings, 'client' | 'suites' | 'maxDatagram'>,
) {
  const at = ++port;
  const server = new Talker(t, file, ['--udp', '--echo', '-p', String(at), ...serving]);
  await server.hears(/listening on .*done/i);
  const { channel, events } = await openDtls(t, client);
  const heard: string[] = [];
  channel.onMessage(({ bytes }) => void heard.push(decodeUtf8Lenient(bytes)));
  const peer = channel.peerAt({ host: '127.0.0.1', port: at });
  channel.send(encodeUtf8('hello from us\n'), peer);
  await eventually(
    () => heard.find((text) => text.includes('hello from us')),
    () => `${server.output}\n${JSON.stringify(events)}`,
  );
  const facts = events.flatMap((e) => (e.kind === 'established' ? [e.facts] : []));
  return { facts: facts[0] ?? assert.fail(), output: server.output, peer };
}

describe('gnutls-serv', () => {
  for (const [id, cipher, exchange] of [
    [0xc0a8, 'CCM_8', 'PSK'],
    [0xc0a4, 'CCM', 'PSK'],
    [0x00a8, 'GCM', 'PSK'],
    [0x00ae, 'CBC_SHA256', 'PSK'],
    // the one suite of ECDHE_PSK that it has and we have
    [0xc037, 'CBC_SHA256', 'ECDHE-PSK'],
  ] as const) {
    test(`${exchange}, ${cipher}`, async (t) => {
      const file = requirePeer(t, gnutlsServ());
      if (!file) return;
      const keys = path.join(temporary(t), 'keys');
      writeFileSync(keys, `${IDENTITY}:${KEY_HEX}\n`);
      const { facts } = await greets(t, file, ['--pskpasswd', keys, ...priority(cipher, exchange)], {
        ...clientWithKey,
        suites: only(id),
      });
      assert.equal(facts.suite.id, id);
      assert.equal(facts.extendedMasterSecret, true);
      assert.equal(facts.encryptThenMac, cipher === 'CBC_SHA256');
    });
  }

  for (const [id, cipher] of [
    [0xc0ae, 'CCM_8'],
    [0xc0ac, 'CCM'],
    [0xc02b, 'GCM'],
    [0xc023, 'CBC_SHA256'],
  ] as const) {
    test(`certificates on both sides, ${cipher}`, async (t) => {
      const file = requirePeer(t, gnutlsServ());
      const openssl = requirePeer(t, program('openssl', 'openssl'));
      if (!file || !openssl) return;
      const { authorityFile, server, device } = await authority(t, openssl);
      const serving = [
        ...['--x509certfile', server.certificateFile, '--x509keyfile', server.keyFile],
        ...['--x509cafile', authorityFile, '--require-client-cert', '--verify-client-cert'],
      ];
      const { facts, peer } = await greets(t, file, [...serving, ...priority(cipher, 'ECDHE-ECDSA')], {
        client: { certificate: device.own, judge: judgeOf(authorityFile) },
        suites: only(id),
      });
      assert.equal(facts.suite.id, id);
      assert.equal(peer.identity, 'server');
    });
  }

  test('raw public keys on both sides', async (t) => {
    const file = requirePeer(t, gnutlsServ());
    const openssl = requirePeer(t, program('openssl', 'openssl'));
    if (!file || !openssl) return;
    const { authorityFile, server, device } = await authority(t, openssl);
    const serving = [
      ...['--rawpkkeyfile', server.keyFile, '--rawpkfile', server.publicKeyFile, '--require-client-cert'],
      ...priority('CCM_8', 'ECDHE-ECDSA', ':+CTYPE-CLI-RAWPK:+CTYPE-SRV-RAWPK'),
    ];
    const { facts, peer } = await greets(t, file, serving, {
      client: {
        certificate: { ...device.own, chain: [] },
        judge: judgeOf(authorityFile, { server: server.own }),
      },
      suites: only(0xc0ae),
    });
    assert.equal(facts.identity.kind === 'certificate' && facts.identity.presented.kind, 'rawPublicKey');
    assert.equal(peer.identity, 'server');
  });
});
