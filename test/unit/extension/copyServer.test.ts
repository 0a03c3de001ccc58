import { editor } from './editorStub';
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { StatusView, WaitingView } from '../../../src/contract/workbench';
import { registerServerCommands } from '../../../src/extension/commands/serverCommands';
import { Commands, Settings } from '../../../src/extension/ids';
import type { Services } from '../../../src/extension/services';

beforeEach(() => {
  Object.assign(editor, { told: [], asked: [], executed: [], clipboard: '', button: undefined, picks: [] });
});

/** Copies the Kconfig of a server that listens there. */
async function copyKconfig(listening: readonly string[], waiting: readonly WaitingView[] = []) {
  const status: StatusView = { owner: 'editor', pid: 1, startedAt: 0, listening, waiting };
  registerServerCommands({
    status: () => status,
    running: () => Promise.resolve({}),
  } as unknown as Services);
  await editor.run(Commands.SERVER_COPY_KCONFIG);
  return /CLIENT_UTILS_SERVER="(.*)"/.exec(editor.clipboard)?.[1];
}

describe('Copy Kconfig for This Server', () => {
  test('names the one address that a board reaches, without a question', async () => {
    const listening = ['coap://127.0.0.1:5683', 'http://127.0.0.1:8080', 'coap://192.168.1.20:5683'];
    assert.equal(await copyKconfig(listening), 'coap://192.168.1.20:5683');
    assert.deepEqual(editor.asked, []);
  });

  test('asks where boards reach it in several ways', async () => {
    editor.picks = ['coaps://192.168.1.20:5684'];
    const ways = ['coap://192.168.1.20:5683', 'coaps://192.168.1.20:5684'];
    assert.equal(await copyKconfig(['coap://127.0.0.1:5683', ...ways]), 'coaps://192.168.1.20:5684');
    assert.deepEqual(editor.asked, [ways]);
  });

  test('on loopback alone it says for whom the address is', async () => {
    assert.equal(await copyKconfig(['coap://127.0.0.1:5683']), 'coap://127.0.0.1:5683');
    assert.match(editor.clipboard, /^# Only programs on this machine reach it.*Choose Listening Address/m);
  });

  test('by CoAP over TCP alone it copies nothing, says why, and opens the setting', async () => {
    editor.button = 'Open Setting';
    await copyKconfig(['coap+tcp://192.168.1.20:5683', 'http://192.168.1.20:8080']);
    assert.equal(editor.clipboard, '');
    assert.match(editor.told.join(), /CoAP over UDP/);
    assert.deepEqual(editor.executed, [['workbench.action.openSettings', Settings.SERVER_TRANSPORTS]]);
  });

  test('where coaps alone is to be served and waits for a key, it says so', async () => {
    editor.button = 'Generate Credential';
    await copyKconfig([], [{ uri: 'coaps://192.168.1.20:5684', needs: 'key' }]);
    assert.match(editor.told.join(), /coaps:\/\/192\.168\.1\.20:5684 opens with the first credential/);
    assert.deepEqual(editor.executed, [[Commands.CREDENTIAL_GENERATE]]);
  });
});

test('Copy Server URI says why there is nothing to copy', async () => {
  const status = { owner: 'editor', pid: 1, startedAt: 0, listening: ['http://127.0.0.1:8080'] };
  registerServerCommands({ status: () => status } as unknown as Services);
  await editor.run(Commands.SERVER_COPY_URI);
  assert.match(editor.told.join(), /does not listen/);
});
