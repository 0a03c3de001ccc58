import { inTurn, type Bench, type Figure } from '../figure';
import {
  freshPort,
  needLeshan,
  needLoad,
  ourServer,
  runLoad,
  ready,
  startServe,
  withCleanup,
} from '../processes';

/** Registrations and updates a second from one load program: our server alone, the terminal program, Leshan's. */
export const registrations: Bench = async (say) => {
  const leshan = await needLeshan();
  const load = await needLoad();
  const figures: Figure[] = [];
  for (const count of [1000, 10_000]) {
    say(`registrations and updates, ${count} devices`);
    await withCleanup(async (cleanup) => {
      const begin = async (start: (port: number) => Promise<unknown>) => {
        const port = freshPort();
        await start(port);
        const updates: number[] = [];
        const phases = ['register', 'update', 'deregister'];
        let run = 0;
        return {
          updates,
          register: async () => {
            // names of their own, so that no run meets what an earlier one left
            const told = await runLoad(
              load,
              ...['--port', port, '--count', count, '--prefix', `run-${run++}-`],
              ...phases,
            );
            for (const phase of phases) {
              const event = told.get(phase);
              if (event?.ok !== count) throw new Error(`${phase}: ${JSON.stringify(event)}`);
            }
            updates.push(told.get('update')?.perSecond as number);
            return told.get('register')?.perSecond as number;
          },
        };
      };
      const contenders = {
        ours: await begin((port) => startServe(cleanup, port)),
        alone: await begin((port) => ready(cleanup.peer(ourServer('--port', port)))),
        Leshan: await begin((port) => ready(cleanup.peer(leshan.server('--port', port, '--quiet')))),
      };
      const registered = await inTurn({
        ours: contenders.ours.register,
        alone: contenders.alone.register,
        Leshan: contenders.Leshan.register,
      });
      const middle = (values: readonly number[]) =>
        [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
      const figure = (what: string, ours: number, Leshan: number, alone: number): Figure => ({
        what: `${what}, ${count} devices`,
        unit: '/s',
        better: 'larger',
        ours,
        peers: { Leshan, 'our server alone': alone },
        goal: 'ahead of Leshan',
        held: ours > Leshan,
      });
      figures.push(
        figure('registrations', registered.ours, registered.Leshan, registered.alone),
        figure(
          'updates',
          middle(contenders.ours.updates),
          middle(contenders.Leshan.updates),
          middle(contenders.alone.updates),
        ),
      );
    });
  }
  return figures;
};
