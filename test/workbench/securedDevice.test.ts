import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { promisify } from 'node:util';
import { openScene, startDevice, step, type DeviceProcess, type Scene } from './scene';

describe('a device with a key is taken over coaps, one with another key is told why it is not', () => {
  let scene: Scene;
  let keys: string;
  let wrong: DeviceProcess | undefined;
  before(async () => {
    keys = await mkdtemp(path.join(os.tmpdir(), 'lwm2m-keys-'));
    scene = await openScene();
    const { workbench } = scene.session;
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.fold('Builds', 'Updates');
  });
  after(async () => {
    await wrong?.stop();
    await scene.session.close();
    await rm(keys, { recursive: true, force: true });
  });

  step(
    'a generated key, a simulated device that has it: registered, and shown as secured',
    () => scene,
    async ({ session: { workbench } }) => {
      await workbench.command('LwM2M: Generate Credential…');
      await workbench.answer('bench-1');
      await workbench.notification(/bench-1 has a new key/).waitFor();
      await workbench.command('Notifications: Clear All Notifications');
      await workbench.command('LwM2M: Start Secured Simulated Device');
      await workbench.choose(/bench-1/);
      const devices = await workbench.section('Devices');
      const row = workbench.row(/bench-1.*secured \(PSK\).*simulated/, devices);
      await row.waitFor();
      await row.locator('.custom-view-tree-node-item-icon.codicon-lock').waitFor();
      await workbench.screenshot('secured-1-registered');
      const handshakes = await workbench.section('Handshakes');
      await workbench.row(/bench-1.*(CCM|GCM|CBC)/, handshakes).waitFor();
    },
  );

  step(
    'Kconfig for this server offers the secured address, with tags and without a key',
    () => scene,
    async ({ session: { workbench }, securedPort }) => {
      await workbench.command('LwM2M: Copy Kconfig for This Server');
      await workbench.choose(/^coaps:/);
      await workbench.statusItem(/Kconfig for coaps/).waitFor();
      const text = await workbench.page.evaluate(() => navigator.clipboard.readText());
      assert.match(text, new RegExp(`CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://127.0.0.1:${securedPort}"`));
      assert.match(text, /CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=35724861/);
      assert.doesNotMatch(text, /PSK/);
    },
  );

  step(
    'a device with another key: told once with its cause, and read in the view',
    () => scene,
    async ({ session, securedPort }) => {
      const { workbench } = session;
      await workbench.command('LwM2M: Generate Credential…');
      await workbench.answer('bench-2');
      await workbench.notification(/bench-2 has a new key/).waitFor();
      await workbench.command('Notifications: Clear All Notifications');
      const file = path.join(keys, 'credentials.json');
      await promisify(execFile)(process.execPath, [
        ...['dist/cli.js', 'credentials', 'generate', '--endpoint', 'bench-2'],
        ...['--credentials', file],
      ]);
      wrong = startDevice(`coaps://127.0.0.1:${securedPort}`, 'bench-2', '--credentials', file);
      const notice = workbench.notification(/bench-2.*key/i);
      await notice.waitFor();
      await workbench.screenshot('secured-2-wrong-key');
      await notice.getByRole('button', { name: 'Show', exact: true }).click();
      const handshakes = await workbench.section('Handshakes');
      await workbench.row(/bench-2.*wrong key/, handshakes).waitFor();
      await workbench.fold('Devices');
      await workbench.screenshot('secured-3-wrong-key-in-the-view');
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
