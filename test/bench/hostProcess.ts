/**
 * The host as the editor and the terminal run it, in a process of its own. `{"do":"push","endpoint":E,"size":N}` runs an
 * update and tells the delay of the event loop in it and in an idle second before; `{"do":"build","size":N}` writes an
 * image and tells how long after it a simulated device asked for its first block.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_LOG } from '../../src/base/log';
import type { UpdateEnd } from '../../src/fota/run';
import { memorySecrets } from '../../src/host/memorySecrets';
import { nodePorts } from '../../src/host/nodePorts';
import { startHost } from '../../src/host/workbenchHost';
import { mcubootImage } from '../support/images';

const tell = (event: object) => void process.stdout.write(`${JSON.stringify(event)}\n`);

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-host-'));
  const ports = await nodePorts({
    stateFolder: path.join(folder, 'state'),
    log: NO_LOG,
    registryFile: path.resolve('media/registry/objects.json'),
    pid: process.pid,
    secrets: memorySecrets(),
  });
  let onBlock: (() => void) | undefined;
  const host = await startHost(
    {
      ...ports,
      channels: {
        ...ports.channels,
        open: async (scheme, address, tls) => {
          const channel = await ports.channels.open(scheme, address, tls);
          // Uri-Path "f" as the first option: somebody asks for the offer
          channel.onMessage(({ bytes }) => {
            const options = 4 + ((bytes[0] ?? 0) & 15);
            if (bytes[1] === 1 && bytes[options] === 0xb1 && bytes[options + 1] === 0x66) onBlock?.();
          });
          return channel;
        },
      },
    },
    { owner: 'bench', listen: [{ scheme: 'coap', address: { host: '127.0.0.1', port: 0 } }] },
  );
  const { workbench } = host;
  let version = 0;
  const build = (size: number): string => {
    const file = path.join(folder, 'zephyr.signed.bin');
    const image = mcubootImage({ version: `2.0.${++version}`, programSize: size });
    writeFileSync(file, image);
    return file;
  };
  const update = (
    endpoint: string,
    file: string,
    method: 'push' | 'pull',
    transferred?: () => void,
  ): Promise<UpdateEnd> =>
    new Promise((resolve, reject) => {
      const listening = workbench.onEvent((event) => {
        if (event.kind !== 'update' || event.endpoint !== endpoint) return;
        const told = event.event;
        if (told.kind === 'progress' && told.bytes === told.total) transferred?.();
        if (told.kind !== 'end') return;
        listening.dispose();
        resolve(told.end);
      });
      // the load program's device never restarts: that is waited for no longer than need be
      workbench.startUpdate({ endpoint, file, method, stallTimeout: 5 }).catch(reject);
    });

  const p99During = async (work: () => Promise<unknown>): Promise<number> => {
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    await work();
    delays.disable();
    // the monitor's own timer is part of each delay
    return Math.max(0, delays.percentile(99) / 1e6 - 1);
  };
  const push = async (endpoint: string, size: number) => {
    const file = build(size);
    const idleP99Ms = await p99During(() => sleep(1000));
    const started = performance.now();
    let ended: Promise<UpdateEnd> | undefined;
    const p99Ms = await p99During(
      () =>
        new Promise<void>((transferred, failed) => {
          ended = update(endpoint, file, 'push', transferred);
          ended.then(({ cause }) => failed(new Error(cause)), failed);
        }),
    );
    const seconds = (performance.now() - started) / 1000;
    await ended;
    tell({ event: 'pushed', p99Ms, idleP99Ms, seconds });
  };
  const buildAndPull = async (size: number) => {
    const endpoint = `built-${version}`;
    const registered = new Promise<void>((resolve) => {
      const listening = workbench.onEvent((event) => {
        if (event.kind !== 'registered' || event.device.endpoint !== endpoint) return;
        listening.dispose();
        resolve();
      });
    });
    await workbench.startSimulatedDevice({ endpoint });
    await registered;
    await sleep(200);
    const file = build(size);
    const started = performance.now();
    const asked = new Promise<number>((resolve) => (onBlock = () => resolve(performance.now() - started)));
    const updating = update(endpoint, file, 'pull');
    const ms = await Promise.race([asked, updating.then((end) => Promise.reject(new Error(end.cause)))]);
    onBlock = undefined;
    await updating;
    await workbench.stopSimulatedDevice(endpoint);
    tell({ event: 'downloading', ms });
  };

  const [uri] = (await workbench.status()).listening;
  tell({ event: 'ready', port: Number(uri?.split(':').at(-1)) });
  for await (const line of createInterface({ input: process.stdin })) {
    const {
      do: what,
      endpoint = '',
      size,
    } = JSON.parse(line) as {
      readonly do: string;
      readonly endpoint?: string;
      readonly size: number;
    };
    await (what === 'push' ? push(endpoint, size) : buildAndPull(size)).catch((error: unknown) =>
      tell({ event: 'error', message: String(error) }),
    );
  }
  await host.close();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

void main();
