/**
 * `npm run bench [NAME…]`: every figure beside a peer in the same run, as ratios, in one table. The benches are the
 * files of test/bench/figures; BENCH_RUNS sets how often each is repeated (the median counts).
 */
import * as esbuild from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const outdir = path.resolve('.cache', 'bench');
const figures = path.join('test', 'bench', 'figures');
const names = readdirSync(figures)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));

const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: 'linked',
  keepNames: true,
  logLevel: 'warning',
  define: { 'import.meta.dirname': '__dirname' },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(', ')}; there are: ${names.join(', ')}`);
  process.exit(2);
}

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
await esbuild.build({
  ...node,
  outdir,
  outExtension: { '.js': '.cjs' },
  entryPoints: {
    main: 'test/bench/main.ts',
    ourServer: 'test/bench/ourServer.ts',
    hostProcess: 'test/bench/hostProcess.ts',
    handshakeClients: 'test/bench/handshakeClients.ts',
    relayProcess: 'test/support/relayProcess.ts',
    largeImageProcess: 'test/unit/whole/largeImageProcess.ts',
  },
});
// the terminal program looks for its registry beside its folder, as in an installation
await esbuild.build({
  ...node,
  outfile: path.join(outdir, 'dist', 'cli.js'),
  entryPoints: ['src/cli/main.ts'],
});
await esbuild.build({
  ...node,
  outfile: path.join(outdir, 'dist', 'languageServer.js'),
  entryPoints: ['src/languageServer/main.ts'],
});

const child = spawn(process.execPath, ['--enable-source-maps', path.join(outdir, 'main.cjs'), ...asked], {
  stdio: 'inherit',
});
child.once('exit', (code) => process.exit(code ?? 1));
