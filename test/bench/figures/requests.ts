import type { Command } from '../../interop/peers/process.mjs';
import { inTurn, median, type Bench, type Figure } from '../figure';
import { freshPort, needLeshan, needLoad, ourServer, processorTimeOf, withCleanup } from '../processes';

/** Reads of /3/0/3 a second: one outstanding, and one for each of 64 devices. */
export const requests: Bench = async (say) => {
  const leshan = await needLeshan();
  const load = await needLoad();
  return withCleanup(async (cleanup) => {
    const begin = async (command: (port: number) => Command) => {
      const port = freshPort();
      const server = cleanup.peer(command(port));
      await server.next('ready');
      const devices = cleanup.peer(
        load('--port', port, '--count', 64, '--sockets', 0, 'register', 'respond'),
      );
      await devices.next('responding');
      const processor: number[] = [];
      return {
        processor,
        read: async (devices: number) => {
          const before = processorTimeOf(server.pid);
          server.send({ do: 'read', devices, ms: 1500 });
          const { count, perSecond, failed } = await server.next('read');
          if (failed > 0) throw new Error(`${failed} reads failed`);
          processor.push(((processorTimeOf(server.pid) - before) * 1e6) / count);
          return perSecond as number;
        },
      };
    };
    const our = await begin((port) => ourServer('--port', port));
    const their = await begin((port) => leshan.server('--port', port, '--quiet'));
    const figures: Figure[] = [];
    for (const { count, goal, least } of [
      { count: 1, goal: 'ahead of Leshan', least: 1 },
      { count: 64, goal: '≥ 0.7× Leshan', least: 0.7 },
    ]) {
      say(`reads a second, ${count} outstanding`);
      const { ours, Leshan } = await inTurn({
        ours: () => our.read(count),
        Leshan: () => their.read(count),
      });
      const microseconds = (of: typeof our) => median(of.processor.splice(0)).toFixed(0);
      figures.push({
        what: `reads, ${count === 1 ? 'one outstanding' : `over ${count} devices`}`,
        unit: '/s',
        better: 'larger',
        ours,
        peers: { Leshan },
        goal,
        held: ours >= least * Leshan,
        note: `${microseconds(our)} µs of processor each, Leshan ${microseconds(their)}`,
      });
    }
    return figures;
  });
};
