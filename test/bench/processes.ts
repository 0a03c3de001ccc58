import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { leshan, type Leshan } from '../interop/peers/leshan/prepare.mjs';
import { libcoap, type Libcoap } from '../interop/peers/libcoap.mjs';
import {
  run,
  startJsonPeer,
  type JsonPeer,
  type PeerEvent,
  type Prepared,
} from '../interop/peers/process.mjs';
import { load, type Load } from './peers/prepare.mjs';

/** Where run.mjs put the bundles. */
export const bundle = (name: string): string => path.join(__dirname, name);

/** A peer that can't be had ends the bench, with how to get it. */
function had<T>(prepared: Prepared<T>): T {
  if ('peer' in prepared) return prepared.peer;
  throw new Error(prepared.missing);
}

export const needLeshan = async (): Promise<Leshan> => had(await leshan());
export const needLibcoap = (): Libcoap => had(libcoap());
/** With OpenSSL, for DTLS. */
export const needSecuredLibcoap = (): Libcoap => had(libcoap(['openssl']));
export const needLoad = async (): Promise<Load> => had(await load());

/** What is to be undone at the end, the last first. */
export class Cleanup {
  private readonly tasks: (() => unknown)[] = [];

  add(task: () => unknown): void {
    this.tasks.unshift(task);
  }

  /** A JSON peer that ends with the bench. */
  peer(command: Parameters<typeof startJsonPeer>[0]): JsonPeer {
    const peer = startJsonPeer(command);
    this.add(() => peer.close());
    return peer;
  }

  folder(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
    this.add(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Random bytes as a file. */
  file(size: number): string {
    const file = path.join(this.folder(), 'image.bin');
    writeFileSync(file, randomBytes(size));
    return file;
  }

  async end(): Promise<void> {
    for (const task of this.tasks.splice(0)) await task();
  }
}

/** Runs `work` and undoes what it added. */
export async function withCleanup<T>(work: (cleanup: Cleanup) => Promise<T>): Promise<T> {
  const cleanup = new Cleanup();
  try {
    return await work(cleanup);
  } finally {
    await cleanup.end();
  }
}

const node = (...args: readonly (string | number)[]) => ({ file: process.execPath, args: args.map(String) });

/** `ourServer.ts`: the LwM2M server alone, with the commands of Leshan's. */
export const ourServer = (...args: readonly (string | number)[]) =>
  node('--expose-gc', bundle('ourServer.cjs'), ...args);

/** `handshakeClients.ts`: handshakes one after another against any server. */
export const handshakeClients = (...args: readonly (string | number)[]) =>
  node(bundle('handshakeClients.cjs'), ...args);

/** `lwm2m-workbench serve`, as users get it: a line for each registration, too. */
export const serveCommand = (port: number, state: string) =>
  node(
    bundle('dist/cli.js'),
    ...['serve', '--listen', `coap://127.0.0.1:${port}`, '--state', state],
    ...['--control', path.join(state, 'control.sock')],
  );

/** Resolves once a server answers: JSON peers say so, `serve` prints what it listens on. */
export const ready = (server: JsonPeer): Promise<unknown> =>
  Promise.race([server.next('ready'), server.next('unreadable')]);

/**
 * Starts `serve` with its lines in a file, and resolves once it listens: read by this process, tens of thousands of them
 * would take the processor from the server and the load program.
 */
export async function startServe(cleanup: Cleanup, port: number): Promise<void> {
  const state = cleanup.folder();
  const lines = path.join(cleanup.folder(), 'lines');
  const output = openSync(lines, 'w');
  const { file, args } = serveCommand(port, state);
  const child = spawn(file, args, { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  const ended = once(child, 'exit');
  cleanup.add(async () => {
    child.kill();
    await ended;
  });
  while (!readFileSync(lines, 'utf8').includes('Listening')) {
    if (child.exitCode !== null) throw new Error(`serve ended with ${child.exitCode}`);
    await sleep(20);
  }
}

/** Runs the load program through phases that end by themselves; its events by phase. */
export async function runLoad(
  program: Load,
  ...args: readonly (string | number)[]
): Promise<ReadonlyMap<string, PeerEvent>> {
  const ended = await run(program(...args), { timeoutMs: 180_000 });
  if (ended.code !== 0) throw new Error(`the load program ended with ${ended.code}: ${ended.stderr}`);
  const lines = ended.stdout.toString().trim().split('\n');
  return new Map(lines.map((line) => JSON.parse(line) as PeerEvent).map((event) => [event.event, event]));
}

/** Resident memory of a process, in bytes. */
export function residentOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024;
}

/** Processor time of a process so far, user and system, in seconds (Linux counts it in hundredths). */
export function processorTimeOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // after the name in parentheses: state is field 3, utime and stime are 14 and 15
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

let lastPort = 25_800;
/** A port below the ephemeral range that no earlier call gave. */
export const freshPort = (): number => ++lastPort;
