import type { Leshan } from '../../interop/peers/leshan/prepare.mjs';
import type { Libcoap } from '../../interop/peers/libcoap.mjs';
import { MIB, inTurn, median, type Bench, type Figure } from '../figure';
import {
  freshPort,
  needLeshan,
  needLibcoap,
  needLoad,
  ourServer,
  withCleanup,
  type Cleanup,
} from '../processes';

/** µs per block of 1 MiB, served to libcoap's client and pushed to libcoap's server and to a fast device. */
export const blocks: Bench = async (say) => {
  const libcoap = needLibcoap();
  const leshan = await needLeshan();
  const figures: Figure[] = [];
  for (const blockSize of [1024, 512]) {
    say(`1 MiB served and pushed, blocks of ${blockSize}`);
    figures.push(
      ...(await withCleanup((cleanup) => served(cleanup, libcoap, leshan, blockSize))),
      ...(await withCleanup((cleanup) => pushed(cleanup, libcoap, blockSize))),
      ...(await withCleanup((cleanup) => pushedToDevice(cleanup, leshan, blockSize))),
    );
  }
  return figures;
};

/** How long libcoap's client takes for next to nothing: its start and end, which are no part of a block. */
async function clientStart(libcoap: Libcoap, uri: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 7; n++) times.push((await libcoap.get(uri)).ms);
  return median(times);
}

async function served(cleanup: Cleanup, libcoap: Libcoap, leshan: Leshan, blockSize: number) {
  const file = cleanup.file(MIB);
  const [port, theirPort, foreignPort, filePort] = [freshPort(), freshPort(), freshPort(), freshPort()];
  await cleanup.peer(ourServer('--port', port, '--file', file)).next('ready');
  const foreign = ['--port', foreignPort, '--file', file, '--file-port', filePort, '--block-size', blockSize];
  await cleanup.peer(leshan.server(...foreign)).next('ready');
  const theirs = await libcoap.serve(theirPort);
  cleanup.add(() => theirs.close());
  await libcoap.put(theirs.uri('file'), file);
  const get = (uri: string) => async () => {
    const { body, ms, stderr } = await libcoap.get(uri, { blockSize });
    if (body.length !== MIB) throw new Error(`${uri} gave ${body.length} bytes: ${stderr}`);
    // the client's start and end are in each of the three alike
    return (ms * 1000) / (MIB / blockSize);
  };
  const result = await inTurn({
    ours: get(`coap://127.0.0.1:${port}/file`),
    libcoap: get(theirs.uri('file')),
    Leshan: get(`coap://127.0.0.1:${filePort}/file`),
  });
  return [figure(`served to libcoap's client, blocks of ${blockSize}`, result)];
}

async function pushed(cleanup: Cleanup, libcoap: Libcoap, blockSize: number) {
  const file = cleanup.file(MIB);
  const port = freshPort();
  const theirs = await libcoap.serve(port);
  cleanup.add(() => theirs.close());
  const server = cleanup.peer(ourServer('--block-size', blockSize));
  await server.next('ready');
  await libcoap.put(theirs.uri('image'), file, { blockSize });
  const idle = await clientStart(libcoap, theirs.uri(''));
  const result = await inTurn({
    ours: async () => {
      server.send({ do: 'put', port, file });
      return ((await server.next('put')).ms * 1000) / (MIB / blockSize);
    },
    libcoap: async () => {
      const { ms, refusal } = await libcoap.put(theirs.uri('image'), file, { blockSize });
      if (refusal !== undefined) throw new Error(refusal);
      return ((ms - idle) * 1000) / (MIB / blockSize);
    },
  });
  return [figure(`pushed to libcoap's server, blocks of ${blockSize}`, result)];
}

async function pushedToDevice(cleanup: Cleanup, leshan: Leshan, blockSize: number) {
  const load = await needLoad();
  const file = cleanup.file(MIB);
  const pushing = async (command: (port: number) => ReturnType<Leshan['server']>) => {
    const port = freshPort();
    const server = cleanup.peer(command(port));
    await server.next('ready');
    const device = cleanup.peer(load('--port', port, 'register', 'respond'));
    await device.next('responding');
    return async () => {
      server.send({ do: 'push', endpoint: 'load-0', file });
      return ((await server.next('push')).ms * 1000) / (MIB / blockSize);
    };
  };
  const result = await inTurn({
    ours: await pushing((port) => ourServer('--port', port, '--block-size', blockSize)),
    Leshan: await pushing((port) => leshan.server('--port', port, '--quiet', '--block-size', blockSize)),
  });
  return [figure(`pushed to a fast device, blocks of ${blockSize}`, result)];
}

function figure(
  what: string,
  { ours, ...peers }: { readonly ours: number; readonly libcoap?: number; readonly Leshan?: number },
): Figure {
  const { libcoap, Leshan } = peers;
  const goals = [
    ...(libcoap === undefined ? [] : [{ words: '≤ 1.3× libcoap', held: ours <= 1.3 * libcoap }]),
    ...(Leshan === undefined ? [] : [{ words: 'ahead of Leshan', held: ours < Leshan }]),
  ];
  return {
    what,
    unit: 'µs/block',
    better: 'smaller',
    ours,
    peers,
    goal: goals.map(({ words }) => words).join(', '),
    held: goals.every(({ held }) => held),
  };
}
