/**
 * Runs the tests: `node test/run.mjs [unit|workbench|interop] [name part…]`; without a kind, unit and workbench.
 * Each `*.test.ts` below the kind's folder is bundled by esbuild and given to Node's own test runner, so that
 * every test file on disk is run and the same files run on Node 20 and 24. Workbench tests are given the packaged
 * extension, and a workbench and a browser from the cache: without them they fail, they are never left out.
 */
import * as esbuild from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findBrowser } from './workbench/host/browser.mjs';
import { installWorkbench } from './workbench/host/install.mjs';

const kinds = ['unit', 'workbench', 'interop'];
const [first, ...rest] = process.argv.slice(2);
const chosen = kinds.includes(first) ? [first] : ['unit', 'workbench'];
const parts = kinds.includes(first) ? rest : first === undefined ? [] : [first, ...rest];

/** Every test file of a kind, narrowed by the name parts given. */
function testFiles(kind) {
  const folder = path.join('test', kind);
  return readdirSync(folder, { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter(
      (file) => file.endsWith('.test.ts') && (parts.length === 0 || parts.some((p) => file.includes(p))),
    )
    .sort();
}

async function bundle(files, outdir) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  await esbuild.build({
    entryPoints: files,
    outdir,
    outbase: 'test',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['playwright-core', 'coap', 'coap-packet', 'esbuild', 'fast-check', 'tar', 'vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
    define: { 'import.meta.dirname': '__dirname' },
  });
  return files.map((file) => path.join(outdir, path.relative('test', file).replace(/\.ts$/, '.cjs')));
}

/** A command of this project, with its output shown. */
function runCommand(command, ...args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: 'inherit',
      shell: command === 'npm' && process.platform === 'win32',
    });
    child.once('error', () => resolve(127)).once('exit', (code) => resolve(code ?? 1));
  });
}

/** What the kind's tests take as given; throws, or resolves with an exit code, where it can't be had. */
async function prepare(kind) {
  if (kind === 'unit') return 0;
  await installWorkbench();
  console.log(`browser: ${(await findBrowser()).version}`);
  return runCommand('npm', 'run', '--silent', 'package');
}

/** A file that takes longer than this, in milliseconds, hangs: it fails, and the others are run. */
const LONGEST_FILE = { unit: 5 * 60_000, workbench: 10 * 60_000, interop: 15 * 60_000 };

function runNode(kind, files) {
  const args = [
    '--enable-source-maps',
    '--expose-gc',
    '--test',
    `--test-concurrency=${kind === 'unit' ? 2 : 1}`,
    `--test-timeout=${LONGEST_FILE[kind]}`,
    '--test-reporter=spec',
    ...files,
  ];
  return runCommand(process.execPath, ...args);
}

let failed = 0;
for (const kind of chosen) {
  const files = testFiles(kind);
  if (files.length === 0) {
    console.error(`no ${kind} test matches ${parts.join(' ')}`);
    failed = 1;
    continue;
  }
  console.log(`\n${kind}: ${files.length} files`);
  const prepared = await prepare(kind).catch((error) => {
    console.error(error);
    return 1;
  });
  if (prepared !== 0) {
    console.error(`the ${kind} tests can't run: what they need is not there (see above)`);
    failed = 1;
    continue;
  }
  const bundled = await bundle(files, path.join('.cache', 'tests', `${kind}-${process.pid}`));
  if ((await runNode(kind, bundled)) !== 0) failed = 1;
}
process.exit(failed);
