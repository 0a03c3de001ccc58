import { editor } from './editorStub';
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { registerCopyCredential } from '../../../src/extension/commands/copyCredential';
import { Commands } from '../../../src/extension/ids';
import type { Services } from '../../../src/extension/services';

const credential = { mode: 'psk', endpointName: 'dev1', identity: 'dev1', key: new Uint8Array(16) };
const ZEPHYR = 'Kconfig of Zephyr';

beforeEach(
  () => void Object.assign(editor, { told: [], asked: [], clipboard: '', button: 'Copy without It' }),
);

/** Copies a device's credential as Kconfig of Zephyr while a server listens there: the URI in it. */
async function copy(listening: readonly string[], ...picks: readonly string[]) {
  registerCopyCredential({
    secrets: { credentials: { list: () => Promise.resolve([credential]) } },
    status: () => ({ listening }),
  } as unknown as Services);
  editor.picks = [ZEPHYR, ...picks];
  await editor.run(Commands.CREDENTIAL_COPY, { endpoint: 'dev1' });
  return /LWM2M_APP_SERVER="(.*)"/.exec(editor.clipboard)?.[1];
}

describe('a credential as Kconfig', () => {
  const ways = ['coaps://192.168.1.20:5684', 'coaps://10.0.0.1:5684'];

  test('names the one secured address that a board reaches, without a question', async () => {
    assert.equal(
      await copy(['coap://192.168.1.20:5683', 'coaps://127.0.0.1:5684', ...ways.slice(0, 1)]),
      ways[0],
    );
    assert.equal(editor.asked.length, 1);
  });

  test('asks between several, and copies nothing where none is picked', async () => {
    assert.equal(await copy(['coaps://127.0.0.1:5684', ...ways], 'coaps://10.0.0.1:5684'), ways[1]);
    assert.deepEqual(editor.asked[1], ways);
    editor.clipboard = '';
    await copy(ways);
    assert.equal(editor.clipboard, '');
  });

  test('says that it names no server where none is secured', async () => {
    assert.equal(await copy(['coap://192.168.1.20:5683']), undefined);
    assert.match(editor.clipboard, /LWM2M_APP_ID="dev1"/);
    assert.match(editor.told.join(), /names no server/);
  });
});
