import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startSimulatedDevices } from '../../../src/host/simulation';
import { toPem } from '../../../src/security/publicMaterial';
import type { Scheme } from '../../../src/transport/ports';
import type { ForeignDevices } from '../leshan/foreignDevice';
import { registeredAs, type DeviceKeys, type SecuredHost } from '../leshan/securedHost';
import type { Aiocoap } from '../peers/aiocoap/prepare.mjs';
import { startJsonPeer } from '../peers/process.mjs';
import type { Image } from './image';
import type { Column, Way } from './table';

/** How a device registers that is to be updated on a way: the same way, where one can register by it. */
const registersBy = (scheme: Scheme): 'coap' | 'coaps' | 'coap+tcp' | 'coaps+tcp' => {
  if (scheme === 'http') return 'coap';
  return scheme === 'https' ? 'coaps' : scheme;
};

async function updated(
  host: SecuredHost,
  endpoint: string,
  { file, version }: Image,
  way: Way,
): Promise<void> {
  const { method, scheme: protocol } = way;
  const { end, plan } = await host.update({
    endpoint,
    file,
    method,
    ...(method === 'pull' ? { protocol } : {}),
    stallTimeout: 20,
  });
  assert.equal(end.outcome, 'succeeded', `${end.cause ?? ''} ${end.next ?? ''}`);
  assert.equal(end.versionAfter, version);
  assert.equal(plan?.protocol, protocol);
}

/** Our own simulated device, updated by the host's whole run on every way. */
export const simulatedDevice = (host: SecuredHost, image: Image): Column => ({
  title: 'simulated device',
  cell: (way) => ({
    done: 'ok',
    run: async () => {
      const { method, scheme } = way;
      const by = registersBy(scheme);
      const endpoint = `simulated-${method}-${scheme.replace('+', '-')}`;
      const imageFolder = path.join(host.folder, endpoint);
      if (by.startsWith('coaps')) await host.psk(endpoint);
      const { credentials } = host.ports.secrets;
      const registered = host.hears(registeredAs(endpoint), `${endpoint} to register`);
      const device = await startSimulatedDevices(
        host.ports,
        {
          server: host.uri(by),
          count: 1,
          endpoint,
          lifetime: 300,
          lwm2mVersion: '1.1',
          queueMode: false,
          faults: [],
          imageFolder,
          security: { credentials, authority: host.authority.certificate },
        },
        () => undefined,
      );
      try {
        await registered;
        await updated(host, endpoint, image, way);
      } finally {
        await device.stop();
      }
      const [arrived, ...more] = readdirSync(imageFolder);
      assert.deepEqual(more, []);
      assert.equal(image.hash(readFileSync(path.join(imageFolder, arrived ?? ''))), image.sha256);
    },
  }),
});

/** A device on Leshan's libraries, updated by the host's whole run; java-coap carries it where Leshan can't. */
export const leshanDevice = (host: SecuredHost, image: Image, devices: ForeignDevices): Column => ({
  title: 'Leshan 2.0.0-M18 (over TCP: java-coap)',
  cell: (way) => ({
    done: 'ok',
    run: async () => {
      const { method, scheme } = way;
      const by = registersBy(scheme);
      const endpoint = `leshan-${method}-${scheme.replace('+', '-')}`;
      const keys = await keysFor(host, by, endpoint);
      const registered = host.hears(registeredAs(endpoint), `${endpoint} to register`);
      await devices.become({ server: host.uri(by), endpoint, keys, more: { protocols: '0,1,2,3,4,5' } });
      await registered;
      await devices.next('registered');
      await updated(host, endpoint, image, way);
      const received = await devices.next('package');
      assert.deepEqual([received.method, received.sha256], [method, image.sha256]);
    },
  }),
});

/** A device on Python's aiocoap, updated by the host's whole run where its library has the way. */
export const aiocoapDevice = (host: SecuredHost, image: Image, aiocoap: Aiocoap): Column => ({
  title: 'aiocoap 0.4.17',
  cell: (way) => {
    const { method, scheme } = way;
    if (scheme === 'http' || scheme === 'https') return { cannot: 'no: speaks CoAP only' };
    if (scheme === 'coaps') return { cannot: 'no: its DTLS (DTLSSocket) is published as source only' };
    return {
      done: 'ok',
      run: async () => {
        const endpoint = `aiocoap-${method}-${scheme.replace('+', '-')}`;
        const proof = scheme === 'coaps+tcp' ? pemFiles(host, endpoint, await host.x509(endpoint)) : [];
        const registered = host.hears(registeredAs(endpoint), `${endpoint} to register`);
        const device = startJsonPeer(aiocoap.device(host.uri(scheme), endpoint, '1.0.0', ...proof));
        try {
          await device.next('registered');
          await registered;
          await updated(host, endpoint, image, way);
          const received = await device.next('package');
          assert.deepEqual([received.method, received.sha256], [method, image.sha256]);
        } finally {
          await device.close();
        }
      },
    };
  },
});

/** What a device proves itself and its server by, as files: authority, certificate, private key. */
export const pemFiles = (host: SecuredHost, name: string, keys: DeviceKeys): [string, string, string] => {
  const pem = (kind: string, label: string, base64 = '') =>
    host.file(`${name}.${kind}.pem`, Buffer.from(toPem(label, Buffer.from(base64, 'base64'))));
  return [
    pem('authority', 'CERTIFICATE', keys['authority']),
    pem('certificate', 'CERTIFICATE', keys['certificate']),
    pem('key', 'PRIVATE KEY', keys['private-key']),
  ];
};

/** The JDK has no pre-shared keys for TLS, so a connection takes a certificate. */
async function keysFor(host: SecuredHost, scheme: Scheme, endpoint: string): Promise<DeviceKeys> {
  if (scheme === 'coaps') return host.psk(endpoint);
  if (scheme === 'coaps+tcp') return host.x509(endpoint);
  return {};
}
