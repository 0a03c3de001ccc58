import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { createInterface } from 'node:readline';
import type { UpdateStart, WorkbenchEvent } from '../../../src/contract/workbench';
import { mcubootImage } from '../../support/images';
import { RealHost } from '../../unit/whole/realHost';
import { leshan } from '../peers/leshan/prepare.mjs';
import { startJsonPeer, type JsonPeer, type PeerEvent } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';
import { NAME } from './scene';

/* The whole update of a device that isn't ours, as a CI job does it: the terminal program as built, by its events and exit codes. */

const IMAGE = mcubootImage({ version: '2.3.4+7', programSize: 1 << 20 });
const SHA256 = createHash('sha256').update(IMAGE).digest('hex');

interface Bench {
  readonly folder: string;
  readonly image: string;
  device(port: number, ...more: readonly (string | number)[]): JsonPeer;
}

async function openBench(t: TestContext): Promise<Bench | undefined> {
  const peer = requirePeer(t, await leshan());
  if (peer === undefined) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'leshan-update-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const image = path.join(folder, 'zephyr.signed.bin');
  writeFileSync(image, IMAGE);
  return {
    folder,
    image,
    device: (port, ...more) => {
      const server = `coap://127.0.0.1:${port}`;
      const device = startJsonPeer(peer.device('--server', server, '--endpoint', NAME, ...more));
      t.after(() => device.close());
      return device;
    },
  };
}

/** Runs `lwm2m-workbench ARGS --json` to its end. */
function terminal(folder: string, ...args: readonly (string | number)[]) {
  const all = ['dist/cli.js', ...args.map(String), '--state', path.join(folder, 'state'), '--json'];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  const events: PeerEvent[] = [];
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line) as PeerEvent));
  const ended = new Promise<{ code: number | null; events: readonly PeerEvent[]; stderr: string }>(
    (resolve) => child.once('close', (code) => resolve({ code, events, stderr })),
  );
  return { ended, kill: () => child.kill('SIGKILL') };
}

const named = (events: readonly PeerEvent[], name: string) => events.filter(({ event }) => event === name);

/** Each state once for each time it was entered. */
function states(events: readonly PeerEvent[]): readonly string[] {
  const told = named(events, 'state').map(({ state, updateResult }) => `${state} ${updateResult}`);
  return told.filter((state, i) => state !== told[i - 1]);
}

async function updateOnce(bench: Bench, port: number, ...args: readonly (string | number)[]) {
  const run = terminal(
    bench.folder,
    'update',
    bench.image,
    ...['--endpoint', NAME, '--listen', `coap://127.0.0.1:${port}`, '--wait', 30, '--stall-timeout', 20],
    ...args,
  );
  const timer = setTimeout(run.kill, 60_000);
  const ended = await run.ended;
  clearTimeout(timer);
  return ended;
}

for (const [method, port] of [
  ['push', 25_751],
  ['pull', 25_752],
] as const) {
  test(`a Leshan device is updated by ${method} from the terminal`, { timeout: 90_000 }, async (t) => {
    const bench = await openBench(t);
    if (!bench) return;
    const updating = updateOnce(bench, port, '--method', method, '--protocol', 'coap');
    const device = bench.device(port);
    const { code, events, stderr } = await updating;
    assert.equal(code, 0, `${stderr}\nthe device: ${JSON.stringify(device.events)}`);

    const order = events.map(({ event }) => event).filter((name, i, all) => name !== all[i - 1]);
    assert.equal(order[0], 'ready');
    assert.equal(order.at(-1), 'end');
    assert.ok(order.indexOf('waiting') > 0 && order.indexOf('waiting') < order.indexOf('plan'));
    assert.ok(named(events, 'ready')[0]?.listening.includes(`coap://127.0.0.1:${port}`));

    const [plan] = named(events, 'plan');
    assert.equal(plan?.method, method);
    assert.equal(plan?.protocol, 'coap');
    assert.equal(plan?.versionBefore, '1.0.0');
    assert.equal(plan?.image.sha256, SHA256);
    assert.equal(plan?.image.size, IMAGE.length);
    assert.equal(plan?.image.version, '2.3.4+7');
    assert.ok(plan?.why);

    for (const state of named(events, 'state')) assert.equal(state.legal, true, JSON.stringify(state));
    const entered = states(events);
    assert.ok(entered.includes('downloaded 0'), entered.join(', '));
    assert.equal(entered.at(-1), 'idle 1', entered.join(', '));

    const progress = named(events, 'progress').map(({ bytes, total }) => ({ bytes, total }));
    assert.deepEqual(progress.at(-1), { bytes: IMAGE.length, total: IMAGE.length });
    assert.ok(progress.every(({ bytes }, i) => i === 0 || bytes >= (progress[i - 1]?.bytes ?? 0)));

    const [end] = named(events, 'end');
    assert.equal(end?.outcome, 'succeeded');
    assert.equal(end?.updateResult, 1);
    assert.equal(end?.versionBefore, '1.0.0');
    assert.equal(end?.versionAfter, '2.3.4+7');
    assert.ok(end?.durationMs > 0);
    assert.ok(!('cause' in (end ?? {})) || end?.cause === undefined);

    const received = await device.next('package');
    assert.equal(received.method, method);
    assert.equal(received.sha256, SHA256);
  });
}

test(
  'a Leshan device that fails: the answer is no, with its result and what to do',
  { timeout: 120_000 },
  async (t) => {
    const bench = await openBench(t);
    if (!bench) return;
    for (const [result, method, port] of [
      [5, 'push', 25_753],
      [2, 'pull', 25_754],
      [7, 'pull', 25_755],
      [8, 'push', 25_756],
    ] as const) {
      const updating = updateOnce(bench, port, '--method', method, '--protocol', 'coap');
      const device = bench.device(port, '--fail', result);
      const { code, events, stderr } = await updating;
      await device.close();
      const [end] = named(events, 'end');
      const told: string = `${stderr} ${JSON.stringify(end)}\nthe device: ${JSON.stringify(device.events)}`;
      assert.equal(code, 1, `result ${result}: ${told}`);
      assert.equal(end?.outcome, 'failed');
      assert.equal(end?.updateResult, result, told);
      assert.ok(end?.resultName);
      assert.ok(end?.cause && end?.next);
      assert.notEqual(stderr.trim(), '');
    }
  },
);

test('what history tells of a Leshan device’s updates', { timeout: 60_000 }, async (t) => {
  const bench = await openBench(t);
  if (!bench) return;
  const updating = updateOnce(bench, 25_757);
  const device = bench.device(25_757);
  const updated = await updating;
  assert.equal(updated.code, 0, `${updated.stderr}\nthe device: ${JSON.stringify(device.events)}`);
  const { code, events } = await terminal(bench.folder, 'history', '--endpoint', NAME).ended;
  assert.equal(code, 0);
  const [run] = named(events, 'run');
  assert.equal(run?.outcome, 'succeeded');
  assert.equal(run?.versionAfter, '2.3.4+7');
  assert.equal(run?.image.sha256, SHA256);
});

test(
  'the host in this process: pull, then push again, then a URI where nothing is',
  { timeout: 90_000 },
  async (t) => {
    const bench = await openBench(t);
    if (!bench) return;
    const host = await RealHost.open();
    const registered = new Promise<void>((resolve) => {
      host.workbench.onEvent((event: WorkbenchEvent) => {
        if (event.kind === 'registered') resolve();
      });
    });
    const device = bench.device(host.address.port);
    t.after(async () => {
      await device.close();
      await host.close();
    });
    await registered;
    const start = { endpoint: NAME, file: bench.image, stallTimeout: 20, expectVersion: '2.3.4+7' };
    const told = (end: unknown) => JSON.stringify([end, device.events]);
    const way = async (more: Partial<UpdateStart>) => (await host.update({ ...start, ...more })).end;

    const pulled = await way({ method: 'pull', protocol: 'coap' });
    assert.equal(pulled.outcome, 'succeeded', told(pulled));
    assert.equal(pulled.versionAfter, '2.3.4+7');
    const pushed = await way({ method: 'push', blockSize: 256 });
    assert.equal(pushed.outcome, 'succeeded', told(pushed));
    const sums = device.events
      .filter(({ event }) => event === 'package')
      .map(({ sha256 }) => sha256 as string);
    assert.deepEqual(sums, [SHA256, SHA256]);

    const write = (uri: string) =>
      host.workbench.operate({
        operation: 'write',
        endpoint: NAME,
        values: [{ path: '/5/0/1', text: uri }],
      });
    assert.equal((await write(`coap://127.0.0.1:${host.address.port}/f/nothing`)).code, '2.04');
    await device.next('state', { where: ({ state, result }) => state === 0 && result === 7 });
    const again = await way({ method: 'pull' });
    assert.equal(again.outcome, 'succeeded', `the old result 7 counts for nothing: ${told(again)}`);
  },
);
