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
        const lines = this.stderr.split('\n').filter((line) => line.trim() !== '');
        resolve({
          code,
          events: this.events,
          stdout: this.stdout,
          stderr: this.stderr,
          lastLine: lines.at(-1) ?? '',
        });
        this.wake();
      }),
    );
  }

  /** The first event of this name that suits, past or to come. Rejects when the command ends without one. */
  async event(name: string, suits: (event: CliEvent) => boolean = () => true): Promise<CliEvent> {
    for (;;) {
      const found = this.events.find((event) => event.event === name && suits(event));
      if (found) return found;
      if (this.child.exitCode !== null)
        throw new Error(`ended with ${this.child.exitCode} and no ${name}\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
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
  const running = new Running(
    spawn(process.execPath, [file, ...words], { stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  t.after(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

/** Runs a command to its end. */
export const run = async (
  t: { after(fn: () => unknown): void },
  ...words: readonly string[]
): Promise<CliEnd> => (await start(t, ...words)).ended;
