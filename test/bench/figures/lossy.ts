import type { Libcoap } from '../../interop/peers/libcoap.mjs';
import { median, type Bench } from '../figure';
import { bundle, freshPort, needLibcoap, ourServer, withCleanup, type Cleanup } from '../processes';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const SIZE = 64 << 10;
const SEEDS = [1, 2, 3];

/** 64 KiB pushed to libcoap's server over 100 ms round trip with 5 % loss each way, three seeds at once. */
export const lossy: Bench = async (say) => {
  const libcoap = needLibcoap();
  say('64 KiB over a lossy link, three seeds, both clients at once');
  const [ours, theirs] = await Promise.all([
    Promise.all(SEEDS.map((seed) => withCleanup((cleanup) => pushOurs(cleanup, libcoap, seed)))),
    Promise.all(SEEDS.map((seed) => withCleanup((cleanup) => pushTheirs(cleanup, libcoap, seed)))),
  ]);
  const ratio = ours.map((time, n) => time / (theirs[n] ?? NaN));
  const worst = Math.max(...ratio);
  return [
    {
      what: '64 KiB pushed over 100 ms and 5 % loss',
      unit: 's',
      better: 'smaller',
      ours: median(ours),
      peers: { libcoap: median(theirs) },
      goal: '≤ 0.4× libcoap',
      held: median(ours) <= 0.4 * median(theirs),
      note: `by seed ${ours.map((time, n) => `${time.toFixed(1)}/${theirs[n]?.toFixed(1)}`).join(', ')}; worst ${worst.toFixed(2)}×`,
    },
  ];
};

/** A relay to a new server of libcoap's; its port. */
async function link(cleanup: Cleanup, libcoap: Libcoap, seed: number): Promise<number> {
  const server = await libcoap.serve(freshPort());
  cleanup.add(() => server.close());
  const settings = {
    server: { host: '127.0.0.1', port: Number(new URL(server.uri('').replace('coap', 'http')).port) },
    link: { seed, loss: 0.05, delay: 50 },
  };
  const relay = spawn(process.execPath, [bundle('relayProcess.cjs'), JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanup.add(() => relay.stdin.end());
  const lines = createInterface({ input: relay.stdout });
  return new Promise((resolve) => lines.once('line', (line) => resolve(Number(line))));
}

async function pushOurs(cleanup: Cleanup, libcoap: Libcoap, seed: number): Promise<number> {
  const port = await link(cleanup, libcoap, seed);
  const file = cleanup.file(SIZE);
  const server = cleanup.peer(ourServer('--block-size', 1024));
  await server.next('ready');
  server.send({ do: 'put', port, file });
  return (await server.next('put', { timeoutMs: 200_000 })).ms / 1000;
}

async function pushTheirs(cleanup: Cleanup, libcoap: Libcoap, seed: number): Promise<number> {
  const port = await link(cleanup, libcoap, seed);
  const file = cleanup.file(SIZE);
  const uri = `coap://127.0.0.1:${port}/image`;
  return (await libcoap.put(uri, file, { blockSize: 1024, waitSeconds: 200 })).ms / 1000;
}
