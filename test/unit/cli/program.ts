import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

/** One JSON line of the program. */
export interface CliEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** How a command ended. */
export interface CliEnd {
  readonly code: number | null;
  readonly events: readonly CliEvent[];
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stderr that is not empty. */
  readonly lastLine: string;
}

/** No command of a test takes this long, on the slowest machine: one that does hangs, and its test says where. */
const LONGEST = 90_000;

let built: Promise<string> | undefined;

/** The program bundled as `npm run build` bundles it, beside its media. */
function program(): Promise<string> {
  return (built ??= (async () => {
    const root = path.resolve('.cache', 'tests', `cli-${process.pid}`);
    mkdirSync(root, { recursive: true });
    const media = path.join(root, 'media');
    if (!existsSync(media)) symlinkSync(path.resolve('media'), media, 'dir');
    const outfile = path.join(root, 'dist', 'cli.js');
    await esbuild.build({
      entryPoints: ['src/cli/main.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      logLevel: 'warning',
    });
    return outfile;
  })());
}

/** A command that runs. */
export class Running {
  readonly events: CliEvent[] = [];
  private stdout = '';
  private stderr = '';
  private partial = '';
  private readonly waiting = new Set<() => void>();
  readonly ended: Promise<CliEnd>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.take(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) =>
      child.once('close', (code) => {
        this.wake();
        const lines = this.stderr.split('\n').filter((line) => line.trim() !== '');
        resolve({
          code,
          events: this.events,
          stdout: this.stdout,
          stderr: this.stderr,
          lastLine: lines.at(-1) ?? '',
        });
      }),
    );
  }

  /** The first event of this name that suits, past or to come. Rejects when the command ends without one. */
  async event(name: string, suits: (event: CliEvent) => boolean = () => true): Promise<CliEvent> {
    const until = Date.now() + LONGEST;
    for (;;) {
      const found = this.events.find((event) => event.event === name && suits(event));
      if (found) return found;
      const { exitCode, signalCode } = this.child;
      if (exitCode !== null || signalCode !== null)
        throw new Error(`ended with ${exitCode ?? signalCode} and no ${name}\n${this.said()}`);
      if (Date.now() >= until) throw new Error(`no ${name} within ${LONGEST} ms\n${this.said()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(1, until - Date.now()));
        this.waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The command, and what it printed. */
  said(): string {
    return [this.child.spawnargs.slice(2).join(' '), this.stdout, this.stderr].join('\n');
  }

  interrupt(): Promise<CliEnd> {
    this.child.kill('SIGINT');
    return this.ended;
  }

  private take(text: string): void {
    this.stdout += text;
    const lines = (this.partial + text).split('\n');
    this.partial = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{"event"')) this.events.push(JSON.parse(line) as CliEvent);
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

/** Starts a command; killed with the test at the latest. */
export async function start(
  t: { after(fn: () => unknown): void },
  ...words: readonly string[]
): Promise<Running> {
  const file = await program();
  // the state folder of whoever runs the tests is none of theirs
  const env = { ...process.env, LWM2M_WORKBENCH_STATE: path.join(path.dirname(file), '..', 'state') };
  const running = new Running(
    spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env }),
  );
  t.after(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

/** Runs a command to its end. */
export async function run(
  t: { after(fn: () => unknown): void },
  ...words: readonly string[]
): Promise<CliEnd> {
  const running = await start(t, ...words);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${LONGEST} ms\n${running.said()}`)), LONGEST);
  });
  return Promise.race([running.ended, late]).finally(() => clearTimeout(timer));
}
