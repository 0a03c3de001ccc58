import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { certifyDevice, certifyServer, createAuthority } from '../../../src/security/authority';
import type { TlsEvent } from '../../../src/transport/ports';
import { VirtualClock } from '../../support/virtualClock';
import { HandshakeScene, psk } from './handshakeScene';

const LOCAL = { host: '10.0.0.1', port: 5684 };
const ADDRESS = { host: '10.0.0.2', port: 41_000 };

/** What the trace makes of one event of a TLS listener. */
async function traced(event: Record<string, unknown>, scheme: 'coaps+tcp' | 'https' = 'coaps+tcp') {
  const clock = new VirtualClock();
  const authority = await createAuthority(clock);
  const certificate = await certifyServer(authority, ['10.0.0.1'], clock);
  const credentials = [psk('dev1')];
  const scene = await HandshakeScene.of(
    { authority: authority.certificate, certificate, credentials },
    {},
    clock,
  );
  const whole = {
    role: 'server',
    address: ADDRESS,
    kind: 'failed',
    message: 'as the runtime says',
    ...event,
  };
  scene.trace.tls(scheme, LOCAL)(whole as unknown as TlsEvent);
  return scene;
}

describe('TLS', () => {
  test('a completed handshake, its suite by the name of the registry', async () => {
    const scene = await traced({
      kind: 'established',
      identity: 'dev1',
      suite: 'ECDHE-ECDSA-AES128-CCM8',
      version: 'TLSv1.2',
      resumed: false,
    });
    const { attempt } = scene;
    assert.equal(attempt.suite, 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8');
    assert.deepEqual([attempt.transport, attempt.outcome, attempt.endpoint], ['tls', 'completed', 'dev1']);
    assert.equal(attempt.address, 'coaps+tcp://10.0.0.2:41000');
    assert.equal(scene.trace.ofPeer({ address: ADDRESS }, 'coaps+tcp')?.id, attempt.id);
  });

  for (const [code, more, verdict, words] of [
    ['ERR_SSL_NO_SHARED_CIPHER', {}, 'NO_COMMON_SUITE', /no cipher suite that this server has/],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', {}, 'NO_COMMON_SUITE', /no version of TLS/],
    [
      'ERR_SSL_PSK_IDENTITY_NOT_FOUND',
      { identity: 'dev2' },
      'UNKNOWN_IDENTITY',
      /"dev2".* nearest is "dev1"/,
    ],
    ['UNKNOWN_PSK_IDENTITY', {}, 'UNKNOWN_IDENTITY', /an identity, which no credential/],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', { identity: 'dev1' }, 'WRONG_KEY', /dev1 .* another key/],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', {}, undefined, /^$/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', {}, 'CERTIFICATE_UNKNOWN_ISSUER', /does not know the authority/],
    ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', {}, 'CERTIFICATE_EXPIRED', /clock is wrong/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', {}, 'CERTIFICATE_WRONG_NAME', /good for 10\.0\.0\.1/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', {}, 'PEER_ALERT', /handshake_failure/],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', {}, 'PEER_ALERT', /internal_error.*memory/],
    ['NO_CERTIFICATE', {}, 'NO_COMMON_SUITE', /this server has no certificate/],
    ['CERTIFICATE_MISSING', {}, 'CERTIFICATE_UNKNOWN_ISSUER', /shows none/],
    ['ECONNRESET', {}, undefined, /^$/],
  ] as const)
    test(`${code}: ${verdict ?? 'none of the known causes'}`, async () => {
      const { attempt } = await traced({ code, ...more });
      assert.equal(attempt.outcome, 'failed');
      assert.equal(attempt.verdict?.code, verdict);
      assert.match(attempt.verdict?.message ?? '', words);
    });

  test('a certificate of a stranger', async () => {
    const clock = new VirtualClock();
    const device = await certifyDevice(await createAuthority(clock), 'dev1', clock);
    const scene = await traced({ code: 'ERR_TLS_UNTRUSTED', presented: [device.certificate] });
    assert.equal(scene.verdict.code, 'CERTIFICATE_UNKNOWN_ISSUER');
    assert.match(scene.verdict.message, /"dev1"/);
  });

  test('plain CoAP over TCP on the secured port, and HTTP', async () => {
    const csm = await traced({ code: 'ERR_SSL_WRONG_VERSION_NUMBER', notTls: Uint8Array.of(0x00, 0xe1) });
    assert.equal(csm.verdict.code, 'PLAIN_ON_SECURE_PORT');
    assert.match(csm.verdict.message, /plain CoAP, a CSM.*coaps\+tcp:\/\/10\.0\.0\.1:5684/);
    const http = await traced(
      { code: 'ERR_SSL_HTTP_REQUEST', notTls: encodeUtf8('GET /fw.bin HTTP/1.1\r\nHost: x\r\n') },
      'https',
    );
    assert.match(http.verdict.message, /sent HTTP GET \/fw\.bin, without security/);
    assert.match(http.verdict.next, /https:\/\//);
    const noise = await traced({ code: 'ERR_SSL_WRONG_VERSION_NUMBER', notTls: Uint8Array.of(0xff, 0xff) });
    assert.equal(noise.attempt.verdict, undefined);
  });

  test('our own connections are none of it', async () => {
    const scene = await traced({ role: 'client', code: 'ECONNREFUSED' });
    assert.deepEqual(scene.trace.attempts(), []);
  });
});

describe('an alert of the device', () => {
  test('in the handshake: its name, and what it usually means', async () => {
    const clock = new VirtualClock();
    const authority = await createAuthority(clock);
    const scene = await HandshakeScene.of(
      { certificate: await certifyServer(authority, ['10.0.0.1'], clock) },
      {},
      clock,
    );
    const judge = () => ({ trusted: false, alert: 80, reason: 'out of memory' }) as const;
    await scene.tries(scene.device({ client: { judge } }), 100);
    assert.equal(scene.verdict.code, 'PEER_ALERT');
    assert.match(scene.verdict.message, /alert internal_error.*CONFIG_MBEDTLS_HEAP_SIZE/);
    assert.ok(scene.attempt.flights.some(({ messages }) => messages.includes('Alert internal_error')));
  });

  test('one without a name here', async () => {
    const clock = new VirtualClock();
    const authority = await createAuthority(clock);
    const scene = await HandshakeScene.of(
      { certificate: await certifyServer(authority, ['10.0.0.1'], clock) },
      {},
      clock,
    );
    const judge = () => ({ trusted: false, alert: 77, reason: 'x' }) as const;
    await scene.tries(scene.device({ client: { judge } }), 100);
    assert.match(scene.verdict.message, /alert 77/);
  });

  test('closing a session is none', async () => {
    const scene = await HandshakeScene.of();
    const device = scene.keyed('dev1');
    await scene.tries(device, 10);
    await device.channel.close();
    await scene.clock.advance(10);
    assert.equal(scene.attempt.verdict, undefined);
    assert.equal(scene.attempt.outcome, 'completed');
  });
});
