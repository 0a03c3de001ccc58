import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import { openScene, step, type Scene } from './scene';

/** Types of pcapng blocks: section header, interface description, decryption secrets (draft-ietf-opsawg-pcapng). */
const [SECTION, INTERFACE, SECRETS] = [0x0a0d0d0a, 1, 10];

/** The types of a file's blocks, in their order. */
function blockTypes(file: Buffer): readonly number[] {
  const types: number[] = [];
  for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) types.push(file.readUInt32LE(at));
  return types;
}

describe('traffic of a secured device is captured', () => {
  let scene: Scene;
  let file: string;
  before(async () => {
    scene = await openScene({ settings: { 'files.simpleDialog.enable': true } });
    file = path.join(scene.session.folder, 'bench.pcapng');
    const { workbench } = scene.session;
    await workbench.command('LwM2M: Start Secured Simulated Device');
    await workbench.row(/sim-1.*secured/, await workbench.section('Devices')).waitFor();
  });
  after(() => scene.session.close());

  step(
    'of all devices into a file, with the secrets on the user’s word',
    () => scene,
    async ({ session: { workbench } }) => {
      await workbench.command('LwM2M: Capture Traffic…');
      await workbench.choose('All Devices');
      const input = workbench.quickInput();
      await input.waitFor();
      await workbench.page
        .locator('.quick-input-widget:visible')
        .getByText('Capture Traffic')
        .first()
        .waitFor();
      // The dialog writes its own folder into the input when it has read it, over what was typed before.
      await workbench.quickPickRows().filter({ hasText: 'src' }).first().waitFor();
      await workbench.answer(file);
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.getByText(/to everyone who has the file/).waitFor();
      await workbench.screenshot('capture-1-asks-for-the-secrets');
      await dialog.getByRole('button', { name: 'Put Secrets Inside' }).click();
      await workbench.statusItem(/messages?/).waitFor();
    },
  );

  step(
    'a read of the device is in the traffic, decoded',
    () => scene,
    async ({ session: { workbench } }) => {
      const devices = await workbench.section('Devices');
      await workbench.expand(workbench.row(/sim-1/, devices));
      await workbench.expand(workbench.row(/3 Device/, devices));
      await workbench.row(/Manufacturer/, devices).waitFor();
      const traffic = workbench.page.locator('.part.panel .view-lines');
      await traffic
        .getByText(/sim-1\s←\sCON\sGET\s\/3\/0\s\(Device/)
        .first()
        .waitFor();
      await traffic
        .getByText(/sim-1\s→\sACK\s2\.05\s.*=\sLwM2M\sWorkbench/)
        .first()
        .waitFor();
      await workbench.screenshot('capture-2-traffic');
    },
  );

  step(
    'stopped: what is in the file, and the file to be shown',
    () => scene,
    async ({ session }) => {
      const { workbench } = session;
      await workbench.command('LwM2M: Stop Capture');
      const notice = workbench.notification(/bench\.pcapng\. The secrets are inside/);
      await notice.waitFor();
      await workbench.screenshot('capture-3-stopped');
      await notice.getByRole('button', { name: 'Reveal' }).click();
      await workbench.page
        .locator('.explorer-folders-view .monaco-list-row.selected')
        .filter({ hasText: 'bench.pcapng' })
        .waitFor();
      await workbench.screenshot('capture-4-revealed');
      const types = blockTypes(await readFile(file));
      assert.equal(types[0], SECTION);
      assert.ok(types.includes(INTERFACE));
      assert.ok(types.includes(SECRETS), 'the secrets of the session that was there already');
      if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o077, 0, 'its owner’s alone');
      assert.deepEqual(session.ownErrors(), []);
    },
  );
});
