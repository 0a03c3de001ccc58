import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Scheme } from '../../../src/transport/ports';
import { registeredAs, type SecuredHost } from '../leshan/securedHost';
import { run, type Command } from '../peers/process.mjs';
import { pemFiles } from './devices';
import type { Image } from './image';
import type { Cell, Column } from './table';

/** An image that is offered at this moment, and what its device proves itself by. */
export interface Offered {
  /** Its URI on the listener of a scheme. */
  uri(scheme: Scheme): string;
  readonly identity: string;
  readonly key: string;
  /** Files in PEM. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
  /** A file for what arrives. */
  readonly out: string;
}

/**
 * Has the host offer the image, in an update of a device that falls silent after the first blocks: for as long as that
 * run waits, whoever proves to be the device may fetch.
 */
export async function offer(host: SecuredHost, image: Image): Promise<Offered> {
  const endpoint = 'fetched';
  const keys = await host.psk(endpoint);
  const registered = host.hears(registeredAs(endpoint), 'the silent device');
  await host.workbench.startSimulatedDevice({ endpoint, scheme: 'coaps', faults: ['hang=1'] });
  await registered;
  const planned = host.hears(
    (event) =>
      event.kind === 'update' && event.endpoint === endpoint && event.event.kind === 'plan'
        ? event.event.plan.packageUri
        : undefined,
    'the offer',
  );
  await host.workbench.startUpdate({
    endpoint,
    file: image.file,
    method: 'pull',
    protocol: 'coaps',
    stallTimeout: 600,
  });
  const { pathname } = new URL(await planned);
  const [authority, certificate, privateKey] = pemFiles(host, endpoint, await host.x509(endpoint));
  return {
    uri: (scheme) => `${host.uri(scheme)}${pathname}`,
    identity: endpoint,
    key: Buffer.from(keys['psk-key'] ?? '', 'hex').toString(),
    authority,
    certificate,
    privateKey,
    out: path.join(host.folder, 'fetched.bin'),
  };
}

const ONLY_FETCHES = 'no: only a fetcher, it registers nowhere';

/** Runs a program that writes what it fetches to `out`. */
const fetching = (offered: Offered, image: Image, command: Command): Cell => ({
  done: 'ok (fetch)',
  run: async () => {
    rmSync(offered.out, { force: true });
    const ended = await run(command, { timeoutMs: 30_000 });
    assert.equal(ended.code, 0, ended.stderr);
    const arrived = readOr(offered.out, ended.stderr);
    assert.equal(image.hash(arrived), image.sha256, `${arrived.length} bytes arrived: ${ended.stderr}`);
  },
});

function readOr(file: string, otherwise: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new Error(`nothing arrived: ${otherwise}`);
  }
}

/** libcoap's client; over `coaps` with the device's key, over `coaps+tcp` with its certificate. */
export const libcoapClient = (library: string, file: string, offered: Offered, image: Image): Column => ({
  title: `libcoap's client (${library})`,
  cell: ({ method, scheme }) => {
    if (method === 'push') return { cannot: ONLY_FETCHES };
    if (scheme === 'http' || scheme === 'https') return { cannot: 'no: speaks CoAP only' };
    const { out, identity, key, certificate, privateKey, authority } = offered;
    const proof: Partial<Record<Scheme, readonly string[]>> = {
      coaps: ['-u', identity, '-k', key],
      'coaps+tcp': ['-c', certificate, '-j', privateKey, '-C', authority],
    };
    const args = ['-B', '20', '-b', '1024', ...(proof[scheme] ?? []), '-o', out, offered.uri(scheme)];
    return fetching(offered, image, { file, args });
  },
});

/** curl, which judges the server by our authority and proves nothing of itself. */
export const curlClient = (file: string, offered: Offered, image: Image): Column => ({
  title: 'curl',
  cell: ({ method, scheme }) => {
    if (method === 'push') return { cannot: ONLY_FETCHES };
    if (scheme !== 'http' && scheme !== 'https') return { cannot: 'no: speaks HTTP only' };
    const trust = ['--cacert', offered.authority];
    const args = [
      '--silent',
      '--show-error',
      '--fail',
      ...trust,
      '--output',
      offered.out,
      offered.uri(scheme),
    ];
    return fetching(offered, image, { file, args });
  },
});
