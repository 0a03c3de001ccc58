/**
 * The layers of `src`, from the ground up: what each may import, and what it may touch.
 * The one source for dependency-cruiser (imports) and ESLint (clock, randomness, host globals).
 * `ports` names the only file of a layer that others may import.
 *
 * may:   layers whose every file may be imported
 * ports: layers of which only `ports.ts` may be imported
 * types: layers that may be imported as types only
 * host:  'none' | 'crypto' (node:crypto only) | 'node' | 'vscode' (and Node) | 'dom'
 */
export const layers = {
  base: { may: [], host: 'none' },
  transport: { may: ['base'], host: 'node' },
  storage: { may: ['base'], host: 'node' },
  dtls: { may: ['base'], ports: ['transport'], host: 'crypto' },
  security: { may: ['base', 'dtls', 'coap'], ports: ['transport'], host: 'crypto' },
  coap: { may: ['base'], ports: ['transport'], host: 'none' },
  objects: { may: ['base'], host: 'none' },
  lwm2m: { may: ['base', 'objects', 'coap'], ports: ['transport'], host: 'none' },
  device: { may: ['base', 'objects', 'lwm2m'], host: 'none' },
  firmware: { may: ['base', 'coap'], ports: ['transport'], host: 'none' },
  fota: {
    may: ['base', 'objects', 'coap', 'lwm2m', 'device', 'firmware'],
    ports: ['transport'],
    host: 'none',
  },
  simulator: {
    may: ['base', 'objects', 'coap', 'dtls', 'lwm2m/content', 'firmware/image'],
    ports: ['transport'],
    host: 'none',
  },
  trace: {
    may: ['base', 'objects', 'coap', 'dtls', 'lwm2m/content'],
    ports: ['transport'],
    host: 'none',
  },
  contract: {
    may: ['base', 'objects'],
    types: ['device', 'firmware', 'fota', 'security', 'trace'],
    host: 'none',
  },
  host: {
    may: [
      'base',
      'transport',
      'storage',
      'dtls',
      'security',
      'trace',
      'coap',
      'objects',
      'lwm2m',
      'device',
      'firmware',
      'fota',
      'simulator',
      'contract',
    ],
    host: 'none',
  },
  language: { may: ['base', 'objects'], host: 'none' },
  languageServer: { may: ['base', 'objects', 'language', 'contract'], host: 'node' },
  cli: {
    may: [
      'base',
      'transport',
      'storage',
      'coap',
      'objects',
      'lwm2m',
      'device',
      'firmware',
      'fota',
      'simulator',
      'security',
      'trace',
      'language',
      'contract',
      'host',
    ],
    host: 'node',
  },
  extension: {
    may: [
      'base',
      'transport',
      'storage',
      'coap',
      'objects',
      'lwm2m',
      'device',
      'firmware',
      'fota',
      'simulator',
      'security',
      'trace',
      'contract',
      'host',
    ],
    host: 'vscode',
  },
};

/** What a panel may import from `src`. */
export const webview = { may: ['contract', 'objects', 'base'] };
