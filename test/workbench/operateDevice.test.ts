import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { openScene, startDevice, step, type DeviceProcess, type Scene } from './scene';

describe('a device’s resources are written, executed and observed from the tree', () => {
  let scene: Scene;
  let device: DeviceProcess;
  before(async () => {
    scene = await openScene();
    device = startDevice(scene.serverUri, 'bench-1', '--version', '1.4.0');
    await device.told('registered');
    const { workbench } = scene.session;
    await workbench.fold('Builds', 'Updates');
    const devices = await workbench.section('Devices');
    await workbench.expand(workbench.row(/bench-1.*1\.4\.0/, devices));
  });
  after(async () => {
    await device.stop();
    await scene.session.close();
  });

  step(
    'a value is written, and what the device made of it stands in its row',
    () => scene,
    async ({ session: { workbench } }) => {
      const devices = await workbench.section('Devices');
      await workbench.expand(workbench.row(/3 Device/, devices));
      const zone = workbench.row(/^Timezone/, devices);
      await workbench.rowAction(zone, 'Write');
      await workbench.answer('Europe/Berlin');
      await workbench.row(/Timezone.*Europe\/Berlin/, devices).waitFor();
      await workbench.screenshot('operate-1-written');
    },
  );

  step(
    'what does not fit the type is refused while it is typed',
    () => scene,
    async ({ session: { workbench } }) => {
      const devices = await workbench.section('Devices');
      await workbench.expand(workbench.row(/1 LwM2M Server/, devices));
      await workbench.expand(workbench.row(/^0/, devices));
      await workbench.rowAction(workbench.row(/^Lifetime.*300/, devices), 'Write');
      await workbench.quickInput().fill('soon');
      await workbench.page.locator('.quick-input-widget:visible .quick-input-message').waitFor();
      await workbench.screenshot('operate-2-refused-while-typed');
      await workbench.page.keyboard.press('Escape');
      await workbench.page.keyboard.press('Escape');
      // Folded again: only rows in view exist.
      await workbench.collapse(workbench.row(/1 LwM2M Server/, devices));
      await workbench.collapse(workbench.row(/3 Device/, devices));
    },
  );

  step(
    'an observed value changes in place as the device tells, and stops to when asked',
    () => scene,
    async ({ session: { workbench } }) => {
      const devices = await workbench.section('Devices');
      await workbench.expand(workbench.row(/3303 Temperature/, devices));
      await workbench.expand(workbench.row(/^0.*Cel/, devices));
      const value = workbench.row(/Sensor Value/, devices);
      await workbench.rowAction(value, 'Observe');
      await workbench
        .row(/Sensor Value/, devices)
        .locator('.custom-view-tree-node-item-icon.codicon-eye')
        .first()
        .waitFor();
      const first = await value.innerText();
      const changed = workbench.page.waitForFunction(
        (before) =>
          [...document.querySelectorAll<HTMLElement>('.part.sidebar .monaco-list-row')].some(
            (row) => row.innerText.includes('Sensor Value') && row.innerText !== before,
          ),
        first,
      );
      await changed;
      await workbench.screenshot('operate-3-observed');
      await workbench.rowAction(value, 'Stop Observing');
      await workbench
        .row(/Sensor Value/, devices)
        .locator('.custom-view-tree-node-item-icon.codicon-eye')
        .waitFor({ state: 'detached' });
    },
  );

  step(
    '"Nothing Arrives?" shows where the server listens and what came',
    () => scene,
    async ({ session, serverUri }) => {
      const { workbench } = session;
      await workbench.command('LwM2M: Nothing Arrives?');
      const text = workbench.page.locator('.editor-instance .view-lines');
      await text.getByText(serverUri).first().waitFor();
      await text
        .getByText(/loopback/)
        .first()
        .waitFor();
      await workbench.screenshot('operate-4-nothing-arrives');
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
