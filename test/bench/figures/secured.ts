import type { Libcoap } from '../../interop/peers/libcoap.mjs';
import { MIB, RUNS, inTurn, least, type Bench, type Figure } from '../figure';
import { freshPort, needSecuredLibcoap, ourServer, withCleanup } from '../processes';
import { BENCH_IDENTITY, BENCH_KEY } from '../securedChannel';

const BLOCK = 1024;
const BLOCKS = MIB / BLOCK;
/** A block of a push by Leshan 2.0.0-M18 on Californium, CCM_8, on a machine like CI's. */
const LESHAN_US = 252;
const options = { blockSize: BLOCK, more: ['-k', BENCH_KEY, '-u', BENCH_IDENTITY] };

/**
 * µs per block of 1 MiB over coaps, PSK with CCM_8, each way and with each side the server, the best of the runs. libcoap
 * is on OpenSSL; with itself it agrees on a suite of its own choice.
 */
export const secured: Bench = async (say) => {
  const libcoap = needSecuredLibcoap();
  say('1 MiB over coaps, PSK with CCM_8, blocks of 1024');
  return withCleanup(async (cleanup) => {
    const file = cleanup.file(MIB);
    const port = freshPort();
    const ours = cleanup.peer(
      ourServer(...['--port', port, '--file', file, '--block-size', BLOCK, '--secured', 'psk']),
    );
    await ours.next('ready');
    const theirPort = freshPort();
    // the secured port is the next one
    freshPort();
    const theirs = await libcoap.serve(theirPort, '127.0.0.1', ['-k', BENCH_KEY]);
    cleanup.add(() => theirs.close());
    await libcoap.put(theirs.securedUri('file'), file, options);
    const uri = `coaps://127.0.0.1:${port}`;
    const put = (to: string) => async () => {
      const { ms, refusal } = await libcoap.put(to, file, options);
      if (refusal !== undefined) throw new Error(`${to}: ${refusal}`);
      return ms;
    };
    const get = (from: string) => async () => {
      const { body, ms, stderr } = await libcoap.get(from, options);
      if (body.length !== MIB) throw new Error(`${from} gave ${body.length} bytes: ${stderr}`);
      return ms;
    };
    // the first transfer finds everything cold
    await get(`${uri}/file`)();
    await put(`${uri}/sink`)();
    const idle = await clientStart(libcoap, theirs.securedUri(''));
    const perBlock = (measure: () => Promise<number>, beforehand: number) => async () =>
      (((await measure()) - beforehand) * 1000) / BLOCKS;
    const figures: Figure[] = [];
    say('served to coap-client-openssl');
    figures.push(
      figure(
        "served to libcoap's client",
        await inTurn(
          {
            ours: perBlock(get(`${uri}/file`), idle),
            libcoap: perBlock(get(theirs.securedUri('file')), idle),
          },
          RUNS,
          least,
        ),
      ),
    );
    say('taken from coap-client-openssl');
    figures.push(
      figure(
        "taken from libcoap's client",
        await inTurn(
          {
            ours: perBlock(put(`${uri}/sink`), idle),
            libcoap: perBlock(put(theirs.securedUri('image')), idle),
          },
          RUNS,
          least,
        ),
      ),
    );
    say('pushed to coap-server-openssl');
    figures.push(
      figure(
        "pushed to libcoap's server",
        await inTurn(
          {
            ours: perBlock(async () => {
              ours.send({ do: 'put', port: theirPort + 1, file });
              return (await ours.next('put')).ms;
            }, 0),
            libcoap: perBlock(put(theirs.securedUri('image')), idle),
          },
          RUNS,
          least,
        ),
      ),
    );
    return figures;
  });
};

/** How long the client takes to start, shake hands, ask for next to nothing and end. */
async function clientStart(libcoap: Libcoap, uri: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 7; n++) times.push((await libcoap.get(uri, options)).ms);
  return least(times);
}

function figure(
  what: string,
  { ours, libcoap }: { readonly ours: number; readonly libcoap: number },
): Figure {
  return {
    what: `coaps, 1 MiB ${what}`,
    unit: 'µs/block',
    better: 'smaller',
    ours,
    peers: { libcoap, 'Leshan (measured once)': LESHAN_US },
    goal: '≤ 2× libcoap, ahead of Leshan',
    held: ours <= 2 * libcoap && ours < LESHAN_US,
  };
}
