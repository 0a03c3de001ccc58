/**
 * Foreign peers as processes: finding their programs, preparing what has to be built once, running them to their end,
 * and talking with those that take JSON lines. Plain Node, so that tests and benchmarks share it.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** Where a program of this name is on the PATH, or undefined. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder; the next one is tried.
    }
  }
  return undefined;
}

/** Runs a program to its end, killed when it takes longer than `timeoutMs`. */
export function run(command, options = {}) {
  const { cwd, timeoutMs = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command.file, command.args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout = [];
    const stderr = [];
    child.stdout.on('data', (bytes) => stdout.push(bytes));
    child.stderr.on('data', (bytes) => stderr.push(bytes));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({
        code,
        signal,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString(),
        ms: performance.now() - started,
      });
    });
  });
}

/** Runs a program that has to end well; otherwise throws with the end of what it printed. */
export async function runWell(command, options) {
  const ended = await run(command, options);
  if (ended.code !== 0) {
    const told = `${ended.stdout.toString()}${ended.stderr}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(`${command.file} ended with ${ended.code ?? ended.signal}:\n${told}`);
  }
  return ended;
}

/**
 * A folder below `.cache/peers` that `build` fills once for each content of the sources given: built beside and moved
 * into place whole, so that a build that was cut off is never taken for a finished one.
 */
export async function preparedFolder(name, sources, build) {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(existsSync(source) ? readFileSync(source) : source);
  const stamp = hash.digest('hex');
  const folder = path.resolve('.cache', 'peers', name);
  const stampFile = path.join(folder, 'stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return folder;
  const fresh = `${folder}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  try {
    await build(fresh);
    writeFileSync(path.join(fresh, 'stamp'), stamp);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}

/** Starts a peer that takes commands and tells events as JSON lines; the end of its input ends it. */
export function startJsonPeer(command, options = {}) {
  const child = spawn(command.file, command.args, { cwd: options.cwd, stdio: 'pipe' });
  const events = [];
  const taken = new Set();
  const waiting = new Set();
  let stderr = '';
  let ending;

  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, reason: error.message }));
    child.once('close', (code, signal) => resolve({ code, reason: `ended with ${code ?? signal}` }));
  });
  exited.then(({ reason }) => {
    for (const waiter of waiting) waiter.fail(reason);
  });
  child.stdin.on('error', () => {
    // A peer that has ended no longer reads; whoever waits for it is told by its end.
  });
  child.stderr.on('data', (bytes) => {
    stderr = (stderr + bytes).slice(-8192);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      event = { event: 'unreadable', line };
    }
    events.push(event);
    options.onEvent?.(event);
    for (const waiter of waiting) waiter.look();
  });

  const context = () => {
    const seen = events.slice(-12).map((event) => JSON.stringify(event));
    const called = [path.basename(command.file), ...command.args.slice(-6)].join(' ');
    return `${called}; its last events:\n${seen.join('\n')}\n${stderr}`;
  };

  /** The first event of this name (behind `after`, and for which `where` holds) that no earlier call has taken. */
  function next(name, { timeoutMs = 20_000, where = () => true, after } = {}) {
    const from = after === undefined ? 0 : events.indexOf(after) + 1;
    return new Promise((resolve, reject) => {
      const waiter = {
        look() {
          const at = events.findIndex(
            (event, i) => i >= from && !taken.has(i) && event.event === name && where(event),
          );
          if (at < 0) return;
          taken.add(at);
          done(() => resolve(events[at]));
        },
        fail(reason) {
          done(() => reject(new Error(`no "${name}" from the peer (${reason}): ${context()}`)));
        },
      };
      const timer = setTimeout(() => waiter.fail(`waited ${timeoutMs} ms`), timeoutMs);
      function done(settle) {
        clearTimeout(timer);
        waiting.delete(waiter);
        settle();
      }
      waiting.add(waiter);
      waiter.look();
      if (waiting.has(waiter) && (child.exitCode !== null || child.signalCode !== null)) {
        exited.then(({ reason }) => waiting.has(waiter) && waiter.fail(reason));
      }
    });
  }

  /** Ends the peer's input and waits for its end; one that stays is killed after five seconds. */
  function close() {
    ending ??= (async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      const { code } = await exited;
      clearTimeout(timer);
      return code;
    })();
    return ending;
  }

  return {
    pid: child.pid,
    events,
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    next,
    close,
    kill: () => void child.kill('SIGKILL'),
    stderr: () => stderr,
  };
}
