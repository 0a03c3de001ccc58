import { MIB, RUNS, median, type Bench } from '../figure';
import { bundle, needLoad, withCleanup } from '../processes';

/** How a host answers while it works: its event loop during a push, and how soon after a build a device downloads. */
export const responsiveness: Bench = async (say) => {
  const load = await needLoad();
  say('event loop during a push, and from a written file to the first block');
  return withCleanup(async (cleanup) => {
    const host = cleanup.peer({ file: process.execPath, args: [bundle('hostProcess.cjs')] });
    const { port } = await host.next('ready');
    const device = cleanup.peer(load('--port', port, 'register', 'respond'));
    await device.next('responding');
    const pushes = [];
    for (let n = 0; n < Math.min(RUNS, 3); n++) {
      host.send({ do: 'push', endpoint: 'load-0', size: 8 * MIB });
      pushes.push(await host.next('pushed', { timeoutMs: 60_000 }));
    }
    const p99 = median(pushes.map((push) => push.p99Ms as number));
    const begun = [];
    for (let n = 0; n < RUNS; n++) {
      host.send({ do: 'build', size: MIB });
      begun.push((await host.next('downloading', { timeoutMs: 60_000 })).ms as number);
    }
    return [
      {
        what: 'event-loop delay of the host in a push, p99',
        unit: 'ms',
        better: 'smaller',
        ours: p99,
        peers: { 'the same host idle': median(pushes.map((push) => push.idleP99Ms as number)) },
        goal: '< 10 ms',
        held: p99 < 10,
        note: `${median(pushes.map((push) => push.seconds as number)).toFixed(2)} s for 8 MiB`,
      },
      {
        what: 'image written → device asks for its first block',
        unit: 'ms',
        better: 'smaller',
        ours: median(begun),
        goal: '< 300 ms',
        held: median(begun) < 300,
        note: `at most ${Math.max(...begun).toFixed(0)} ms`,
      },
    ];
  });
};
