import { editor } from './editorStub';
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type * as vscode from 'vscode';
import { Builds } from '../../../src/extension/builds';
import { Settings } from '../../../src/extension/ids';
import type { FoundBuild } from '../../../src/extension/model/buildRows';
import { offerAfterBuild, updateSettings } from '../../../src/extension/settings';
import { image, settled } from './support';

const NOW = 1_000_000;

const build = (file: string, modified: number, sha256 = 'ab'.repeat(32)): FoundBuild => ({
  file,
  name: file,
  shownPath: file,
  modified,
  size: 10,
  facts: image({ sha256 }),
});

/** Folders of a workspace with the builds in them, looked at once, under a clock to turn. */
async function workspace(t: TestContext, disk: Record<string, readonly FoundBuild[]>) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOW });
  editor.changeFolders('/work/app');
  const finder = (folders: readonly string[]) => Promise.resolve(folders.flatMap((one) => disk[one] ?? []));
  const builds = new Builds(() => Promise.resolve(finder), {} as vscode.LogOutputChannel);
  t.after(() => builds.dispose());
  const offered: string[] = [];
  builds.onFinished(({ file }) => offered.push(file));
  await builds.found();
  return {
    offered,
    disk,
    look: async () => {
      for (let turns = 0; turns < 3; turns++) await settled();
      t.mock.timers.tick(200);
      for (let turns = 0; turns < 3; turns++) await settled();
    },
  };
}

describe('a build is offered', () => {
  test('where it is the first one ever, and each time it is built', async (t) => {
    const { disk, offered, look } = await workspace(t, {});
    disk['/work/app'] = [build('first', NOW + 50)];
    editor.changeFiles();
    await look();
    assert.deepEqual(offered, ['first']);
    disk['/work/app'] = [build('first', NOW + 90, 'cd'.repeat(32))];
    editor.changeFiles();
    await look();
    assert.deepEqual(offered, ['first', 'first']);
  });

  test('not where it was there before its folder came into the workspace', async (t) => {
    const disk = { '/work/app': [build('app', NOW - 10)], '/work/other': [build('other', NOW + 100)] };
    const { offered, look } = await workspace(t, disk);
    editor.changeFolders('/work/app', '/work/other');
    await look();
    assert.deepEqual(offered, []);
    disk['/work/other'] = [build('other', NOW + 300, 'cd'.repeat(32))];
    editor.changeFiles();
    await look();
    assert.deepEqual(offered, ['other']);
  });

  test('not where the user names its folder, nor where an old one is put back', async (t) => {
    const { disk, offered, look } = await workspace(t, { '/old': [build('of last year', NOW - 9e8)] });
    editor.setting = (id) => (id === Settings.BUILDS_FOLDERS ? ['/old'] : undefined);
    t.after(() => (editor.setting = () => undefined));
    editor.changeSetting(Settings.BUILDS_FOLDERS);
    await look();
    disk['/work/app'] = [build('put back', NOW - 9e8)];
    editor.changeFiles();
    await look();
    assert.deepEqual(offered, []);
  });
});

test('a folder’s own settings are those of its files: where the version is, and whether builds are offered', (t) => {
  const own: Record<string, string> = {
    [Settings.UPDATE_VERSION_RESOURCE]: '/3/0/19',
    [Settings.UPDATE_OFFER_AFTER_BUILD]: 'always',
  };
  editor.setting = (id, file) => (file?.startsWith('/work/ncs/') ? own[id] : undefined);
  t.after(() => (editor.setting = () => undefined));
  assert.equal(updateSettings('/work/ncs/build/zephyr.signed.bin').versionPath, '/3/0/19');
  assert.equal(offerAfterBuild('/work/ncs/build/zephyr.signed.bin'), 'always');
  assert.equal(updateSettings('/work/app/build/zephyr.signed.bin').versionPath, undefined);
  assert.equal(offerAfterBuild('/work/app/build/zephyr.signed.bin'), 'never');
});
