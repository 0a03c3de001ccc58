import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { encodeUtf8, toBase64, toHex } from '../../../src/base/bytes';
import { NO_LOG } from '../../../src/base/log';
import type { UpdateStart, Workbench, WorkbenchEvent } from '../../../src/contract/workbench';
import type { UpdateEnd, UpdatePlan } from '../../../src/fota/run';
import { memorySecrets } from '../../../src/host/memorySecrets';
import { nodePorts } from '../../../src/host/nodePorts';
import type { HostPorts } from '../../../src/host/ports';
import { startHost } from '../../../src/host/workbenchHost';
import {
  certifyDevice,
  certifyServer,
  createAuthority,
  type CertifiedKey,
} from '../../../src/security/authority';
import { storedCertifiedKey } from '../../../src/security/authorityStore';
import type { Credential } from '../../../src/security/credential';
import { publicKeyOf } from '../../../src/security/publicMaterial';
import { nodeClock } from '../../../src/transport/nodeClock';
import type { Scheme, SocketAddress } from '../../../src/transport/ports';

const SCHEMES = [
  'coap',
  'coaps',
  'coap+tcp',
  'coaps+tcp',
  'http',
  'https',
] as const satisfies readonly Scheme[];
const LOOPBACK = { host: '127.0.0.1', port: 0 };
const PATIENCE = 30_000;

/** Options of the Leshan peer (`Keys.java`), by name. */
export type DeviceKeys = Readonly<Record<string, string>>;

/** How an update of a device ended, and what was planned for it. */
export interface Updated {
  readonly end: UpdateEnd;
  readonly plan: UpdatePlan | undefined;
}

/** The real host with a listener of every scheme, an authority, and a server certificate for 127.0.0.1. */
export interface SecuredHost {
  readonly workbench: Workbench;
  /** What it was started with, keys included. */
  readonly ports: HostPorts;
  readonly authority: CertifiedKey;
  /** Goes with the host. */
  readonly folder: string;
  address(scheme: Scheme): SocketAddress;
  uri(scheme: Scheme): string;
  /** A new pre-shared key for an endpoint, of 16 characters that a command line takes. */
  psk(endpoint: string, identity?: string): Promise<DeviceKeys>;
  /** A new raw key, of which the host is told the public half. */
  rpk(endpoint: string): Promise<DeviceKeys>;
  /** A certificate of our authority, or of another, for an endpoint. */
  x509(endpoint: string, issuer?: CertifiedKey): Promise<DeviceKeys>;
  /** What `event` is first not undefined for; fails after half a minute. */
  hears<T>(look: (event: WorkbenchEvent) => T | undefined, what: string): Promise<T>;
  file(name: string, bytes: Uint8Array): string;
  update(start: UpdateStart): Promise<Updated>;
}

/** Opened for a test or a suite, and closed with it. */
export async function openSecuredHost(t: Pick<TestContext, 'after'>): Promise<SecuredHost> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lwm2m-secured-'));
  const secrets = memorySecrets();
  const authority = await createAuthority(nodeClock);
  const server = await certifyServer(authority, ['127.0.0.1', 'localhost'], nodeClock);
  await storedCertifiedKey(secrets.authority).set(authority);
  await storedCertifiedKey(secrets.serverCertificate).set(server);
  const ports = await nodePorts({
    stateFolder: path.join(folder, 'state'),
    log: NO_LOG,
    registryFile: path.resolve('media/registry/objects.json'),
    pid: process.pid,
    secrets,
  });
  const host = await startHost(ports, {
    owner: 'test',
    listen: SCHEMES.map((scheme) => ({ scheme, address: LOOPBACK })),
  });
  t.after(async () => {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const { workbench } = host;
  const { listening } = await workbench.status();
  const portOf = (scheme: Scheme): number => {
    const uri = listening.find((one) => one.startsWith(`${scheme}://`));
    if (uri === undefined) throw new Error(`nothing listens for ${scheme}`);
    return Number(uri.split(':').at(-1));
  };
  const set = (credential: Credential) => secrets.credentials.set(credential);
  const trust = {
    authority: toBase64(authority.certificate),
    'server-certificate': toBase64(server.certificate),
  };
  const hears: SecuredHost['hears'] = (look, what) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listener.dispose();
        reject(new Error(`waited in vain for ${what}`));
      }, PATIENCE);
      const listener = workbench.onEvent((event) => {
        const found = look(event);
        if (found === undefined) return;
        clearTimeout(timer);
        listener.dispose();
        resolve(found);
      });
    });

  return {
    workbench,
    ports,
    authority,
    folder,
    address: (scheme) => ({ host: LOOPBACK.host, port: portOf(scheme) }),
    uri: (scheme) => `${scheme}://${LOOPBACK.host}:${portOf(scheme)}`,
    psk: async (endpointName, identity = endpointName) => {
      const key = encodeUtf8(randomBytes(8).toString('hex'));
      await set({ mode: 'psk', endpointName, identity, key });
      return { ...trust, 'psk-identity': identity, 'psk-key': toHex(key) };
    },
    rpk: async (endpointName) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' });
      await set({ mode: 'rpk', endpointName, publicKey });
      return {
        'public-key': toBase64(publicKey),
        'private-key': toBase64(pair.privateKey.export({ type: 'pkcs8', format: 'der' })),
        'server-key': toBase64(publicKeyOf(server.certificate)),
        authority: trust.authority,
      };
    },
    x509: async (endpointName, issuer = authority) => {
      const device = await certifyDevice(issuer, endpointName, nodeClock);
      return {
        ...trust,
        certificate: toBase64(device.certificate),
        'private-key': toBase64(device.privateKey),
      };
    },
    hears,
    file: (name, bytes) => {
      const file = path.join(folder, name);
      writeFileSync(file, bytes);
      return file;
    },
    update: async (start) => {
      let plan: UpdatePlan | undefined;
      const ended = new Promise<Updated>((resolve) => {
        const listener = workbench.onEvent((event) => {
          if (event.kind !== 'update' || event.endpoint !== start.endpoint) return;
          if (event.event.kind === 'plan') plan = event.event.plan;
          if (event.event.kind !== 'end') return;
          listener.dispose();
          resolve({ end: event.event.end, plan });
        });
      });
      await workbench.startUpdate(start);
      return ended;
    },
  };
}

/** The handshake of an event, where it is one. */
export const handshakeOf = (event: WorkbenchEvent) =>
  event.kind === 'handshake' ? event.handshake : undefined;

/** The device of an event, where it registered under this name. */
export const registeredAs = (endpoint: string) => (event: WorkbenchEvent) =>
  event.kind === 'registered' && event.device.endpoint === endpoint ? event.device : undefined;
