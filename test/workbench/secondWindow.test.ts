import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { builtVersion, openScene, startDevice, step, type DeviceProcess, type Scene } from './scene';
import type { Workbench } from './host/workbench';

/** Object XML of a team of its own: what 3303 is called there. */
const objectXml = `<?xml version="1.0" encoding="UTF-8"?>
<LWM2M><Object ObjectType="MODefinition"><Name>Oven Thermometer</Name><Description1>Ours</Description1>
<ObjectID>3303</ObjectID><ObjectURN>urn:oma:lwm2m:ext:3303:1.1</ObjectURN><LWM2MVersion>1.0</LWM2MVersion>
<ObjectVersion>1.1</ObjectVersion><MultipleInstances>Multiple</MultipleInstances><Mandatory>Optional</Mandatory>
<Resources><Item ID="5700"><Name>Oven Heat</Name><Operations>R</Operations>
<MultipleInstances>Single</MultipleInstances><Mandatory>Mandatory</Mandatory><Type>Float</Type>
<RangeEnumeration></RangeEnumeration><Units>Cel</Units><Description>Heat</Description></Item></Resources>
</Object></LWM2M>
`;

describe('a second window joins the server of the first', () => {
  let scene: Scene;
  let device: DeviceProcess;
  let second: Workbench;
  before(async () => {
    scene = await openScene();
    device = startDevice(scene.serverUri, 'shared-1', '--version', '1.4.0');
    await device.told('registered');
    const { workbench } = scene.session;
    await workbench.row(/shared-1.*1\.4\.0/, await workbench.section('Devices')).waitFor();
    const folder = path.join(path.dirname(scene.session.folder), 'second');
    await mkdir(folder);
    await writeFile(path.join(folder, 'prj.conf'), 'CONFIG_LWM2M=y\n');
    await writeFile(path.join(folder, '3303.xml'), objectXml);
    second = await scene.session.secondWindow(folder);
  });
  after(async () => {
    await device.stop();
    await scene.session.close();
  });

  step(
    'it shows the same device, and whose server it is',
    () => scene,
    async () => {
      await second.viewContainer('LwM2M');
      const devices = await second.section('Devices');
      await second.row(/shared-1.*1\.4\.0/, devices).waitFor();
      await second.row(/another window/, devices).waitFor();
      await second.screenshot('second-1-joined');
    },
  );

  step(
    'its object XML counts in both windows',
    () => scene,
    async ({ session }) => {
      for (const workbench of [second, session.workbench]) {
        const devices = await workbench.section('Devices');
        await workbench.expand(workbench.row(/shared-1/, devices));
        await workbench.row(/3303 Oven Thermometer/, devices).waitFor();
      }
      await session.workbench.screenshot('second-2-object-xml-of-the-other-window');
    },
  );

  step(
    'an update that one window begins is seen in the other',
    () => scene,
    async ({ session }) => {
      await session.workbench.command('LwM2M: Push Build to Device');
      const update = second.row(new RegExp(`shared-1.*→ ${builtVersion}`), await second.section('Updates'));
      await second.open(update);
      const panel = await second.panel(/Updated: runs/);
      await panel.getByText('zephyr.signed.bin').first().waitFor();
      await second.screenshot('second-3-update-of-the-other-window');
      assert.deepEqual(session.ownErrors(), []);
    },
  );

  step(
    'when the first window stops its server, the second takes over and the device stays',
    () => scene,
    async ({ session }) => {
      await session.workbench.command('LwM2M: Stop Server');
      const devices = await second.section('Devices');
      await second.row(/another window/, devices).waitFor({ state: 'detached' });
      await second.row(/shared-1/, devices).waitFor();
      await second.screenshot('second-4-took-over');
    },
  );
});
