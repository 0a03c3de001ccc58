import { after, before, describe, test } from 'node:test';
import { builtVersion, openScene, updated, type Scene } from '../../workbench/scene';
import { leshan } from '../peers/leshan/prepare.mjs';
import { startJsonPeer, type JsonPeer } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';

const NAME = 'leshan-device';

describe("a device on Leshan's libraries, in the workbench", () => {
  let scene: Scene;
  let device: JsonPeer | undefined;
  before(async () => {
    scene = await openScene();
  });
  after(async () => {
    await device?.close();
    await scene.session.close();
  });

  test('it is in the tree, takes the build from the palette and comes back with its version', async (t) => {
    const peer = requirePeer(t, await leshan());
    if (peer === undefined) return;
    const { workbench } = scene.session;
    try {
      device = startJsonPeer(peer.device('--server', scene.serverUri, '--endpoint', NAME));
      await device.next('registered');
      const devices = await workbench.section('Devices');
      await workbench.row(new RegExp(NAME), devices).waitFor();
      await workbench.screenshot('leshan-1-in-the-tree');
      await workbench.command('LwM2M: Push Build to Device');
      const panel = await workbench.panel(NAME);
      await updated(panel);
      await workbench.screenshot('leshan-2-updated');
      await workbench.viewContainer('LwM2M');
      await workbench.row(new RegExp(`${NAME}.*${builtVersion.replaceAll('.', '\\.')}`), devices).waitFor();
    } catch (error) {
      await workbench.screenshot('failed-leshan-device');
      throw error;
    }
  });
});
