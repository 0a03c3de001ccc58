import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { openScene, startDevice, step, type DeviceProcess, type Scene } from './scene';

describe('a device that finds its image damaged', () => {
  let scene: Scene;
  let device: DeviceProcess;
  before(async () => {
    scene = await openScene();
    device = startDevice(scene.serverUri, 'bench-7', '--version', '1.4.0', '--fault', 'result=5');
    // The window's server starts with its extension host, perhaps after the device's first try.
    await device.told('registered');
  });
  after(async () => {
    await device.stop();
    await scene.session.close();
  });

  step(
    'the panel says what happened, what it usually is and what to do next',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.viewContainer('LwM2M');
      await workbench.row(/bench-7.*1\.4\.0/, await workbench.section('Devices')).waitFor();
      await workbench.command('LwM2M: Push Build to Device');
      const panel = await workbench.panel('bench-7');
      await panel
        .getByText(/integrity check failed/i)
        .first()
        .waitFor();
      await workbench.screenshot('failed-update');
      const text = await panel.locator('body').innerText();
      assert.match(text, /\b5\b/, 'the number of the result is told');
      assert.doesNotMatch(text, /runs 1\.5\.0(?!.*○)/i, 'it does not claim that the new version runs');
      await panel.getByRole('button', { name: /push again/i }).waitFor();
      await panel.getByRole('button', { name: /log/i }).waitFor();
    },
  );

  step(
    'the tree keeps the old version and the failed update',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.row(/bench-7.*1\.4\.0/, await workbench.section('Devices')).waitFor();
      const failed = workbench.row(/bench-7.*integrity check failed/i, await workbench.section('Updates'));
      await failed.waitFor();
      await workbench.screenshot('failed-update-in-the-tree');
    },
  );

  step(
    'the run opens again as it was from the tree',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.command('View: Close All Editors');
      await workbench.open(
        workbench.row(/bench-7.*integrity check failed/i, await workbench.section('Updates')),
      );
      const panel = await workbench.panel(/integrity check failed/i);
      await panel.getByText('zephyr.signed.bin').first().waitFor();
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
