import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import type { Session } from './host/session';
import {
  goToProblem,
  kconfigExtension,
  openFile,
  openFolder,
  quickFix,
  saved,
  written,
} from './languageScene';
import { step } from './scene';

const prj = `CONFIG_LWM2M=y
CONFIG_LWM2M_CLIENT_UTILS=y
CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=y
CONFIG_LWM2M_DTLS_SUPPORT=y
CONFIG_LWM2M_CLIENT_UTILS_SERVER="coaps://leshan.eclipseprojects.io:5684"
CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG=35724861
`;

describe('a prj.conf with Nordic’s language ids', () => {
  let session: Session;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kconfig-extension-'));
    session = await openFolder({ 'prj.conf': prj }, { beside: [await kconfigExtension(folder)] });
  });
  after(async () => {
    await session.close();
    await rm(folder, { recursive: true, force: true });
  });
  const scene = () => ({ session, serverUri: '', port: 0, securedPort: 0 });

  step('the file that sysbuild wants is made by a quick fix', scene, async () => {
    const { workbench } = session;
    const editor = await openFile(session, 'prj.conf');
    const second = editor.locator('.squiggly-error, .squiggly-warning').nth(1);
    await second.waitFor();
    await goToProblem(session);
    await quickFix(session, /^Create sysbuild\.conf/, () => workbench.screenshot('kconfig-new-file'));
    assert.equal(await written(session, 'sysbuild.conf'), 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n');
    await second.waitFor({ state: 'detached' });
  });

  step('the download tag that nobody wrote is told of', scene, async () => {
    const { workbench } = session;
    const editor = await openFile(session, 'prj.conf');
    await workbench.statusItem('Kconfig').or(workbench.statusItem('Properties')).first().waitFor();
    await editor.locator('.squiggly-error, .squiggly-warning').first().waitFor();
    await workbench.screenshot('kconfig-squiggle');
  });

  step('a hover says why', scene, async () => {
    const { workbench } = session;
    await workbench.page.locator('.squiggly-error, .squiggly-warning').first().hover({ force: true });
    await workbench.page
      .locator('.monaco-hover:visible')
      .filter({ hasText: 'lwm2m-kconfig' })
      .first()
      .waitFor();
    await workbench.screenshot('kconfig-hover');
    await workbench.page.keyboard.press('Escape');
  });

  step('its quick fix writes the tag, and the file is saved with it', scene, async () => {
    const { workbench } = session;
    await openFile(session, 'prj.conf');
    await goToProblem(session);
    await quickFix(session, /35724861/, () => workbench.screenshot('kconfig-quick-fix'));
    const text = await saved(session, 'prj.conf');
    assert.match(text, /CONFIG_\w*TAG=35724861[^]*CONFIG_\w*TAG=35724861/);
    await workbench.screenshot('kconfig-fixed');
    assert.deepEqual(session.ownErrors(), []);
  });
});
