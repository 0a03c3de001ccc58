import { editor } from './editorStub';
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { registerPushCommands } from '../../../src/extension/commands/pushCommands';
import { Commands } from '../../../src/extension/ids';
import type { Services } from '../../../src/extension/services';

beforeEach(() => void Object.assign(editor, { told: [], asked: [], picks: [] }));

/** What Cancel Update cancels of the updates that run, by endpoint. */
async function cancelled(running: readonly string[], given?: unknown): Promise<readonly string[]> {
  const runs: string[] = [];
  const cancelUpdate = (id: string) => {
    runs.push(id);
    return Promise.resolve({ cancelled: true });
  };
  registerPushCommands({
    model: { updates: () => running.map((endpoint) => ({ endpoint, run: `run of ${endpoint}` })) },
    connection: { workbench: { cancelUpdate } },
  } as unknown as Services);
  await editor.run(Commands.UPDATE_CANCEL, given);
  return runs;
}

describe('Cancel Update', () => {
  const onA = { kind: 'device', endpoint: 'A' };

  test('on a device cancels that device’s', async () => {
    assert.deepEqual(await cancelled(['B', 'A'], onA), ['run of A']);
  });

  test('on a device whose update has ended meanwhile cancels no other, and says so', async () => {
    assert.deepEqual(await cancelled(['B'], onA), []);
    assert.match(editor.told.join(), /update of A has ended/);
  });

  test('from the palette cancels the only one, and asks between several', async () => {
    assert.deepEqual(await cancelled(['B']), ['run of B']);
    editor.picks = ['B'];
    assert.deepEqual(await cancelled(['A', 'B']), ['run of B']);
    assert.deepEqual(editor.asked, [['A', 'B']]);
  });
});
