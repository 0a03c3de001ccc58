/** Bundles host, language server, panels and terminal program, flat into dist/. */
import * as esbuild from 'esbuild';
import { existsSync, rmSync } from 'node:fs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
  legalComments: 'none',
  outdir: 'dist',
};
const node = { ...shared, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'] };

/** What the extension loads later is in files of their own, so that activation reads and compiles the rest alone. */
const lazyParts = {
  name: 'lazyParts',
  setup: (build) =>
    build.onResolve({ filter: /^\.\/(stack|languageClient)$/ }, ({ path }) => ({
      path: `${path}.js`,
      external: true,
    })),
};

const builds = [
  {
    ...node,
    entryPoints: { extension: 'src/extension/main.ts' },
    external: ['vscode'],
    plugins: [lazyParts],
  },
  { ...node, entryPoints: { stack: 'src/extension/stack.ts' } },
  {
    ...node,
    entryPoints: { languageClient: 'src/extension/language/languageClient.ts' },
    external: ['vscode'],
  },
  { ...node, entryPoints: { languageServer: 'src/languageServer/main.ts' } },
  { ...node, entryPoints: { cli: 'src/cli/main.ts' }, banner: { js: '#!/usr/bin/env node' } },
  {
    ...shared,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    entryPoints: { updatePanel: 'webview/update/main.ts' },
  },
].filter((build) => Object.values(build.entryPoints).every((file) => existsSync(file)));

rmSync('dist', { recursive: true, force: true });
if (watch) {
  for (const build of builds) await (await esbuild.context(build)).watch();
} else {
  await Promise.all(builds.map((build) => esbuild.build(build)));
}
