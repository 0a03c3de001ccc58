import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import type { Workbench } from './host/workbench';
import { openScene, step, type Scene } from './scene';

/** The key of nRF Connect SDK's sample: everybody knows it, and the editor says so. */
const demoKey = '000102030405060708090a0b0c0d0e0f';

/** Confirms the boxes of a pick that takes several. */
const confirmPick = (workbench: Workbench) =>
  workbench.page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }).click();

const clipboard = (workbench: Workbench) => workbench.page.evaluate(() => navigator.clipboard.readText());

describe('credentials and certificates in the editor', () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene();
    const { session } = scene;
    await writeFile(
      path.join(session.folder, 'overlay-lab.conf'),
      `CONFIG_LWM2M_DTLS_SUPPORT=y\nCONFIG_LWM2M_APP_ID="thermo-7"\nCONFIG_LWM2M_APP_PSK="${demoKey}"\n`,
    );
    const { workbench } = session;
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.fold('Devices', 'Builds', 'Updates');
  });
  after(() => scene.session.close());

  step(
    'without one, the view says what a credential is for and how to get one',
    () => scene,
    async ({ session: { workbench } }) => {
      const credentials = await workbench.section('Credentials');
      await credentials.getByText(/taken over coaps/).waitFor();
      await credentials.getByRole('button', { name: 'Import Credentials', exact: true }).waitFor();
      await workbench.screenshot('credentials-1-none-yet');
    },
  );

  step(
    'one is generated; its row shows no key, and a browser’s user is told that keys may be forgotten',
    () => scene,
    async ({ session: { workbench } }) => {
      await workbench.command('LwM2M: Generate Credential…');
      await workbench.answer('bench-1');
      const credentials = await workbench.section('Credentials');
      await workbench.row(/bench-1.*PSK · bench-1/, credentials).waitFor();
      await workbench.notification(/bench-1 has a new key/).waitFor();
      await workbench.notification(/keep keys only until its window is closed/).waitFor();
      await workbench.screenshot('credentials-2-generated');
      await workbench.command('Notifications: Clear All Notifications');
    },
  );

  step(
    'a project’s key is imported from its Kconfig, with a warning where everybody knows it',
    () => scene,
    async ({ session: { workbench } }) => {
      await workbench.command('LwM2M: Import Credentials…');
      await workbench.choose(/From This Workspace/);
      await workbench.quickPickRows().filter({ hasText: 'overlay-lab.conf:3' }).waitFor();
      await workbench.screenshot('credentials-3-found-in-kconfig');
      await confirmPick(workbench);
      await workbench.quickPickRows().filter({ hasText: 'everybody knows it' }).waitFor();
      await workbench.screenshot('credentials-4-weak-key');
      await confirmPick(workbench);
      await workbench.row(/thermo-7.*PSK · thermo-7/, await workbench.section('Credentials')).waitFor();
      await workbench.notification(/1 credential imported/).waitFor();
      await workbench.command('Notifications: Clear All Notifications');
    },
  );

  step(
    'a key goes to the clipboard only after a question, in the words of the device’s build',
    () => scene,
    async ({ session: { workbench } }) => {
      const credentials = await workbench.section('Credentials');
      const copyAsKconfig = async (button: string) => {
        await workbench.rowMenu(workbench.row(/^thermo-7/, credentials), 'Copy Credential As…');
        await workbench.choose(/Kconfig of Zephyr/);
        const dialog = workbench.page.locator('.monaco-dialog-box');
        await dialog.getByText(/Copy the key of thermo-7/).waitFor();
        await workbench.screenshot('credentials-5-asked');
        await dialog.getByRole('button', { name: button }).click();
        await workbench.notification(/credential of thermo-7 copied/).waitFor();
        await workbench.command('Notifications: Clear All Notifications');
        return clipboard(workbench);
      };
      const hidden = await copyAsKconfig('Copy without It');
      assert.match(hidden, /CONFIG_LWM2M_APP_PSK="<hidden/);
      assert.doesNotMatch(hidden, new RegExp(demoKey));
      assert.match(
        await copyAsKconfig('Copy with the Key'),
        new RegExp(`^CONFIG_LWM2M_APP_ID="thermo-7"\\nCONFIG_LWM2M_APP_PSK="${demoKey}"$`, 'm'),
      );
    },
  );

  step(
    'a server certificate is made for the addresses in use, and its authority handed out',
    () => scene,
    async ({ session: { workbench } }) => {
      await workbench.command('LwM2M: Make Server Certificate…');
      await workbench.quickPickRows().filter({ hasText: '127.0.0.1' }).waitFor();
      await workbench.screenshot('credentials-6-hosts');
      await confirmPick(workbench);
      const notice = workbench.notification(/certificate for .*127\.0\.0\.1.* is made/);
      await notice.waitFor();
      await notice.getByRole('button', { name: "Copy Authority's Certificate As…" }).click();
      await workbench.choose(/^PEM/);
      await workbench.statusItem(/authority's certificate.*copied/).waitFor();
      assert.match(await clipboard(workbench), /^-----BEGIN CERTIFICATE-----/);
      const credentials = await workbench.section('Credentials');
      await workbench.row(/Server Certificate.*127\.0\.0\.1/, credentials).waitFor();
      await workbench.row(/Local Authority.*until/, credentials).waitFor();
      await workbench.screenshot('credentials-7-certificates');
    },
  );

  step(
    'a credential is removed after a question; no key is in a log or the settings',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      const credentials = await workbench.section('Credentials');
      await workbench.rowMenu(workbench.row(/^thermo-7/, credentials), 'Remove Credential…');
      await workbench.page
        .locator('.monaco-dialog-box')
        .getByRole('button', { name: 'Remove', exact: true })
        .click();
      await workbench.row(/^thermo-7/, credentials).waitFor({ state: 'detached' });
      assert.doesNotMatch(await session.serverLog(), new RegExp(demoKey));
      for (const { text } of session.consoleLines) assert.doesNotMatch(text, new RegExp(demoKey));
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
