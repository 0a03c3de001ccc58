import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { DeviceView } from '../../src/contract/device';
import type { HandshakeAttempt, Verdict } from '../../src/security/handshakeAttempt';
import { openScene, step, type Scene } from './scene';
import { scriptedServer, type ScriptedServer } from './scriptedServer';

const now = Date.now();

const suites = [
  'TLS_PSK_WITH_AES_128_CCM_8',
  'TLS_PSK_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8',
];

const dev1: DeviceView = {
  endpoint: 'urn:imei:351500000000017',
  address: 'coaps://192.0.2.7:40123',
  local: 'coaps://192.0.2.1:5684',
  lwm2m: '1.1',
  lifetime: 43_200,
  binding: 'UQ',
  queueMode: false,
  objects: [
    { objectId: 1, instanceId: 0 },
    { objectId: 3, instanceId: 0 },
  ],
  registeredAt: now - 60_000,
  lastSeen: now - 3000,
  awake: true,
  queued: 0,
  simulated: false,
  security: {
    mode: 'psk',
    identity: 'urn:imei:351500000000017',
    suite: 'TLS_PSK_WITH_AES_128_CCM_8',
    connectionId: '0a1b',
  },
};

const flight = (
  at: number,
  direction: 'in' | 'out',
  transmission: number,
  ...messages: readonly string[]
) => ({ at, direction, messages, transmission });

const attempt = (id: number, more: Partial<HandshakeAttempt>): HandshakeAttempt => ({
  id,
  at: now - 10_000 + 100 * id,
  changedAt: now - 9000,
  transport: 'dtls',
  address: `coaps://192.0.2.${20 + id}:40123`,
  local: 'coaps://192.0.2.1:5684',
  outcome: 'failed',
  offered: suites,
  extensions: ['extended_master_secret', 'encrypt_then_mac', 'connection_id'],
  flights: [
    flight(now - 9500, 'in', 1, 'ClientHello'),
    flight(now - 9499, 'out', 1, 'HelloVerifyRequest'),
    flight(now - 9480, 'in', 1, 'ClientHello'),
    flight(now - 9479, 'out', 1, 'ServerHello', 'ServerHelloDone'),
    flight(now - 9400, 'in', 1, 'ClientKeyExchange', 'ChangeCipherSpec', 'Finished'),
    flight(now - 8400, 'in', 2, 'ClientKeyExchange', 'ChangeCipherSpec', 'Finished'),
  ],
  ...more,
});

const wrongKey: Verdict = {
  code: 'WRONG_KEY',
  message: "The device took the key's hexadecimal digits for text.",
  next: 'Give the device the bytes that the digits stand for.',
  action: { kind: 'showCredential', endpoint: dev1.endpoint },
};

const failing = attempt(7, {
  at: now - 2000,
  address: 'coaps://192.0.2.7:40131',
  endpoint: dev1.endpoint,
  identity: dev1.endpoint,
  suite: 'TLS_PSK_WITH_AES_128_CCM_8',
  verdict: wrongKey,
});

const unknown: Verdict = {
  code: 'UNKNOWN_IDENTITY',
  // As a stranger may call itself: VS Code would make a button of it.
  message:
    'No credential has the identity [bench-2](command:workbench.action.quickOpen); the nearest is bench-1.',
  next: 'Add a credential for bench-2.',
  action: { kind: 'addCredential', identity: 'bench-2' },
};

describe('a handshake that fails explains itself', () => {
  let scene: Scene;
  let server: ScriptedServer;
  before(async () => {
    server = await scriptedServer(
      [dev1],
      [
        attempt(1, {
          outcome: 'completed',
          endpoint: dev1.endpoint,
          identity: dev1.endpoint,
          suite: 'TLS_PSK_WITH_AES_128_CCM_8',
          connectionId: { own: '0a1b', peer: '' },
          address: dev1.address,
        }),
        attempt(2, {
          verdict: {
            code: 'PLAIN_ON_SECURE_PORT',
            message: 'CoAP without security came to the secured port 5684.',
            next: 'Point the device at coap://192.0.2.1:5683, or at coaps.',
            action: { kind: 'copyKconfig', lines: 'CONFIG_LWM2M_DTLS_SUPPORT=y\n' },
          },
        }),
        attempt(3, {
          outcome: 'underway',
          verdict: {
            code: 'NO_ANSWER_TO_COOKIE',
            message: 'The device begins again and again: our answer does not reach it.',
            next: 'Look at its address, and at NAT and firewalls between.',
            action: { kind: 'showArrivals' },
          },
        }),
      ],
    );
    scene = await openScene({ settings: { 'lwm2m.server.stateFolder': server.stateFolder } });
    const { workbench } = scene.session;
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.row(/secured \(PSK\)/, await workbench.section('Devices')).waitFor();
    await workbench.fold('Builds', 'Updates');
  });
  after(async () => {
    await scene.session.close();
    await server.close();
  });

  step(
    'a secured device says so, and attempts stand newest first with what came of them',
    () => scene,
    async ({ session: { workbench } }) => {
      const handshakes = await workbench.section('Handshakes');
      const rows = handshakes.locator('.monaco-list-row');
      await workbench.row(/351500000000017.*CCM_8 · CID/, handshakes).waitFor();
      await workbench.row(/192\.0\.2\.22.*plain CoAP on the secured port/, handshakes).waitFor();
      assert.match(await rows.first().innerText(), /our answer does not arrive/);
      await workbench.screenshot('handshakes-1-listed');
    },
  );

  step(
    'a wrong key is told once, with its cause and the fix as a button',
    () => scene,
    async ({ session: { workbench } }) => {
      await workbench.fold('Devices');
      server.tell({ kind: 'handshake', handshake: failing });
      const notice = workbench.notification(/hexadecimal digits for text/);
      await notice.waitFor();
      await notice.getByRole('button', { name: 'Show Credential…' }).waitFor();
      await workbench.screenshot('handshakes-2-notification');
      await notice.getByRole('button', { name: 'Show', exact: true }).click();
      const handshakes = await workbench.section('Handshakes');
      await workbench.row(/351500000000017.*wrong key/, handshakes).waitFor();
      await workbench.row(/took the key's hexadecimal digits/, handshakes).waitFor();
      await workbench.row(/Give the device the bytes/, handshakes).waitFor();
      // Rows are cut: the cause stands in full above them.
      await handshakes
        .locator('.message')
        .getByText(/^The device took the key's hexadecimal digits for text\.$/)
        .waitFor();
      await workbench.expand(workbench.row(/6 flights.*1 repeated/, handshakes));
      await workbench.row(/again \(2\).*ClientKeyExchange/, handshakes).waitFor();
      await workbench.screenshot('handshakes-3-cause-and-flights');
    },
  );

  step(
    'the device itself shows that its last handshake failed',
    () => scene,
    async ({ session: { workbench } }) => {
      const devices = await workbench.section('Devices');
      await workbench.expand(workbench.row(/secured \(PSK\)/, devices));
      await workbench.row(/Last handshake failed: wrong key/, devices).waitFor();
      await workbench.screenshot('handshakes-4-in-the-device');
    },
  );

  step(
    'the same cause again is in the view alone; another one is told, and its fix comes filled in',
    () => scene,
    async ({ session: { workbench } }) => {
      server.tell({ kind: 'handshake', handshake: { ...failing, id: 8, at: Date.now() } });
      server.tell({
        kind: 'handshake',
        handshake: attempt(9, { at: Date.now(), identity: 'bench-2', verdict: unknown }),
      });
      const notice = workbench.notification(/nearest is bench-1/);
      await notice.waitFor();
      assert.equal(await notice.getByRole('link').count(), 0);
      assert.match(await notice.innerText(), /\[bench-2\] \(command:/);
      assert.equal(await workbench.page.locator('.notification-toast').count(), 1);
      await notice.getByRole('button', { name: 'Add Credential…' }).click();
      const input = workbench.quickInput();
      await input.waitFor();
      assert.equal(await input.inputValue(), 'bench-2');
      await workbench.screenshot('handshakes-5-fix-filled-in');
      await workbench.page.keyboard.press('Escape');
    },
  );

  step(
    'an attempt is copied as text, and the log has a line of it',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      const handshakes = await workbench.section('Handshakes');
      await workbench.rowMenu(workbench.row(/^bench-2/, handshakes), 'Copy Handshake as Text');
      await workbench.statusItem(/copied/).waitFor();
      const text = await workbench.page.evaluate(() => navigator.clipboard.readText());
      assert.match(text, /UNKNOWN_IDENTITY: No credential has the identity \[bench-2\]/);
      assert.match(text, /← ClientKeyExchange, ChangeCipherSpec, Finished {2}\(transmission 2\)/);
      await workbench.command('LwM2M: Show Log');
      await workbench.page
        .locator('.part.panel .view-lines')
        .getByText(/WRONG_KEY/)
        .first()
        .waitFor();
      await workbench.screenshot('handshakes-6-log');
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
