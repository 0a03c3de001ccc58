import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { isOperationError } from '../../../src/base/errors';
import { NO_LOG } from '../../../src/base/log';
import { memorySecret } from '../../../src/base/secretText';
import { openWorkbench, type OpenWorkbench } from '../../../src/extension/stack';
import { freeUdpPort } from '../../support/freeUdpPort';
import { temporaryFolder } from '../../support/temporaryFolder';

/** Windows of one user, whose server has one port. */
async function windows(t: TestContext) {
  const stateFolder = temporaryFolder(t);
  const port = await freeUdpPort();
  const opened: OpenWorkbench[] = [];
  t.after(async () => {
    // Those that joined first, so that none sees its server go.
    for (const open of opened.sort((a, b) => Number(a.own) - Number(b.own))) await open.close();
  });
  return {
    port,
    open: async () => {
      const open = await openWorkbench({
        stateFolder,
        extensionFolder: path.resolve('.'),
        log: NO_LOG,
        secrets: {
          credentials: memorySecret(),
          authority: memorySecret(),
          serverCertificate: memorySecret(),
        },
        host: { owner: 'editor', listen: [{ scheme: 'coap', address: { host: '127.0.0.1', port } }] },
      });
      opened.push(open);
      return open;
    },
  };
}

describe('several windows have one server', () => {
  test('a window that opens while another one closes waits for the port, and has it', async (t) => {
    const { open } = await windows(t);
    let before = await open();
    for (let reload = 0; reload < 5; reload++) {
      // Its devices deregister while it closes, which takes a while.
      for (const endpoint of ['a', 'b', 'c']) await before.workbench.startSimulatedDevice({ endpoint });
      const closing = before.close();
      await setImmediate();
      const [next] = await Promise.all([open(), closing]);
      assert.equal(next.own, true);
      before = next;
    }
  });

  test('of three that open at once, one starts it and two join', async (t) => {
    const { open } = await windows(t);
    const three = await Promise.all([open(), open(), open()]);
    assert.deepEqual(three.map(({ own }) => own).sort(), [false, false, true]);
    const pids = await Promise.all(three.map(async ({ workbench }) => (await workbench.status()).pid));
    assert.deepEqual(new Set(pids), new Set([process.pid]));
  });

  test('a port that a stranger has is told', async (t) => {
    const { open, port } = await windows(t);
    const stranger = createSocket('udp4').bind(port, '127.0.0.1');
    await once(stranger, 'listening');
    t.after(() => stranger.close());
    await assert.rejects(open(), (error) => isOperationError(error, 'PORT_IN_USE'));
  });
});
