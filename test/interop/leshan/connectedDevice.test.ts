import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { TracedMessage } from '../../../src/trace/tracedMessage';
import { mcubootImage } from '../../support/images';
import { foreignDevices } from './foreignDevice';
import { handshakeOf, openSecuredHost, registeredAs } from './securedHost';
import { livesOver } from './wholeLife';

const IMAGE = mcubootImage({ version: '2.3.4+7', programSize: 1 << 20 });
const SHA256 = createHash('sha256').update(IMAGE).digest('hex');

test("a device on java-coap and Leshan's objects, over TCP and TLS", { timeout: 170_000 }, async (t) => {
  const devices = await foreignDevices(t);
  if (!devices) return;
  const host = await openSecuredHost(t);
  const { workbench } = host;

  for (const scheme of ['coap+tcp', 'coaps+tcp'] as const) {
    const endpoint = `over-${scheme}`;
    const server = host.uri(scheme);
    const keys = scheme === 'coaps+tcp' ? await host.x509(endpoint) : {};

    const comes = async (more = {}) => {
      const registered = host.hears(registeredAs(endpoint), 'it to register');
      await devices.become({ server, endpoint, keys, more });
      const device = await registered;
      await devices.next('registered');
      return device;
    };

    await t.test(`${scheme}: it registers, is asked for all it has, and leaves`, async () => {
      const device = await comes();
      assert.match(device.address, new RegExp(`^${scheme.replace('+', '\\+')}://127\\.0\\.0\\.1:`));
      assert.equal(device.binding, 'T');
      assert.equal(device.security?.mode, scheme === 'coaps+tcp' ? 'x509' : undefined);
      assert.equal(device.security?.identity, scheme === 'coaps+tcp' ? endpoint : undefined);
      await livesOver(workbench, devices, endpoint);

      const left = host.hears(
        (event) => (event.kind === 'deregistered' && event.endpoint === endpoint ? true : undefined),
        'it to leave',
      );
      devices.send({ do: 'deregister' });
      await devices.next('deregistered');
      await left;
    });

    await t.test(`${scheme}: 1 MiB pushed, in messages of more than a block`, async (tt) => {
      await comes();
      const blocks: TracedMessage[] = [];
      const { capture } = await workbench.startCapture({ endpoint });
      const listening = workbench.onEvent((event) => {
        if (event.kind === 'captured' && event.message.block !== undefined) blocks.push(event.message);
      });
      tt.after(() => listening.dispose());
      const file = host.file('zephyr.signed.bin', IMAGE);
      const { end, plan } = await host.update({ endpoint, file, method: 'push' });
      assert.equal(end.outcome, 'succeeded', JSON.stringify(end));
      assert.equal(plan?.protocol, scheme);
      await workbench.stopCapture(capture);
      const received = await devices.next('package');
      assert.deepEqual([received.method, received.sha256], ['push', SHA256]);
      const sent = blocks.filter(({ direction, path }) => direction === 'out' && path === '/5/0/0');
      assert.ok(sent.length > 0);
      assert.match(sent[0]?.block ?? '', /BERT/i, JSON.stringify(sent[0]));
    });

    await t.test(`${scheme}: 1 MiB pulled over a connection of its own`, async () => {
      await comes({ protocols: '0,1,2,3,4,5' });
      const file = host.file('zephyr.signed.bin', IMAGE);
      const { end, plan } = await host.update({ endpoint, file, method: 'pull', protocol: scheme });
      assert.equal(end.outcome, 'succeeded', JSON.stringify(end));
      assert.ok(plan?.packageUri?.startsWith(`${scheme}://`), plan?.packageUri);
      const received = await devices.next('package');
      assert.deepEqual([received.method, received.sha256], ['pull', SHA256]);
    });
  }

  await t.test("coaps+tcp: another's name is refused, and told by name", async () => {
    const verdict = host.hears((event) => {
      const handshake = handshakeOf(event);
      return handshake?.verdict?.code === 'IDENTITY_NOT_ENDPOINT' ? handshake : undefined;
    }, 'IDENTITY_NOT_ENDPOINT');
    const keys = await host.x509('one');
    await devices.become({ server: host.uri('coaps+tcp'), endpoint: 'another', keys });
    const refused = await devices.next('refused');
    assert.equal(refused.code, 400);
    assert.equal((await verdict).transport, 'tls');
  });
});
