/** What every workbench test begins with: the packaged extension in a window on the sample application. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { Frame } from 'playwright-core';
import { freeUdpPort } from '../support/freeUdpPort';
import { makeSampleWorkspace } from '../demo/sampleWorkspace.mjs';
import { Session, type SessionOptions } from './host/session';

/** The version that the sample's build carries, as panels and rows show it. */
export const builtVersion = '1.5.0';

export interface Scene {
  readonly session: Session;
  /** Where the window's server listens: `coap://127.0.0.1:41234`. */
  readonly serverUri: string;
  readonly port: number;
  /** Where it listens for coaps, once there is a key. */
  readonly securedPort: number;
}

/** A window on the sample application with the LwM2M views shown, its server on a free loopback port. */
export async function openScene(
  options: Pick<SessionOptions, 'settings' | 'workspaceTrust'> & { readonly imageSize?: number } = {},
): Promise<Scene> {
  const [port, securedPort] = [await freeUdpPort(), await freeUdpPort()];
  const serverUri = `coap://127.0.0.1:${port}`;
  const session = await Session.start({
    vsix: 'dist/lwm2m-workbench.vsix',
    workspace: async (parent) => {
      const size = options.imageSize === undefined ? {} : { size: options.imageSize };
      return (await makeSampleWorkspace(parent, size)).folder;
    },
    settings: {
      'lwm2m.server.port': port,
      'lwm2m.server.securedPort': securedPort,
      'lwm2m.server.autoStart': true,
      ...options.settings,
    },
    workspaceTrust: options.workspaceTrust ?? false,
  });
  await session.workbench.viewContainer('LwM2M');
  return { session, serverUri, port, securedPort };
}

/** Waits until an update's panel tells its end: the device runs the version that was built. */
export const updated = (panel: Frame): Promise<void> =>
  panel.getByText(`Updated: runs ${builtVersion}`).first().waitFor({ timeout: 120_000 });

/** A test whose failure leaves a picture of the window, and tells what could be read in it. */
export function step(name: string, scene: () => Scene, body: (scene: Scene) => Promise<void>): void {
  void test(name, async () => {
    try {
      await body(scene());
    } catch (error) {
      const { workbench } = scene().session;
      await workbench.screenshot(`failed: ${name}`.replace(/[^\w.-]+/g, '-'));
      throw new Error(`failed while the window showed:\n${await workbench.words()}\n`, { cause: error });
    }
  });
}

/** A simulated device in a process of its own, so that it outlives the window's extension host. */
export interface DeviceProcess {
  /** Resolves with the first event of that name; rejects when the process ends without it. */
  told(event: string): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

/** Starts the terminal program's `simulate`. */
export function startDevice(
  serverUri: string,
  endpoint: string,
  ...options: readonly string[]
): DeviceProcess {
  const args = [
    'dist/cli.js',
    'simulate',
    '--server',
    serverUri,
    '--endpoint',
    endpoint,
    '--json',
    ...options,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const past: Record<string, unknown>[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => past.push(JSON.parse(line) as Record<string, unknown>));
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const closed = once(child, 'close');
  return {
    async told(event) {
      for (;;) {
        const found = past.find((candidate) => candidate['event'] === event);
        if (found) return found;
        const next = await Promise.race([once(lines, 'line'), closed.then(() => undefined)]);
        if (next === undefined) throw new Error(`the device ended before "${event}": ${complaints}`);
      }
    },
    async stop() {
      child.kill();
      await closed;
    },
  };
}

/** The file that the sample's build offers for the update. */
export const builtImage = (folder: string) =>
  path.join(folder, 'build', path.basename(folder), 'zephyr', 'zephyr.signed.bin');
