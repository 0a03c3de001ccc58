import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { openScene, startDevice, step, type DeviceProcess, type Scene } from './scene';

describe('two devices: which one is asked, a wrong file is refused, an update is cancelled', () => {
  let scene: Scene;
  let devices: readonly DeviceProcess[];
  before(async () => {
    scene = await openScene({ settings: { 'files.simpleDialog.enable': true } });
    // Some ten milliseconds a block, so that there is time to cancel.
    devices = [
      startDevice(scene.serverUri, 'slow-1', '--version', '1.4.0', '--fault', 'delay=60'),
      startDevice(scene.serverUri, 'other-2', '--version', '1.5.0+2'),
    ];
    for (const device of devices) await device.told('registered');
    const { workbench } = scene.session;
    const tree = await workbench.section('Devices');
    await workbench.row(/slow-1.*1\.4\.0/, tree).waitFor();
    await workbench.row(/other-2.*1\.5\.0/, tree).waitFor();
  });
  after(async () => {
    for (const device of devices) await device.stop();
    await scene.session.close();
  });

  step(
    'a build that a device runs already is marked',
    () => scene,
    async ({ session: { workbench } }) => {
      await workbench
        .row(/thermometer.*same version as the device/, await workbench.section('Builds'))
        .waitFor();
    },
  );

  step(
    'a file for a programmer is refused before anything is sent, with the right one to push instead',
    () => scene,
    async ({ session: { workbench, folder } }) => {
      await workbench.command('LwM2M: Push File to Device…');
      // The dialog writes its own folder into the input when it has read it, over what was typed before.
      await workbench.quickPickRows().filter({ hasText: 'CMakeLists.txt' }).first().waitFor();
      await workbench.quickInput().fill(path.join(folder, 'build', path.sep));
      await workbench.choose('merged.hex');
      await workbench.quickPickRows().filter({ hasText: 'slow-1' }).waitFor();
      await workbench.screenshot('choose-1-which-device');
      await workbench.choose('slow-1');
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.getByText(/merged\.hex is not an image/).waitFor();
      await dialog
        .getByText(/zephyr\.signed\.bin/)
        .first()
        .waitFor();
      await workbench.screenshot('choose-2-refused-with-the-right-file');
      await dialog.getByRole('button', { name: 'Push zephyr.signed.bin Instead' }).click();
      const panel = await workbench.panel('slow-1');
      await panel.getByText('zephyr.signed.bin').first().waitFor();
    },
  );

  step(
    'it is cancelled while it downloads, by keyboard from its panel, and the device’s state is told',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      const panel = await workbench.panel('slow-1');
      await panel
        .getByText(/\b[1-9]\d? %/)
        .first()
        .waitFor();
      const cancel = panel.getByRole('button', { name: 'Cancel' });
      await cancel.focus();
      await workbench.page.keyboard.press('Enter');
      await panel.getByRole('heading', { name: 'Cancelled' }).waitFor();
      await panel.getByText(/state/i).first().waitFor();
      await workbench.screenshot('choose-3-cancelled');
      await workbench.row(/slow-1.*cancelled/, await workbench.section('Updates')).waitFor();
      await workbench.row(/slow-1.*1\.4\.0/, await workbench.section('Devices')).waitFor();
      assert.deepEqual(session.ownErrors(), []);
    },
  );

  step(
    'past updates stay when the server stops, and open as they were',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.command('LwM2M: Stop Server');
      await workbench.page.getByRole('button', { name: 'Start LwM2M Server' }).waitFor();
      await workbench.command('View: Close All Editors');
      const past = workbench.row(/slow-1.*cancelled/, await workbench.section('Updates'));
      await workbench.open(past);
      const panel = await workbench.panel('Cancelled');
      await panel.getByText('zephyr.signed.bin').first().waitFor();
      await workbench.screenshot('choose-4-past-update-without-a-server');
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
