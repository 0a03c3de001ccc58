import { inTurn, type Bench } from '../figure';
import { freshPort, needLeshan, needLoad, serveCommand, withCleanup, type Cleanup } from '../processes';
import type { Command } from '../../interop/peers/process.mjs';
import { startJsonPeer } from '../../interop/peers/process.mjs';

/** Seconds from a server's start to the first registration that it answered. */
export const start: Bench = async (say) => {
  const leshan = await needLeshan();
  const load = await needLoad();
  const once = (command: (port: number, cleanup: Cleanup) => Command) => () =>
    withCleanup(async (cleanup) => {
      const port = freshPort();
      const devices = cleanup.peer(load('--port', port, '--retry-ms', 4, 'register'));
      const started = performance.now();
      const server = startJsonPeer(command(port, cleanup));
      cleanup.add(() => server.kill());
      await devices.next('register', { timeoutMs: 30_000 });
      return (performance.now() - started) / 1000;
    });
  say('process start to first registration');
  const { ours, Leshan } = await inTurn({
    ours: once((port, cleanup) => serveCommand(port, cleanup.folder())),
    Leshan: once((port) => leshan.server('--port', port, '--quiet')),
  });
  return [
    {
      what: 'process start → first registration',
      unit: 's',
      better: 'smaller',
      ours,
      peers: { Leshan },
      goal: '< 0.3 s',
      held: ours < 0.3,
    },
  ];
};
