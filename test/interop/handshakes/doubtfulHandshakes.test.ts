import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { certifyServer, createAuthority } from '../../../src/security/authority';
import { nodeClock } from '../../../src/transport/nodeClock';
import { Talker, eventually, program, temporary } from '../dtls/peers';
import { openSecuredHost } from '../leshan/securedHost';
import { requirePeer } from '../peers/required';
import { Records, brokenWay } from './brokenWay';
import { KEY, files, openServer } from './secured';

const openssl = () => program('openssl', 'openssl');
const psk = (key: Uint8Array = KEY) => [
  ...['-dtls1_2', '-psk', toHex(key), '-psk_identity', 'dev1'],
  ...['-cipher', 'PSK-AES128-CCM8:@SECLEVEL=0'],
];
const connect = (t: TestContext, file: string, port: number, ...more: readonly string[]) =>
  new Talker(t, file, ['s_client', '-connect', `127.0.0.1:${port}`, ...more]);

/** What the client of a broken way hears none of. */
async function way(t: TestContext, port: number, loses: Parameters<typeof brokenWay>[1]) {
  const opened = await brokenWay(port, loses);
  t.after(() => opened.close());
  return opened;
}

describe('openssl s_client where answers get lost', () => {
  test('none comes back: the cookie is asked for again and again', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    const broken = await way(t, server.port, () => true);
    connect(t, file, broken.port, ...psk());
    const { verdict, outcome, offered } = await server.verdict('NO_ANSWER_TO_COOKIE');
    assert.equal(outcome, 'failed');
    assert.ok((offered?.length ?? 0) > 0);
    assert.match(verdict?.message ?? '', /sent its ClientHello \d times in \d+ s/);
    assert.equal(verdict?.action?.kind, 'showArrivals');
  });

  test('what follows the cookie does not come back: the link takes small datagrams only', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const authority = await createAuthority(nodeClock);
    const certificate = await certifyServer(authority, ['127.0.0.1'], nodeClock);
    const server = await openServer(t, { authority, certificate });
    const broken = await way(t, server.port, ({ length }) => length > 200);
    connect(t, file, broken.port, '-dtls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256');
    const { verdict } = await server.verdict('NO_ANSWER_TO_COOKIE');
    assert.match(verdict?.message ?? '', /brought our cookie and then fell silent/);
  });

  test('our last flight gets lost: the client repeats its own, and gets through later', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    const ofLastFlight = ([type]: Uint8Array) => type === Records.changeCipherSpec;
    const broken = await way(t, server.port, (bytes, lost) => lost < 4 && ofLastFlight(bytes));
    const client = connect(t, file, broken.port, ...psk());
    const { verdict, outcome, flights } = await server.verdict('LAST_FLIGHT_REPEATED');
    assert.equal(outcome, 'completed');
    assert.match(verdict?.message ?? '', /complete here.* our Finished does not reach it/);
    assert.ok(flights.some(({ transmission }) => transmission > 1));
    await client.hears(/Cipher is PSK-AES128-CCM8/);
    assert.equal(broken.lost, 4);
  });
});

describe('openssl s_client resumes after the key was exchanged', () => {
  const NEW_KEY = encodeUtf8('another 16 bytes');

  /** A session that openssl has kept, and a server that has another key for it since. */
  async function afterExchange(t: TestContext, file: string) {
    const server = await openServer(t);
    const session = path.join(temporary(t), 'session.pem');
    const first = connect(t, file, server.port, ...psk(), '-sess_out', session);
    await first.hears(/Session-ID: [0-9A-F]{2,}/);
    await eventually(
      () => (existsSync(session) ? true : undefined),
      () => `a session in ${session}`,
    );
    await first.end();
    await server.store.set({ mode: 'psk', endpointName: 'dev1', identity: 'dev1', key: NEW_KEY });
    return { server, session };
  }

  test('with the new key it gets in, and is told to have kept an old session', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { server, session } = await afterExchange(t, file);
    connect(t, file, server.port, ...psk(NEW_KEY), '-sess_in', session);
    const { verdict, outcome, resumed } = await server.verdict('RESUMED_WITH_OLD_KEY');
    assert.equal(outcome, 'completed');
    assert.notEqual(resumed, true);
    assert.match(verdict?.next ?? '', /if this is the device that was given the new key/);
  });

  test('with the old key it does not', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const { server, session } = await afterExchange(t, file);
    connect(t, file, server.port, ...psk(), '-sess_in', session);
    const { outcome, endpoint } = await server.verdict('RESUMED_WITH_OLD_KEY');
    assert.equal(outcome, 'failed');
    assert.equal(endpoint, 'dev1');
  });

  test('without a change it is resumed, and nothing is wrong', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const server = await openServer(t);
    const session = path.join(temporary(t), 'session.pem');
    const first = connect(t, file, server.port, ...psk(), '-sess_out', session);
    await first.hears(/Session-ID: [0-9A-F]{2,}/);
    await first.end();
    const second = connect(t, file, server.port, ...psk(), '-sess_in', session);
    await second.hears(/Reused, /);
    const resumed = await eventually(
      () => server.trace.attempts('dev1').find((one) => one.resumed),
      () => JSON.stringify(server.trace.attempts()),
    );
    assert.equal(resumed.verdict, undefined);
  });
});

describe('openssl s_client that ends the handshake itself', () => {
  test('by an alert of its own: our certificate is for another purpose than it wants', async (t) => {
    const file = requirePeer(t, openssl());
    if (!file) return;
    const authority = await createAuthority(nodeClock);
    const certificate = await certifyServer(authority, ['127.0.0.1'], nodeClock);
    const server = await openServer(t, { authority, certificate });
    const { certificateFile } = files(temporary(t), 'authority', authority);
    connect(
      t,
      file,
      server.port,
      '-dtls1_2',
      '-cipher',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      ...[...['-CAfile', certificateFile, '-purpose', 'crlsign', '-verify_return_error']],
    );
    const { verdict, outcome, flights } = await server.verdict('PEER_ALERT');
    assert.equal(outcome, 'failed');
    assert.match(verdict?.message ?? '', /ended the handshake with the alert /);
    assert.ok(flights.some(({ messages }) => messages.some((one) => one.startsWith('Alert '))));
  });
});

for (const library of ['openssl', 'gnutls'] as const) {
  describe(`coap-client-${library} that registers under another name`, () => {
    test('is refused, and its handshake tells whose identity it was', async (t) => {
      const file = requirePeer(t, program(`coap-client-${library}`, 'libcoap3-bin'));
      if (!file) return;
      const host = await openSecuredHost(t);
      const keys = await host.psk('dev1');
      const key = Buffer.from(keys['psk-key'] ?? '', 'hex').toString();
      const client = new Talker(t, file, [
        ...['-m', 'post', '-B', '5', '-k', key, '-u', 'dev1'],
        ...['-e', '</3/0>', '-t', '40', `${host.uri('coaps')}/rd?ep=other&lt=60&lwm2m=1.1&b=U`],
      ]);
      const { verdict, outcome, endpoint } = await host.hears(
        (event) =>
          event.kind === 'handshake' && event.handshake.verdict?.code === 'IDENTITY_NOT_ENDPOINT'
            ? event.handshake
            : undefined,
        'the identity that is another endpoint’s',
      );
      assert.equal(outcome, 'completed');
      assert.equal(endpoint, 'dev1');
      assert.match(verdict?.message ?? '', /proved to be dev1 and registers as other/);
      assert.deepEqual(await host.workbench.devices(), []);
      await client.hears(/4\.0[03]/);
    });
  });
}
