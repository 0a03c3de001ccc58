import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { toHex } from '../../../src/base/bytes';
import { createAuthority } from '../../../src/security/authority';
import { nodeClock } from '../../../src/transport/nodeClock';
import { mcubootImage } from '../../support/images';
import { LossyRelay } from '../../support/relay';
import { foreignDevices } from './foreignDevice';
import { handshakeOf, openSecuredHost, registeredAs } from './securedHost';
import { livesOver } from './wholeLife';

const IMAGE = mcubootImage({ version: '2.3.4+7', programSize: 1 << 18 });
const SHA256 = createHash('sha256').update(IMAGE).digest('hex');

test("a device on Leshan's libraries over coaps, at the host as it runs", { timeout: 170_000 }, async (t) => {
  const devices = await foreignDevices(t);
  if (!devices) return;
  const host = await openSecuredHost(t);
  const { workbench } = host;
  const server = host.uri('coaps');

  /** The device becomes another one, which registers; who it is then. */
  const comes = async (endpoint: string, keys: Readonly<Record<string, string>>, more = {}) => {
    const registered = host.hears(registeredAs(endpoint), `${endpoint} to register`);
    await devices.become({ server, endpoint, keys, more });
    const device = await registered;
    await devices.next('registered');
    return device;
  };

  await t.test('a pre-shared key, with the suites it offers by itself', async () => {
    const device = await comes('psk-1', await host.psk('psk-1'));
    assert.equal(device.security?.mode, 'psk');
    assert.equal(device.security?.identity, 'psk-1');
    assert.equal(device.security?.suite, 'TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256');
    assert.equal(device.security?.connectionId?.length, 16);
    const [handshake] = await workbench.handshakes('psk-1');
    assert.equal(handshake?.outcome, 'completed');
    assert.equal(handshake?.connectionId?.peer.length, 12);
    assert.equal(handshake?.verdict, undefined);
    assert.ok(handshake?.flights.some(({ messages }) => messages.includes('HelloVerifyRequest')));
    await livesOver(workbench, devices, 'psk-1');
  });

  await t.test('the suite that LwM2M makes mandatory as the only one', async () => {
    const keys = await host.psk('psk-2', 'an identity of its own');
    const device = await comes('psk-2', keys, { suite: 'TLS_PSK_WITH_AES_128_CCM_8' });
    assert.equal(device.security?.suite, 'TLS_PSK_WITH_AES_128_CCM_8');
    assert.equal(device.security?.identity, 'an identity of its own');
    await livesOver(workbench, devices, 'psk-2');
  });

  await t.test('a raw public key', async () => {
    const device = await comes('rpk-1', await host.rpk('rpk-1'));
    assert.equal(device.security?.mode, 'rpk');
    assert.match(device.security?.suite ?? '', /^TLS_ECDHE_ECDSA_/);
    await livesOver(workbench, devices, 'rpk-1');
  });

  await t.test('a certificate of our authority', async () => {
    const device = await comes('x509-1', await host.x509('x509-1'));
    assert.equal(device.security?.mode, 'x509');
    assert.equal(device.security?.identity, 'x509-1');
    await livesOver(workbench, devices, 'x509-1');
  });

  for (const [endpoint, keys] of [
    ['updated-psk', host.psk],
    ['updated-rpk', host.rpk],
    ['updated-x509', host.x509],
  ] as const) {
    await t.test(`${endpoint}: 256 KiB by push, and by pull over coaps`, async () => {
      const file = host.file('zephyr.signed.bin', IMAGE);
      for (const method of ['push', 'pull'] as const) {
        await comes(endpoint, await keys(endpoint), { protocols: '0,1' });
        const { end, plan } = await host.update({
          endpoint,
          file,
          method,
          ...(method === 'pull' ? { protocol: 'coaps' } : {}),
        });
        assert.equal(end.outcome, 'succeeded', JSON.stringify(end));
        assert.equal(end.versionAfter, '2.3.4+7');
        assert.equal(plan?.protocol, 'coaps');
        const received = await devices.next('package');
        assert.deepEqual([received.method, received.sha256], [method, SHA256]);
      }
    });
  }

  await t.test('its address changes and the session goes on: no handshake, a new address', async (tt) => {
    const relay = await LossyRelay.open(host.address('coaps'), { seed: 1 });
    tt.after(() => relay.close());
    const endpoint = 'moving';
    const keys = await host.psk(endpoint);
    const registered = host.hears(registeredAs(endpoint), 'it to register');
    await devices.become({ server: `coaps://127.0.0.1:${relay.address.port}`, endpoint, keys });
    const before = await registered;
    await devices.next('registered');
    const handshakes = (await workbench.handshakes()).length;

    await relay.moveClients();
    const moved = host.hears(
      (event) => (event.kind === 'updated' && event.device.endpoint === endpoint ? event.device : undefined),
      'its update',
    );
    devices.send({ do: 'update' });
    await devices.next('updated');
    const after = await moved;
    assert.notEqual(after.address, before.address);
    assert.equal(after.security?.connectionId, before.security?.connectionId);
    assert.equal((await workbench.handshakes()).length, handshakes);
    const read = await workbench.operate({ operation: 'read', endpoint, paths: ['/3/0/3'] });
    assert.equal(read.code, '2.05');

    await relay.moveClients();
    const sent = host.hears(
      (event) => (event.kind === 'report' && event.report.endpoint === endpoint ? event.report : undefined),
      'its Send',
    );
    devices.send({ do: 'send', paths: ['/3303/0/5700'] });
    assert.equal((await devices.next('sent')).code, 204);
    assert.equal((await sent).values[0]?.value, 21.5);
    assert.equal((await workbench.handshakes()).length, handshakes);
    // ends while its relay still stands
    devices.send({ do: 'deregister' });
    await devices.next('deregistered');
  });

  await t.test('a wrong key, a stranger, and another’s name are told by name', async () => {
    const right = await host.psk('refused-1');
    const verdict = (code: string) =>
      host.hears((event) => {
        const handshake = handshakeOf(event);
        return handshake?.verdict?.code === code ? handshake : undefined;
      }, code);

    const wrong = verdict('WRONG_KEY');
    await devices.become({
      server,
      endpoint: 'refused-1',
      keys: { ...right, 'psk-key': toHex(randomBytes(16)) },
    });
    const { endpoint, outcome } = await wrong;
    assert.deepEqual([endpoint, outcome], ['refused-1', 'failed']);

    const unknown = verdict('UNKNOWN_IDENTITY');
    await devices.become({ server, endpoint: 'refused-1', keys: { ...right, 'psk-identity': 'nobody' } });
    assert.equal((await unknown).identity, 'nobody');

    const foreign = verdict('CERTIFICATE_UNKNOWN_ISSUER');
    const otherAuthority = await createAuthority(nodeClock, 'Another authority');
    await devices.become({
      server,
      endpoint: 'refused-1',
      keys: await host.x509('refused-1', otherAuthority),
    });
    assert.equal((await foreign).outcome, 'failed');

    for (const keys of [right, await host.x509('refused-1')]) {
      const other = verdict('IDENTITY_NOT_ENDPOINT');
      await devices.become({ server, endpoint: 'somebody-else', keys });
      const refused = await devices.next('refused', { where: ({ code }) => code !== null });
      assert.equal(refused.code, 400);
      assert.equal((await other).outcome, 'completed');
    }

    await devices.become({ server: host.uri('coap'), endpoint: 'refused-1' });
    await devices.next('refused', { where: ({ code }) => code === 403 });
  });
});
