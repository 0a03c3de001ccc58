import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toHex } from '../../../src/base/bytes';
import { KEY } from '../../unit/transport/tlsScene';
import { requirePeer } from '../peers/required';
import { Talker, echo, gnutls, gnutlsServer, greet, issuedFiles, secureClient, secureServer } from './peers';

const psk = (identity: string) => (identity === 'device-1' ? KEY : undefined);
const VERSIONS = ['1.2', '1.3'] as const;

describe('gnutls', () => {
  for (const version of VERSIONS)
    test(`gnutls-cli with a certificate of its own, TLS ${version}`, async (t) => {
      const file = requirePeer(t, gnutls());
      if (!file) return;
      const { server: own, judge, authorityFile, deviceFiles } = await issuedFiles(t);
      const server = await secureServer(t, { own: () => own, judge, certificateRequired: true });
      echo(server.channel);
      const client = new Talker(t, file, [
        ...['--x509cafile', authorityFile, '--port', String(server.channel.local.port)],
        ...['--x509certfile', deviceFiles.certificate, '--x509keyfile', deviceFiles.key],
        ...['--priority', `NORMAL:-VERS-ALL:+VERS-TLS${version}`, '127.0.0.1'],
      ]);
      await client.hears(/Handshake was completed/);
      client.say('hello\n');
      await client.hears(/device-1: hello/);
      assert.equal((await server.event('established')).version, `TLSv${version}`);
    });

  for (const [kx, cipher] of [
    ['PSK', 'AES-128-CCM-8'],
    ['PSK', 'AES-128-GCM'],
    ['PSK', 'AES-128-CBC'],
  ])
    test(`gnutls-cli with a key, ${kx} and ${cipher}`, async (t) => {
      const file = requirePeer(t, gnutls());
      if (!file) return;
      const server = await secureServer(t, { psk });
      echo(server.channel);
      const client = new Talker(t, file, [
        ...['--pskusername', 'device-1', '--pskkey', toHex(KEY), '--port', String(server.channel.local.port)],
        '--priority',
        `NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+${kx}:-CIPHER-ALL:+${cipher}:+SHA256`,
        '127.0.0.1',
      ]);
      await client.hears(/Handshake was completed/);
      client.say('hello\n');
      await client.hears(/device-1: hello/);
    });

  test('gnutls-cli with a key in TLS 1.3', async (t) => {
    const file = requirePeer(t, gnutls());
    if (!file) return;
    const server = await secureServer(t, { psk });
    echo(server.channel);
    const client = new Talker(t, file, [
      ...['--pskusername', 'device-1', '--pskkey', toHex(KEY), '--port', String(server.channel.local.port)],
      ...['--priority', 'NORMAL:-VERS-ALL:+VERS-TLS1.3:+ECDHE-PSK:+PSK', '127.0.0.1'],
    ]);
    await client.hears(/Handshake was completed/);
    client.say('hello\n');
    await client.hears(/device-1: hello/);
  });

  for (const version of VERSIONS)
    test(`gnutls-serv that asks for our certificate, TLS ${version}`, async (t) => {
      const file = requirePeer(t, gnutlsServer());
      if (!file) return;
      const { device, judge, authorityFile, serverFiles } = await issuedFiles(t);
      const port = version === '1.2' ? 25_880 : 25_881;
      const server = new Talker(t, file, [
        ...['--echo', '--port', String(port), '--x509cafile', authorityFile, '--require-client-cert'],
        ...['--x509certfile', serverFiles.certificate, '--x509keyfile', serverFiles.key],
        ...['--priority', `NORMAL:-VERS-ALL:+VERS-TLS${version}`],
      ]);
      // What it says before "done" it says before it listens.
      await server.hears(/listening on IPv4 .*done/);
      const client = secureClient(t, { own: () => device, judge });
      const peer = greet(client, port);
      await client.bytes(peer, 14);
      assert.equal(client.text(peer), 'hello from us\n');
      assert.equal((await client.event('established')).version, `TLSv${version}`);
    });
});
