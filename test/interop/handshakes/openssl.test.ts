import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { certifyDevice, certifyServer, createAuthority } from '../../../src/security/authority';
import { nodeClock } from '../../../src/transport/nodeClock';
import { Talker, eventually, program, temporary } from '../dtls/peers';
import { requirePeer } from '../peers/required';
import { DAY, KEY, files, openServer, shifted, type Holding } from './secured';

const openssl = () => program('openssl', 'openssl');
const PSK = 'PSK-AES128-CCM8';

/** s_client towards a port, with a pre-shared key or whatever is told. */
const connect = (t: TestContext, file: string, port: number, ...more: readonly string[]) =>
  new Talker(t, file, ['s_client', '-connect', `127.0.0.1:${port}`, ...more]);
const keyed = (key: Uint8Array, identity = 'dev1', cipher = PSK) => [
  ...['-dtls1_2', '-psk', toHex(key), '-psk_identity', identity, '-cipher', `${cipher}:@SECLEVEL=0`],
];

describe('openssl s_client with a key', () => {
  test('an identity nobody has', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    connect(t, file, server.port, ...keyed(KEY, 'dev2'));
    const { verdict, outcome } = await server.verdict('UNKNOWN_IDENTITY');
    assert.equal(outcome, 'failed');
    assert.match(verdict?.message ?? '', /"dev2".* nearest is "dev1"/);
  });

  test('hexadecimal digits taken for text', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    connect(t, file, server.port, ...keyed(encodeUtf8(toHex(KEY))));
    const { verdict } = await server.verdict('WRONG_KEY');
    assert.match(verdict?.message ?? '', /hexadecimal digits for text/);
  });

  test('no suite of ours', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    connect(t, file, server.port, ...keyed(KEY, 'dev1', 'PSK-AES256-CCM8'));
    const { verdict, offered } = await server.verdict('NO_COMMON_SUITE');
    assert.ok(offered?.includes('TLS_PSK_WITH_AES_256_CCM_8'));
    assert.equal(verdict?.action?.kind, 'copyKconfig');
  });

  test('certificates, where the server has none', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    connect(t, file, server.port, '-dtls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256');
    const { verdict } = await server.verdict('NO_COMMON_SUITE');
    assert.match(verdict?.next ?? '', /certificates server --host 127\.0\.0\.1/);
  });

  test('DTLS on the plain port', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    connect(t, file, server.plainPort, ...keyed(KEY));
    const { verdict } = await server.verdict('SECURE_ON_PLAIN_PORT');
    assert.match(verdict?.next ?? '', new RegExp(`coaps://127\\.0\\.0\\.1:${server.port}`));
  });

  test('TLS on the plain port', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    connect(t, file, server.plainTcpPort);
    const { verdict } = await server.verdict('SECURE_ON_PLAIN_PORT');
    assert.match(verdict?.message ?? '', /TLS ClientHello to coap\+tcp/);
  });

  test('the right key, offered after suites with certificates, where the server has one: the key it is', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const authority = await createAuthority(nodeClock);
    const certificate = await certifyServer(authority, ['127.0.0.1'], nodeClock);
    const server = await openServer(t, { authority, certificate });
    connect(t, file, server.port, ...keyed(KEY, 'dev1', `ECDHE-ECDSA-AES128-GCM-SHA256:${PSK}`));
    const done = await eventually(
      () => server.trace.attempts('dev1').find(({ outcome }) => outcome === 'completed'),
      () => JSON.stringify(server.trace.attempts()),
    );
    assert.equal(done.offered?.[0], 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
    assert.equal(done.suite, 'TLS_PSK_WITH_AES_128_CCM_8');
  });

  test('the right key: no verdict', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    connect(t, file, server.port, ...keyed(KEY));
    const done = await eventually(
      () => server.trace.attempts('dev1').find(({ outcome }) => outcome === 'completed'),
      () => JSON.stringify(server.trace.attempts()),
    );
    assert.equal(done.verdict, undefined);
    assert.equal(done.suite, 'TLS_PSK_WITH_AES_128_CCM_8');
    assert.ok(done.extensions?.includes('extended_master_secret'));
  });
});

describe('openssl s_client with a certificate', () => {
  const certified = ['-dtls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'];
  /** A server with a certificate of its authority, and files for the client. */
  async function scene(t: TestContext, more: Partial<Holding> = {}) {
    const authority = await createAuthority(nodeClock);
    const certificate = await certifyServer(authority, ['127.0.0.1'], nodeClock);
    const server = await openServer(t, { authority, certificate, ...more });
    const folder = temporary(t);
    const trusted = files(folder, 'authority', authority).certificateFile;
    return { server, authority, folder, trusted };
  }

  test('expired', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const old = shifted(-900 * DAY);
    const authority = await createAuthority(old);
    const { server, folder } = await scene(t, { authority });
    const device = files(folder, 'dev1', await certifyDevice(authority, 'dev1', old));
    connect(t, file, server.port, ...certified, '-cert', device.certificateFile, '-key', device.keyFile);
    const { verdict, identity } = await server.verdict('CERTIFICATE_EXPIRED');
    assert.equal(identity, 'dev1');
    assert.match(verdict?.message ?? '', /it expired on/);
  });

  test('of an authority nobody knows, and over TLS', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { server, folder } = await scene(t);
    const stranger = await createAuthority(nodeClock, 'a stranger');
    const device = files(folder, 'dev1', await certifyDevice(stranger, 'dev1', nodeClock));
    const own = ['-cert', device.certificateFile, '-key', device.keyFile];
    connect(t, file, server.port, ...certified, ...own);
    await server.verdict('CERTIFICATE_UNKNOWN_ISSUER');
    connect(t, file, server.tlsPort, ...own);
    const tls = await eventually(
      () => server.trace.attempts().find(({ transport, verdict }) => transport === 'tls' && verdict),
      () => JSON.stringify(server.trace.attempts()),
    );
    assert.equal(tls.verdict?.code, 'CERTIFICATE_UNKNOWN_ISSUER');
    assert.match(tls.address, /^coaps\+tcp:/);
  });

  test('the client does not know our authority', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { server, folder } = await scene(t);
    const other = files(folder, 'other', await createAuthority(nodeClock, 'another'));
    connect(t, file, server.port, ...certified, '-CAfile', other.certificateFile, '-verify_return_error');
    const { verdict } = await server.verdict('CERTIFICATE_UNKNOWN_ISSUER');
    assert.match(verdict?.next ?? '', /authority's certificate/);
  });

  test('the client goes to another address than our certificate is for', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { server, trusted } = await scene(t);
    const verify = ['-CAfile', trusted, '-verify_return_error', '-verify_ip', '192.0.2.1'];
    connect(t, file, server.port, ...certified, ...verify);
    const { verdict } = await server.verdict('CERTIFICATE_WRONG_NAME');
    assert.match(verdict?.message ?? '', /good for 127\.0\.0\.1/);
  });

  test('our certificate has expired', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const old = shifted(-900 * DAY);
    const authority = await createAuthority(old);
    const certificate = await certifyServer(authority, ['127.0.0.1'], old);
    const { server } = await scene(t, { authority, certificate });
    const folder = temporary(t);
    const known = files(folder, 'known', authority).certificateFile;
    connect(t, file, server.port, ...certified, '-CAfile', known, '-verify_return_error');
    const { verdict } = await server.verdict('CERTIFICATE_EXPIRED');
    assert.match(verdict?.message ?? '', /it has expired on/);
  });

  test('plain HTTP on the TLS port', async (t) => {
    const { server } = await scene(t);
    await fetch(`http://127.0.0.1:${server.tlsPort}/fw.bin`).catch(() => undefined);
    const { verdict } = await server.verdict('PLAIN_ON_SECURE_PORT');
    assert.match(verdict?.message ?? '', /HTTP GET \/fw\.bin/);
  });
});
