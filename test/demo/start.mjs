// @ts-check
/**
 * `npm start`: VS Code on the sample application, with the packaged extension, its server and a simulated device.
 * Desktop `code` where it can be used, otherwise VS Code's own server with an address to open in a browser.
 * Everything is in a folder of its own and gone after Ctrl-C.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { installWorkbench } from '../workbench/host/install.mjs';
import { startServer } from '../workbench/host/server.mjs';
import { makeSampleWorkspace } from './sampleWorkspace.mjs';

const run = promisify(execFile);
const vsix = path.resolve('dist/lwm2m-workbench.vsix');
const settings = {
  'lwm2m.server.autoStart': true,
  'lwm2m.simulator.autoStart': true,
  'git.openRepositoryInParentFolders': 'never',
};

const own = await mkdtemp(path.join(os.tmpdir(), 'lwm2m-start-'));
/** What has to be ended, last begun first. @type {(() => Promise<void>)[]} */
const endings = [() => rm(own, { recursive: true, force: true, maxRetries: 5 })];
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
});
let exitCode = 0;
try {
  await Promise.race([interrupted, openSample()]);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  exitCode = 1;
}
for (const end of endings.reverse()) await end();
process.exit(exitCode);

async function openSample() {
  const { folder } = await makeSampleWorkspace(own);
  const code = await desktopCode();
  await (code === undefined ? inBrowser(folder) : onDesktop(code, folder));
}

/** @param {string} folder */
async function inBrowser(folder) {
  await installWorkbench();
  const starting = startServer({ profile: own, vsix: [vsix], settings, token: true, ownHome: false });
  endings.push(async () => (await starting.catch(() => undefined))?.stop());
  const server = await starting;
  console.log(`\nVS Code runs here; open it in a browser:\n\n  ${server.windowUrl(folder)}\n`);
  console.log('There: LwM2M in the activity bar, then "LwM2M: Push Build to Device". Ctrl-C ends it.');
  await server.ended;
}

/** @param {string} code @param {string} folder */
async function onDesktop(code, folder) {
  const userData = path.join(own, 'userData');
  const profile = ['--user-data-dir', userData, '--extensions-dir', path.join(own, 'extensions')];
  if (process.getuid?.() === 0) profile.push('--no-sandbox');
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await writeFile(path.join(userData, 'User/settings.json'), JSON.stringify(settings, undefined, 2));
  const shell = process.platform === 'win32'; // there `code` is a .cmd file
  await run(code, [...profile, '--install-extension', vsix, '--force'], { shell });
  const args = [...profile, '--new-window', '--wait', '--disable-workspace-trust', folder];
  const window = spawn(code, args, { stdio: 'inherit', shell });
  console.log('VS Code opens. In it: LwM2M in the activity bar, then "LwM2M: Push Build to Device".');
  console.log('It ends with its window, or by Ctrl-C here.');
  endings.push(async () => endProcessesWith(userData));
  await new Promise((resolve, reject) => window.once('exit', resolve).once('error', reject));
}

/** The desktop editor's command, where one is on the PATH that can open a window from here. */
async function desktopCode() {
  const remoteTerminal = process.env['VSCODE_IPC_HOOK_CLI'] !== undefined; // there `code` opens the outer window
  const noDisplay =
    process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  if (remoteTerminal || noDisplay) return undefined;
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}

/**
 * Ends the editor whose command line names this run's own folder: its window belongs to no process of ours.
 * @param {string} userData
 */
function endProcessesWith(userData) {
  if (process.platform === 'win32') return;
  for (const line of spawnSync('ps', ['-Ao', 'pid=,args='], { encoding: 'utf8' }).stdout.split('\n')) {
    const pid = Number.parseInt(line, 10);
    if (!line.includes(userData) || pid === process.pid || Number.isNaN(pid)) continue;
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }
}
