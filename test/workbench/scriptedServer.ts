/** A server of values alone, that a window joins: what it tells is what the test says. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Emitter } from '../../src/base/event';
import type { DeviceView } from '../../src/contract/device';
import type { Workbench, WorkbenchEvent } from '../../src/contract/workbench';
import { serveControl } from '../../src/host/control/serveControl';
import type { HandshakeAttempt } from '../../src/security/handshakeAttempt';
import { controlPath } from '../../src/storage/controlPath';
import { listenLocal } from '../../src/transport/localSocket';

export interface ScriptedServer {
  /** For the setting `lwm2m.server.stateFolder`. */
  readonly stateFolder: string;
  tell(event: WorkbenchEvent): void;
  close(): Promise<void>;
}

/** Starts it: a window with its state folder joins it. */
export async function scriptedServer(
  devices: readonly DeviceView[],
  handshakes: readonly HandshakeAttempt[],
): Promise<ScriptedServer> {
  const stateFolder = await mkdtemp(path.join(os.tmpdir(), 'lwm2m-scripted-'));
  const events = new Emitter<WorkbenchEvent>();
  const nothing = () => Promise.resolve([]);
  const workbench: Partial<Workbench> = {
    onEvent: events.event,
    status: () =>
      Promise.resolve({
        owner: 'editor',
        pid: process.pid,
        startedAt: Date.now(),
        listening: ['coap://192.0.2.1:5683', 'coaps://192.0.2.1:5684'],
      }),
    devices: () => Promise.resolve(devices),
    handshakes: () => Promise.resolve(handshakes),
    history: nothing,
    values: nothing,
    observations: nothing,
    definition: () => Promise.resolve(undefined),
    setObjectFile: () => Promise.resolve(),
    operate: ({ endpoint }) =>
      Promise.resolve({ endpoint, path: '/3/0/3', code: '4.04', values: [], problems: [], size: 0 }),
  };
  const listener = await listenLocal(controlPath(stateFolder), ({ rpc }) =>
    serveControl(workbench as Workbench, rpc),
  );
  return {
    stateFolder,
    tell: (event) => events.fire(event),
    async close() {
      await listener.close();
      await rm(stateFolder, { recursive: true, force: true });
    },
  };
}
