import { editor } from './editorStub';
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { registerReveal } from '../../../src/extension/commands/revealFile';
import { Commands } from '../../../src/extension/ids';

const FILE = '/srv/images/app.bin';
const reveal = (file = FILE) => editor.run(Commands.BUILD_REVEAL, { file });

describe('a file is shown', () => {
  registerReveal();
  editor.changeFolders('/work/app');
  beforeEach(() => {
    Object.assign(editor, {
      told: [],
      executed: [],
      clipboard: '',
      hasFile: () => true,
      remoteName: undefined,
    });
    editor.missing.clear();
    editor.button = 'Copy Path';
  });
  const commands = () => editor.executed.map(([id]) => id);

  test('in the explorer where it is the workspace’s, else where the system keeps it', async () => {
    await reveal('/work/app/build/app.bin');
    await reveal();
    assert.deepEqual(commands(), ['revealInExplorer', 'revealFileInOS']);
    assert.deepEqual(editor.told, []);
  });

  for (const [where, arrange] of [
    ['a browser', () => editor.missing.add('revealFileInOS')],
    ['a remote window', () => (editor.remoteName = 'ssh-remote')],
  ] as const)
    test(`outside the workspace in ${where}: its path is offered`, async () => {
      arrange();
      await reveal();
      assert.deepEqual(commands(), []);
      assert.match(editor.told.join(), /app\.bin is outside this workspace/);
      assert.equal(editor.clipboard, FILE);
    });

  test('not where it is gone: that is said, by name', async () => {
    editor.hasFile = () => false;
    await reveal();
    assert.deepEqual(commands(), []);
    assert.match(editor.told.join(), /\/srv\/images\/app\.bin is no longer there/);
  });
});
