import { run } from '../../interop/peers/process.mjs';
import { RUNS, inTurn, least, median, type Bench, type Figure } from '../figure';
import {
  freshPort,
  handshakeClients,
  needSecuredLibcoap,
  ourServer,
  processorTimeOf,
  withCleanup,
  type Cleanup,
} from '../processes';
import { BENCH_IDENTITY, BENCH_KEY, makeCertificate } from '../securedChannel';

/** Enough for the system's clock of processor time, which counts hundredths of a second. */
const HANDSHAKES = 300;

/** Whole handshakes with PSK and with certificates, CCM_8, beside libcoap on OpenSSL with the same clients; the best of the runs. */
export const handshakes: Bench = async (say) => {
  const figures: Figure[] = [];
  for (const kind of ['PSK', 'ECDHE_ECDSA'] as const) {
    say(`${HANDSHAKES} handshakes with ${kind}`);
    figures.push(...(await withCleanup((cleanup) => serving(cleanup, kind))));
  }
  say('coap-client-openssl from its start to the answer');
  figures.push(await withCleanup(wholeRequest));
  return figures;
};

interface Server {
  readonly port: number;
  readonly pid: number | undefined;
}

async function ours(cleanup: Cleanup, secured: string): Promise<Server> {
  const port = freshPort();
  const peer = cleanup.peer(ourServer('--port', port, '--secured', secured));
  await peer.next('ready');
  return { port, pid: peer.pid };
}

async function libcoaps(cleanup: Cleanup, more: readonly string[]): Promise<Server> {
  const port = freshPort();
  // the secured port is the next one
  freshPort();
  const server = await needSecuredLibcoap().serve(port, '127.0.0.1', more);
  cleanup.add(() => server.close());
  return { port: port + 1, pid: server.pid };
}

async function serving(cleanup: Cleanup, kind: 'PSK' | 'ECDHE_ECDSA'): Promise<Figure[]> {
  const folder = cleanup.folder();
  await makeCertificate(folder);
  const secured = kind === 'PSK' ? 'psk' : folder;
  const theirs =
    kind === 'PSK' ? ['-k', BENCH_KEY] : ['-n', '-c', `${folder}/certificate.pem`, '-j', `${folder}/key.pem`];
  const contend = ({ port, pid }: Server) => {
    const cpu: number[] = [];
    const latency: number[] = [];
    return {
      cpu,
      latency,
      rate: async () => {
        const before = processorTimeOf(pid);
        const command = handshakeClients('--port', port, '--secured', secured, '--count', HANDSHAKES);
        const ended = await run(command, { timeoutMs: 120_000 });
        if (ended.code !== 0) throw new Error(`handshakes with port ${port}: ${ended.stderr}`);
        const told = JSON.parse(ended.stdout.toString()) as {
          readonly perSecond: number;
          readonly p50Us: number;
        };
        // the clients' warm-up is no part of their count, but of the server's work
        cpu.push(((processorTimeOf(pid) - before) * 1e6) / (HANDSHAKES + 50));
        latency.push(told.p50Us);
        return told.perSecond;
      },
    };
  };
  const a = contend(await ours(cleanup, secured));
  const b = contend(await libcoaps(cleanup, theirs));
  const rates = await inTurn({ ours: a.rate, libcoap: b.rate }, RUNS, (values) => Math.max(...values));
  const [mine, libcoap] = [least(a.latency), least(b.latency)];
  return [
    {
      what: `handshakes served to one client after another, ${kind}`,
      unit: '/s',
      better: 'larger',
      ...{ ours: rates.ours, peers: { libcoap: rates.libcoap } },
      goal: '≥ half of libcoap',
      held: rates.ours >= rates.libcoap / 2,
    },
    {
      what: `hello to Finished, ${kind}`,
      unit: 'µs',
      better: 'smaller',
      ...{ ours: mine, peers: { libcoap } },
      goal: '≤ 2× libcoap',
      held: mine <= 2 * libcoap,
    },
    {
      what: `processor time of the server for one, ${kind}`,
      unit: 'µs',
      better: 'smaller',
      ...{ ours: least(a.cpu), peers: { libcoap: least(b.cpu) } },
      // a system call for each datagram through Node's event loop is most of it
      goal: '< 2 ms',
      held: least(a.cpu) < 2000,
    },
  ];
}

async function wholeRequest(cleanup: Cleanup): Promise<Figure> {
  const libcoap = needSecuredLibcoap();
  const more = ['-k', BENCH_KEY, '-u', BENCH_IDENTITY];
  const mine = await ours(cleanup, 'psk');
  const theirs = await libcoaps(cleanup, ['-k', BENCH_KEY]);
  const get = (port: number) => async () => {
    const times: number[] = [];
    for (let n = 0; n < 11; n++)
      times.push((await libcoap.get(`coaps://127.0.0.1:${port}/no-such-thing`, { more })).ms);
    return median(times);
  };
  const result = await inTurn({ ours: get(mine.port), libcoap: get(theirs.port) }, RUNS, least);
  return {
    what: 'coap-client-openssl, its start to its end with a handshake and a GET',
    unit: 'ms',
    better: 'smaller',
    ours: result.ours,
    peers: { libcoap: result.libcoap },
    goal: '≤ 2× libcoap',
    held: result.ours <= 2 * result.libcoap,
  };
}
