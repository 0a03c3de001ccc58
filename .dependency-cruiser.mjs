import { layers, webview } from './layers.mjs';

const folder = (names) => `^src/(${names.join('|')})/`;

/** One rule a layer: it may import itself and what the table names, nothing else of `src`. */
const layerRules = Object.entries(layers).map(([name, { may, ports = [], types = [] }]) => ({
  name: `layer-${name}`,
  comment: `${name} may import only what layers.mjs says`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: {
    path: '^(src|webview|test)/',
    pathNot: [
      `^src/${name}/`,
      ...(may.length ? [folder(may)] : []),
      ...ports.map((p) => `^src/${p}/ports\\.ts$`),
      ...(types.length ? [folder(types)] : []),
    ],
  },
}));

const typeOnlyRules = Object.entries(layers)
  .filter(([, { types }]) => types?.length)
  .map(([name, { types }]) => ({
    name: `types-only-${name}`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { path: folder(types), dependencyTypesNot: ['type-only'] },
  }));

const hostRules = Object.entries(layers)
  .filter(([, { host }]) => host === 'none')
  .map(([name]) => ({
    name: `host-free-${name}`,
    comment: 'no Node module below the layers that own I/O',
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { dependencyTypes: ['core'] },
  }));

const cryptoRules = Object.entries(layers)
  .filter(([, { host }]) => host === 'crypto')
  .map(([name]) => ({
    name: `crypto-only-${name}`,
    comment: 'of Node, only its cryptography: no socket, file or clock',
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
  }));

export default {
  forbidden: [
    ...layerRules,
    ...typeOnlyRules,
    ...hostRules,
    ...cryptoRules,
    {
      name: 'only-extension-knows-vscode',
      severity: 'error',
      from: { pathNot: '^src/extension/' },
      to: { path: '^(vscode$|node_modules/(@types/)?vscode(-languageclient)?/)' },
    },
    {
      name: 'only-transport-opens-sockets',
      severity: 'error',
      from: { path: '^(src|webview)/', pathNot: '^src/transport/' },
      to: { path: '^(node:)?(dgram|net|tls|http|https|http2)$' },
    },
    {
      name: 'only-storage-touches-files',
      severity: 'error',
      comment: 'a Unix domain socket is a file too: its mode is set where it is opened',
      from: { path: '^(src|webview)/', pathNot: '^src/(storage/|transport/localSocket\\.ts$)' },
      to: { path: '^(node:)?(fs|fs/promises)$' },
    },
    {
      name: 'webview-imports',
      severity: 'error',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: [folder(webview.may)] },
    },
    {
      name: 'node-coap-is-a-peer',
      comment: 'the npm package `coap` is an independent peer of the tests',
      severity: 'error',
      from: { path: '^(src|webview)/' },
      to: { path: '^node_modules/coap(-packet)?/' },
    },
    { name: 'nothing-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default', 'types'] },
  },
};
