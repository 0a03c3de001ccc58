// @ts-check
/** VS Code's own server from the cache, with a profile of its own: settings, extensions, state and home folder. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cacheFolder } from './cache.mjs';

const run = promisify(execFile);

/** Where VS Code is in the cache, once `installWorkbench` has put it there. */
export const workbenchFolder = () => path.join(cacheFolder(), 'vscode');

/** Settings for a workbench that asks nothing, fetches nothing and shows nothing but what is under test. */
const quiet = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'json.schemaDownload.enable': false,
  'npm.fetchOnlinePackageInfo': false,
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * @typedef {object} ServerOptions
 * @property {string} profile an empty folder of this server's own
 * @property {readonly string[]} [vsix] packaged extensions to install first
 * @property {Readonly<Record<string, unknown>>} [settings] the user's settings, beside the quiet ones
 * @property {Readonly<Record<string, string>>} [env] what the extension host finds in its environment
 * @property {boolean} [workspaceTrust] whether folders must be trusted by the user; otherwise all are
 * @property {boolean} [token] whether the address holds a connection token, for a server that people use
 * @property {boolean} [ownHome] whether the home folder is the profile's (default) or the user's
 */

/**
 * A running server. Who starts it stops it.
 * @typedef {object} Server
 * @property {number} pid leader of the process group with extension hosts, terminals and watchers
 * @property {number} startMs from the process's start to its first answer
 * @property {string} logFile
 * @property {(folder: string) => string} windowUrl the address of a window on that folder
 * @property {() => Promise<void>} stop ends it and every process that it started
 * @property {Promise<number | NodeJS.Signals>} ended
 */

/**
 * @param {ServerOptions} options
 * @returns {Promise<Server>}
 */
export async function startServer(options) {
  const node = path.join(workbenchFolder(), 'node/bin/node');
  const main = path.join(workbenchFolder(), 'vscode/out/server-main.js');
  const data = path.join(options.profile, 'server');
  await mkdir(path.join(options.profile, 'home'), { recursive: true });
  // A server's window takes settings of scope `machine` from the second file only.
  for (const [scope, settings] of [
    ['User', { ...quiet, ...options.settings }],
    ['Machine', options.settings ?? {}],
  ]) {
    const folder = path.join(data, 'data', String(scope));
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
  }
  const env = environment(options);
  for (const vsix of options.vsix ?? []) {
    await run(node, [main, '--server-data-dir', data, '--install-extension', vsix, '--force'], { env });
  }

  const port = await freePort();
  const token = options.token ? randomBytes(16).toString('hex') : undefined;
  const tokenFile = path.join(options.profile, 'token');
  if (token !== undefined) await writeFile(tokenFile, token, { mode: 0o600 });
  const args = [
    main,
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...(token === undefined ? ['--without-connection-token'] : ['--connection-token-file', tokenFile]),
    ...['--server-data-dir', data, '--accept-server-license-terms', '--telemetry-level', 'off'],
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    '--force-disable-user-env',
  ];
  const logFile = path.join(options.profile, 'server.log');
  const log = openSync(logFile, 'w');
  const started = Date.now();
  const child = spawn(node, args, { env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let running = true;
  /** @type {Promise<number | NodeJS.Signals>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  ended.then(
    () => (running = false),
    () => (running = false),
  );
  const pid = child.pid ?? 0;
  const stop = async () => {
    if (pid === 0) return;
    signalGroup(pid, 'SIGTERM');
    for (let waited = 0; running && waited < 3000; waited += 50) await sleep(50);
    signalGroup(pid, 'SIGKILL');
  };
  const origin = `http://127.0.0.1:${port}`;
  while (!(await answers(`${origin}/version`))) {
    if (!running || Date.now() - started > 60_000) {
      await stop();
      throw new Error(`VS Code's server did not start:\n${await readFile(logFile, 'utf8')}`);
    }
    await sleep(50);
  }
  return {
    pid,
    startMs: Date.now() - started,
    logFile,
    windowUrl: (folder) => {
      const query = new URLSearchParams({ folder, ...(token === undefined ? {} : { tkn: token }) });
      return `${origin}/?${query}`;
    },
    stop,
    ended,
  };
}

/** @param {string} url */
const answers = (url) =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

/**
 * This process's environment without what an outer VS Code or npm has put there; no extension gallery is asked.
 * @param {ServerOptions} options
 */
function environment({ profile, ownHome = true, env = {} }) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|npm_)/i.test(name));
  const home = path.join(profile, 'home');
  const own = {
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_STATE_HOME: path.join(home, '.local/state'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_RUNTIME_DIR: home,
  };
  return { ...Object.fromEntries(kept), ...(ownHome ? own : {}), EXTENSIONS_GALLERY: '{}', ...env };
}

/** @param {number} leader @param {NodeJS.Signals} signal */
function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/** A TCP port of the loopback interface that was free a moment ago. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
