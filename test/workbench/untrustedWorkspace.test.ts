import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { openSockets } from './openSockets';
import { openScene, step, type Scene } from './scene';

describe('a folder that the user has not trusted', () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({
      workspaceTrust: true,
      settings: { 'lwm2m.server.autoStart': true, 'lwm2m.simulator.autoStart': true },
    });
  });
  after(() => scene.session.close());

  const udpPorts = async () =>
    (await openSockets(scene.session.server.pid)).filter((s) => s.protocol === 'udp').map((s) => s.port);

  step(
    'no socket opens, and the view says why',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.statusItem('Restricted Mode').waitFor();
      await workbench.viewContainer('LwM2M');
      const devices = await workbench.section('Devices');
      await devices.getByText(/trust/i).first().waitFor();
      await (await workbench.section('Credentials')).getByText(/not used in a folder/).waitFor();
      await workbench.screenshot('untrusted-workspace');
      assert.deepEqual(await udpPorts(), []);
    },
  );

  step(
    'it opens once the folder is trusted',
    () => scene,
    async ({ session, port }) => {
      const { workbench } = session;
      await workbench.page
        .getByRole('button', { name: 'Manage', exact: true })
        .or(workbench.page.getByText('Manage', { exact: true }))
        .first()
        .click();
      await workbench.page
        .locator('.workspace-trust-editor')
        .getByText('Trust', { exact: true })
        .first()
        .click();
      await workbench.viewContainer('LwM2M');
      await workbench.row(/sim-1/, await workbench.section('Devices')).waitFor();
      assert.ok((await udpPorts()).includes(port));
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
