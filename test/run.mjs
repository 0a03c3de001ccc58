/**
 * Runs the tests: `node test/run.mjs [unit|workbench|interop] [name part…]`; without a kind, unit and workbench.
 * Each `*.test.ts` below the kind's folder is bundled by esbuild and given to Node's own test runner, so that
 * every test file on disk is run and the same files run on Node 20 and 24.
 */
import * as esbuild from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

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

function runNode(files, concurrency) {
  const args = [
    '--enable-source-maps',
    '--expose-gc',
    '--test',
    `--test-concurrency=${concurrency}`,
    '--test-reporter=spec',
    ...files,
  ];
  return new Promise((resolve) => {
    spawn(process.execPath, args, { stdio: 'inherit' }).once('exit', (code) => resolve(code ?? 1));
  });
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
  const bundled = await bundle(files, path.join('.cache', 'tests', `${kind}-${process.pid}`));
  if ((await runNode(bundled, kind === 'unit' ? 2 : 1)) !== 0) failed = 1;
}
process.exit(failed);
