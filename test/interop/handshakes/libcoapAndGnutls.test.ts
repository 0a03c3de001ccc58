import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { certifyServer, createAuthority } from '../../../src/security/authority';
import { nodeClock } from '../../../src/transport/nodeClock';
import { Talker, eventually, program, temporary } from '../dtls/peers';
import { requirePeer } from '../peers/required';
import { KEY, files, openServer } from './secured';

const text = new TextDecoder().decode(KEY);

for (const library of ['openssl', 'gnutls'] as const) {
  const client = () => program(`coap-client-${library}`, 'libcoap3-bin');
  describe(`coap-client-${library}`, () => {
    test('plain CoAP to the secured port', async (t) => {
      const file = requirePeer(t, client());
      if (!file) return;
      const server = await openServer(t);
      new Talker(t, file, ['-m', 'post', '-B', '5', `coap://127.0.0.1:${server.port}/rd?ep=dev9&lt=60`]);
      const { verdict, endpoint } = await server.verdict('PLAIN_ON_SECURE_PORT');
      assert.equal(endpoint, 'dev9');
      assert.match(verdict?.message ?? '', /POST \/rd/);
    });

    test('the digits of the key in place of its bytes', async (t) => {
      const file = requirePeer(t, client());
      if (!file) return;
      const server = await openServer(t);
      new Talker(t, file, ['-k', toHex(KEY), '-u', 'dev1', `coaps://127.0.0.1:${server.port}/`]);
      const { verdict } = await server.verdict('WRONG_KEY');
      assert.match(verdict?.message ?? '', /hexadecimal digits for text/);
    });

    test('an identity nobody has', async (t) => {
      const file = requirePeer(t, client());
      if (!file) return;
      const server = await openServer(t);
      new Talker(t, file, ['-k', text, '-u', 'dev1 ', `coaps://127.0.0.1:${server.port}/`]);
      await server.verdict('UNKNOWN_IDENTITY');
    });

    test('DTLS to the plain port', async (t) => {
      const file = requirePeer(t, client());
      if (!file) return;
      const server = await openServer(t);
      new Talker(t, file, ['-B', '5', '-k', text, '-u', 'dev1', `coaps://127.0.0.1:${server.plainPort}/`]);
      const { offered } = await server.verdict('SECURE_ON_PLAIN_PORT');
      assert.ok((offered?.length ?? 0) > 0);
    });
  });
}

describe('gnutls-cli', () => {
  const gnutls = () => program('gnutls-cli', 'gnutls-bin');

  test('a key with a line break', async (t) => {
    const file = requirePeer(t, gnutls());
    if (!file) return;
    const server = await openServer(t);
    new Talker(t, file, [
      ...['--udp', '-p', String(server.port), '--pskusername', 'dev1'],
      ...['--pskkey', toHex(encodeUtf8(`${text}\n`))],
      ...['--priority', 'NONE:+VERS-DTLS1.2:+AES-128-CCM-8:+PSK:+AEAD:+SIGN-ALL:+COMP-NULL', '127.0.0.1'],
    ]);
    const { verdict } = await server.verdict('WRONG_KEY');
    assert.match(verdict?.message ?? '', /line break/);
  });

  test('an authority it does not know', async (t) => {
    const file = requirePeer(t, gnutls());
    if (!file) return;
    const authority = await createAuthority(nodeClock);
    const certificate = await certifyServer(authority, ['127.0.0.1'], nodeClock);
    const server = await openServer(t, { authority, certificate });
    const other = files(temporary(t), 'other', await createAuthority(nodeClock, 'another'));
    const client = new Talker(t, file, [
      ...['--udp', '-p', String(server.port), '--x509cafile', other.certificateFile],
      ...['--priority', 'NORMAL:-VERS-ALL:+VERS-DTLS1.2', '127.0.0.1'],
    ]);
    await client.hears(/Status: The certificate is NOT trusted/);
    const failed = await eventually(
      () => server.trace.attempts().find(({ verdict }) => verdict),
      () => JSON.stringify(server.trace.attempts()) + client.output,
    );
    assert.match(failed.verdict?.code ?? '', /^CERTIFICATE_|PEER_ALERT/);
  });

  test('DTLS 1.0', async (t) => {
    const file = requirePeer(t, gnutls());
    if (!file) return;
    const server = await openServer(t);
    new Talker(t, file, [
      ...['--udp', '-p', String(server.port), '--pskusername', 'dev1', '--pskkey', toHex(KEY)],
      ...['--priority', 'NONE:+VERS-DTLS1.0:+AES-128-CBC:+SHA1:+PSK:+SIGN-ALL:+COMP-NULL', '127.0.0.1'],
    ]);
    const { verdict } = await server.verdict('NO_COMMON_SUITE');
    assert.match(verdict?.message ?? '', /DTLS 1\.0/);
  });
});
