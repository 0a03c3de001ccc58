import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { openSockets } from './openSockets';
import { builtVersion, openScene, step, updated, type Scene } from './scene';

describe('a build is pushed to a simulated device from the palette', () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({ settings: { 'lwm2m.simulator.autoStart': true } });
  });
  after(() => scene.session.close());

  step(
    'the device is in the tree with its version, the build with its own',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.viewContainer('LwM2M');
      const devices = await workbench.section('Devices');
      await workbench.row(/sim-1.*1\.0\.0/, devices).waitFor();
      const builds = await workbench.section('Builds');
      await workbench.row(new RegExp(builtVersion.replaceAll('.', '\\.')), builds).waitFor();
      await workbench.screenshot('1-device-and-build');
    },
  );

  step(
    'the server listens on the loopback interface, where the settings say',
    () => scene,
    async (it) => {
      const ports = (await openSockets(it.session.server.pid))
        .filter((s) => s.protocol === 'udp')
        .map((s) => s.port);
      assert.ok(ports.includes(it.port), `UDP sockets on ${ports.join(', ')}, not on ${it.port}`);
    },
  );

  step(
    'the command asks nothing, shows progress and ends with the version that runs',
    () => scene,
    async (it) => {
      const { workbench } = it.session;
      await workbench.command('LwM2M: Push Build to Device');
      const panel = await workbench.panel('sim-1');
      await panel.getByText('zephyr.signed.bin').first().waitFor();
      await panel
        .getByText(/MCUboot/)
        .first()
        .waitFor();
      await panel.getByText('Downloading', { exact: false }).first().waitFor();
      await panel.getByText(/\d+ %/).first().waitFor();
      await workbench.screenshot('2-progress');
      await updated(panel);
      await workbench.screenshot('3-runs-the-new-version');
    },
  );

  step(
    'the tree shows the new version and the past update',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.viewContainer('LwM2M');
      await workbench.row(/sim-1.*1\.5\.0/, await workbench.section('Devices')).waitFor();
      await workbench.row(/sim-1.*1\.0\.0 → 1\.5\.0/, await workbench.section('Updates')).waitFor();
      await workbench.screenshot('4-tree-with-the-new-version');
    },
  );

  step(
    'a resource is read by name',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      const devices = await workbench.section('Devices');
      await workbench.expand(workbench.row(/sim-1/, devices));
      await workbench.expand(workbench.row(/^\s*Device|3 Device/, devices));
      const manufacturer = workbench.row('Manufacturer', devices);
      await workbench.rowAction(manufacturer, 'Read');
      await workbench.row(/Manufacturer.*\S/, devices).waitFor();
      await workbench.screenshot('5-resource-read');
    },
  );

  step(
    'the log channel has the endpoint name in it',
    () => scene,
    async ({ session }) => {
      const output = await session.workbench.output('LwM2M');
      await output.getByText('sim-1').first().waitFor();
      await session.workbench.screenshot('6-log');
    },
  );

  step(
    'no error of ours on the console, and nothing asked of the network',
    () => scene,
    async ({ session }) => {
      assert.deepEqual(session.ownErrors(), []);
      assert.deepEqual(session.requestsAway, []);
    },
  );
});
