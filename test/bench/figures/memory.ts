import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '../../interop/peers/process.mjs';
import { MIB, type Bench, type Figure } from '../figure';
import {
  freshPort,
  needLeshan,
  needLibcoap,
  needLoad,
  ourServer,
  ready,
  residentOf,
  runLoad,
  serveCommand,
  withCleanup,
  type Cleanup,
} from '../processes';

/** Resident memory: of a registered device, and after a hundred downloads. */
export const memory: Bench = async (say) => {
  say('10,000 registered devices');
  const figures = await devices();
  say('a hundred downloads of 1 MiB');
  figures.push(await withCleanup(downloads));
  return figures;
};

const COUNT = 10_000;

async function devices(): Promise<Figure[]> {
  const leshan = await needLeshan();
  const load = await needLoad();
  const perDevice = (command: (port: number, cleanup: Cleanup) => Command) =>
    withCleanup(async (cleanup) => {
      const port = freshPort();
      const server = cleanup.peer(command(port, cleanup));
      await ready(server);
      await sleep(500);
      const before = residentOf(server.pid);
      const told = await runLoad(load, '--port', port, '--count', COUNT, '--sockets', 0, 'register');
      if (told.get('register')?.ok !== COUNT) throw new Error(JSON.stringify(told.get('register')));
      await sleep(3000);
      return (residentOf(server.pid) - before) / COUNT / 1024;
    });
  const ours = await perDevice((port, cleanup) => serveCommand(port, cleanup.folder()));
  const alone = await perDevice((port) => ourServer('--port', port));
  const Leshan = await perDevice((port) => leshan.server('--port', port, '--quiet'));
  return [
    {
      what: 'resident memory a registered device',
      unit: 'KiB',
      better: 'smaller',
      ours,
      peers: { Leshan, 'our server alone': alone },
      goal: '< 12 KiB',
      held: ours < 12,
    },
  ];
}

async function downloads(cleanup: Cleanup): Promise<Figure> {
  const libcoap = needLibcoap();
  const file = cleanup.file(MIB);
  const port = freshPort();
  const server = cleanup.peer(ourServer('--port', port, '--file', file));
  await server.next('ready');
  const theirs = await libcoap.serve(freshPort());
  cleanup.add(() => theirs.close());
  await libcoap.put(theirs.uri('file'), file);
  const grown = async (uri: string, pid: number | undefined) => {
    const get = async () => {
      const { body } = await libcoap.get(uri, { blockSize: 1024 });
      if (body.length !== MIB) throw new Error(`${uri} gave ${body.length} bytes`);
    };
    // what the first ones take is the room of the process, not of a download
    for (let n = 0; n < 10; n++) await get();
    const before = residentOf(pid);
    for (let n = 0; n < 100; n++) await get();
    return (residentOf(pid) - before) / MIB;
  };
  const ours = await grown(`coap://127.0.0.1:${port}/file`, server.pid);
  const peer = await grown(theirs.uri('file'), theirs.pid);
  return {
    what: 'growth by a hundred downloads of 1 MiB',
    unit: 'MiB',
    better: 'smaller',
    ours,
    peers: { libcoap: peer },
    goal: '< 10 MiB',
    held: ours < 10,
  };
}
