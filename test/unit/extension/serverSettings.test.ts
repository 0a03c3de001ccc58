import { editor } from './editorStub';
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Workbench } from '../../../src/contract/workbench';
import { followServerSettings } from '../../../src/extension/commands/serverCommands';
import { Connection } from '../../../src/extension/connection';
import { Settings } from '../../../src/extension/ids';
import type { Services } from '../../../src/extension/services';
import { settled } from './support';

beforeEach(() => void Object.assign(editor, { told: [] }));

describe('settings that a server has from its start', () => {
  /** A server whose starts take until they are let go, and the port each took from the settings. */
  function startable(own: boolean) {
    const took: number[] = [];
    const opening: (() => void)[] = [];
    const setting = { port: 5683 };
    let closing = false;
    const connection = new Connection(
      async () => {
        assert.equal(closing, false, 'its ports are not free yet');
        took.push(setting.port);
        await new Promise<void>((resolve) => opening.push(resolve));
        const workbench: Partial<Workbench> = {
          onEvent: () => ({ dispose: () => undefined }),
          status: () => Promise.resolve({ owner: 'editor', pid: 1, startedAt: 0, listening: [] }),
        };
        const close = async () => {
          closing = true;
          await settled();
          closing = false;
        };
        return { workbench: workbench as Workbench, own, close };
      },
      () => assert.fail('lost'),
    );
    const following = followServerSettings({
      connection,
      model: { updates: () => [] },
    } as unknown as Services);
    return {
      took,
      setting,
      start: () => void connection.start(),
      opened: async () => {
        opening.shift()?.();
        for (let turns = 0; turns < 5; turns++) await settled();
      },
      stop: () => following.dispose(),
    };
  }

  test('changed twice while it starts: it starts once more', async (t) => {
    const server = startable(true);
    t.after(server.stop);
    server.start();
    server.setting.port = 5690;
    editor.changeSetting(Settings.SERVER_PORT);
    editor.changeSetting(Settings.SERVER_ADDRESSES);
    await server.opened();
    await server.opened();
    assert.deepEqual(server.took, [5683, 5690]);
    assert.deepEqual(editor.told, []);
  });

  test('changed again while it starts once more: they are taken too', async (t) => {
    const server = startable(true);
    t.after(server.stop);
    server.start();
    for (const port of [5690, 5691]) {
      server.setting.port = port;
      editor.changeSetting(Settings.SERVER_PORT);
      await server.opened();
    }
    await server.opened();
    assert.deepEqual(server.took, [5683, 5690, 5691]);
  });

  test('changed while another window’s server is joined: that is told', async (t) => {
    const server = startable(false);
    t.after(server.stop);
    server.start();
    editor.changeSetting(Settings.SERVER_PORT);
    await server.opened();
    assert.deepEqual(server.took, [5683]);
    assert.match(editor.told.join(), /another window/);
  });
});
