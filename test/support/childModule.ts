import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { build } from 'esbuild';

/** A module of the tests run as a process of its own, spoken to by lines. */
export class ChildModule {
  private readonly lines: Interface;
  private readonly waiting: ((line: string | undefined) => void)[] = [];
  private readonly arrived: string[] = [];
  private errors = '';
  private ended = false;

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly folder: string,
  ) {
    this.lines = createInterface({ input: child.stdout });
    this.lines.on('line', (line) => {
      const next = this.waiting.shift();
      if (next) next(line);
      else this.arrived.push(line);
    });
    this.lines.on('close', () => {
      this.ended = true;
      for (const next of this.waiting.splice(0)) next(undefined);
    });
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
  }

  /** Bundles `file` (from the project's folder) and runs it with Node. */
  static async start(
    file: string,
    args: readonly string[],
    nodeOptions: readonly string[] = [],
  ): Promise<ChildModule> {
    const folder = mkdtempSync(path.join(tmpdir(), 'lwm2m-child-'));
    const outfile = path.join(folder, 'child.cjs');
    await build({
      entryPoints: [file],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      logLevel: 'warning',
    });
    return new ChildModule(spawn(process.execPath, [...nodeOptions, outfile, ...args]), folder);
  }

  say(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** The next line of its output; throws with what it said on stderr where it ended instead. */
  async line(): Promise<string> {
    const ready = this.arrived.shift();
    if (ready !== undefined) return ready;
    const line = this.ended
      ? undefined
      : await new Promise<string | undefined>((resolve) => this.waiting.push(resolve));
    if (line === undefined) throw new Error(`the process ended: ${this.errors}`);
    return line;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.stdin.end();
      const timer = setTimeout(() => this.child.kill('SIGKILL'), 3000);
      await gone;
      clearTimeout(timer);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
