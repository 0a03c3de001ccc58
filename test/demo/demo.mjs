// @ts-check
/** `npm run demo`: an update in the terminal, with a server, a simulated device and an image made for it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { makeSampleWorkspace } from './sampleWorkspace.mjs';

const endpoint = 'thermometer-1';
const own = await mkdtemp(path.join(os.tmpdir(), 'lwm2m-demo-'));
const state = path.join(own, 'state');
const control =
  process.platform === 'win32' ? `\\\\.\\pipe\\lwm2m-demo-${process.pid}` : path.join(own, 'control');
/** @type {import('node:child_process').ChildProcess[]} */
const children = [];
let quarterTold = 0;
// Whatever ends this process, no server or device stays behind.
process.once('exit', () => children.forEach((child) => child.kill()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void end(130));

/**
 * @typedef {Record<string, unknown> & { event: string }} CliEvent
 * @typedef {object} Command
 * @property {(event: string) => Promise<CliEvent>} told the first event of that name; rejects when the command ends before
 * @property {Promise<number>} exited
 */

try {
  const { folder, image } = await makeSampleWorkspace(own);

  const serve = start(['serve', '--listen', 'coap://127.0.0.1:0', '--listen', 'http://127.0.0.1:0']);
  const { listening } = await serve.told('ready');
  const addresses = Array.isArray(listening) ? listening.map(String) : [];
  const server = addresses.find((uri) => uri.startsWith('coap:'));
  if (server === undefined) throw new Error(`no CoAP listener among ${addresses.join(', ')}`);
  say(`The server listens on ${addresses.join(' and ')}.`);

  const device = ['--server', server, '--endpoint', endpoint, '--version', '1.4.0'];
  const simulate = start(['simulate', ...device, '--state', path.join(own, 'device')], { control: false });
  await simulate.told('registered');
  say(`The simulated device ${endpoint} has registered; it runs 1.4.0.`);

  say(`The build: ${path.relative(folder, image)}.`);
  const update = start(['update', image, '--endpoint', endpoint], { onEvent: tellUpdate });
  const code = await update.exited;
  await end(code);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(3);
}

/**
 * A command of the terminal program, with JSON lines.
 * @param {string[]} args
 * @param {{ control?: boolean, onEvent?: (event: CliEvent) => void }} [options]
 * @returns {Command}
 */
function start(args, { control: useControl = true, onEvent } = {}) {
  const shared = useControl ? ['--control', control, '--state', state] : [];
  const child = spawn(process.execPath, ['dist/cli.js', ...args, ...shared, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text));
  /** @type {CliEvent[]} */
  const past = [];
  /** @type {Set<() => void>} */
  const waiting = new Set();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = /** @type {CliEvent} */ (JSON.parse(line));
    past.push(event);
    onEvent?.(event);
    for (const look of waiting) look();
  });
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => child.once('close', (code) => resolve(code ?? 130)));
  return {
    exited,
    told: (name) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = past.find((event) => event.event === name);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void exited.then((code) => {
          reject(new Error(`${args[0]} ended with ${code} before "${name}": ${complaints.trim()}`));
        });
      }),
  };
}

/** @param {CliEvent} event */
function tellUpdate(event) {
  switch (event.event) {
    case 'plan':
      say(`The plan: ${event['method']} over ${event['protocol']}, because ${event['why']}`);
      break;
    case 'state':
      say(`  ${event['state']}${event['note'] ? ` (${event['note']})` : ''}`);
      break;
    case 'progress':
      tellProgress(Number(event['bytes']), Number(event['total']));
      break;
    case 'end':
      if (event['outcome'] === 'succeeded') {
        const seconds = (Number(event['durationMs']) / 1000).toFixed(1);
        say(
          `Done in ${seconds} s: ${event['versionBefore']} → ${event['versionAfter']}, told by the device itself.`,
        );
      } else {
        say(`The update ${event['outcome']}: ${event['cause']}`);
        if (event['next']) say(`Next: ${event['next']}`);
      }
      break;
    case 'error':
      say(`${event['message']} ${event['next'] ?? ''}`);
  }
}

/** @param {number} bytes @param {number} total */
function tellProgress(bytes, total) {
  const quarter = Math.floor((4 * bytes) / total);
  if (quarter <= quarterTold) return;
  quarterTold = quarter;
  say(`  ${quarter * 25} % of ${Math.round(total / 1024)} KiB`);
}

/** @param {string} line */
function say(line) {
  console.log(line);
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<void>} */
function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}

/** @param {number} code */
async function end(code) {
  await Promise.all(children.map(ended));
  await rm(own, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}
