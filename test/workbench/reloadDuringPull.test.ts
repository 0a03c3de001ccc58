import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe } from 'node:test';
import { builtImage, openScene, startDevice, step, updated, type DeviceProcess, type Scene } from './scene';

describe('the window is reloaded in the middle of a pull', () => {
  let scene: Scene;
  let device: DeviceProcess;
  before(async () => {
    scene = await openScene({ settings: { 'lwm2m.update.method': 'pull' }, imageSize: 512 * 1024 });
    // Some ten milliseconds a block, so that the transfer outlasts the reload.
    device = startDevice(scene.serverUri, 'slow-1', '--version', '1.4.0', '--fault', 'delay=20');
    await device.told('registered');
  });
  after(async () => {
    await device.stop();
    await scene.session.close();
  });

  step(
    'the pull is under way',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.viewContainer('LwM2M');
      await workbench.row(/slow-1/, await workbench.section('Devices')).waitFor();
      await workbench.command('LwM2M: Push Build to Device');
      const panel = await workbench.panel('slow-1');
      await panel
        .getByText(/\b[1-9]\d? %/)
        .first()
        .waitFor();
      await workbench.screenshot('pull-before-reload');
    },
  );

  step(
    'the panel comes back with the truth and the pull goes on to the new version',
    () => scene,
    async (it) => {
      const { workbench } = it.session;
      await workbench.reloadWindow();
      const panel = await workbench.panel('slow-1');
      await workbench.screenshot('pull-after-reload');
      await updated(panel);
      await workbench.screenshot('pull-finished-after-reload');
      const { sha256 } = await device.told('image');
      const sent = createHash('sha256')
        .update(await readFile(builtImage(it.session.folder)))
        .digest('hex');
      assert.equal(sha256, sent);
      assert.deepEqual(it.session.ownErrors(), []);
    },
  );
});
