import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { NO_LOG } from '../../../src/base/log';
import { memorySecret } from '../../../src/base/secretText';
import { Codes } from '../../../src/coap/code';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { IncomingRequest } from '../../../src/coap/exchange';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import type { HandshakeEvent } from '../../../src/dtls/handshakeEvents';
import type { OpenListener } from '../../../src/host/listeners';
import type { BasePorts } from '../../../src/host/ports';
import {
  Simulation,
  startSimulatedDevices,
  type SimulateSettings,
  type SimulationPorts,
} from '../../../src/host/simulation';
import type { SimulatorEventView } from '../../../src/host/simulatedEvent';
import { certifyDevice, certifyServer, createAuthority } from '../../../src/security/authority';
import { KnownCredentials, memoryStore, type CredentialStore } from '../../../src/security/credentialStore';
import { deviceOwnFrom } from '../../../src/security/deviceKey';
import { toPem } from '../../../src/security/publicMaterial';
import { serverTrust } from '../../../src/security/serverTrust';
import { nodeHash } from '../../../src/transport/nodeHash';
import type { Channel, SocketAddress } from '../../../src/transport/ports';
import { MemoryNetwork } from '../../support/memoryNetwork';
import { StreamNetwork } from '../../support/streamNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock, settle } from '../../support/virtualClock';

const PLAIN = { host: '127.0.0.1', port: 5683 };
const SECURE = { host: '127.0.0.1', port: 5684 };

/** A network with a plain, a TCP and a secured server, which trusts what is in the store. */
async function scene() {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const streams = new StreamNetwork(clock);
  const credentials = memoryStore();
  const known = await KnownCredentials.of(credentials);
  const authority = await createAuthority(clock);
  const certificate = await certifyServer(authority, [SECURE.host], clock);
  const trust = serverTrust({
    known,
    certificate: () => certificate,
    authority: () => authority.certificate,
    clock,
  });
  const registered: { readonly query: string; readonly proved: string | undefined }[] = [];
  const handshakes: HandshakeEvent[] = [];
  const open: OpenListener[] = [];
  let seed = 10;
  const serve = (channel: Channel) => {
    const handle = ({ path, query, peer }: IncomingRequest) => {
      if (path.length > 1) return { code: Codes.DELETED };
      registered.push({ query: query.join('&'), proved: trust.provedEndpoint(peer) });
      return { code: Codes.CREATED, locationPath: ['rd', 'x'] };
    };
    createCoapEndpoint(channel, { handle }, { clock, random: seededRandom(seed++), hash: nodeHash });
    open.push({ scheme: channel.scheme, address: channel.local });
  };
  const listen = {
    plain: () => serve(network.open(PLAIN.host, PLAIN.port)),
    tcp: () => serve(streams.listen(PLAIN)),
    secure: () =>
      serve(
        createDtlsChannel(network.open(SECURE.host, SECURE.port), {
          clock,
          random: seededRandom(seed++),
          server: trust.dtls,
          cidLength: 8,
          observer: (event) => void handshakes.push(event),
        }),
      ),
  };
  const fail = () => Promise.reject(new Error('not of this test'));
  const base: BasePorts = {
    clock,
    random: seededRandom(seed++),
    hash: nodeHash,
    log: NO_LOG,
    channels: {
      open: (_scheme, { host }: SocketAddress) => Promise.resolve(network.open(host)),
      connect: () => Promise.resolve(streams.connect('127.0.0.1')),
    },
    http: { listen: fail },
    fetch: { get: fail },
    files: {} as BasePorts['files'],
    registryText: fail,
    imageFile: () => assert.fail(),
    interfaces: () => [],
    hostName: 'test',
    pid: 1,
  };
  const ports: SimulationPorts = { ...base, secrets: { credentials, authority: memorySecret() } };
  const simulation = new Simulation(ports, () => open);
  return { clock, credentials, authority, registered, handshakes, listen, base, simulation };
}

/** What a promise gives, however long the (virtual) time. */
async function settled<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  promise.then(end, end);
  for (let n = 0; !done && n < 1000; n++) await clock.advance(20);
  return promise;
}

describe("a workbench's own simulated device", () => {
  test('secured: a key is made for it and stored, and it proves to be that endpoint', async () => {
    const { clock, simulation, credentials, registered, listen } = await scene();
    listen.secure();
    const { endpoint } = await settled(clock, simulation.start({ scheme: 'coaps' }));
    assert.equal(endpoint, 'sim-1');
    const credential = await credentials.get('sim-1');
    assert.ok(credential?.mode === 'psk' && credential.identity === 'sim-1' && credential.key.length === 16);
    await clock.advance(100);
    assert.deepEqual(registered, [{ query: 'ep=sim-1&lt=300&lwm2m=1.1&b=U', proved: 'sim-1' }]);
    await settled(clock, simulation.close());
  });

  test('its events carry the scheme in the address, and no key', async () => {
    const { clock, simulation, listen } = await scene();
    const events: SimulatorEventView[] = [];
    simulation.onEvent((event) => events.push(event));
    listen.secure();
    await settled(clock, simulation.start({ scheme: 'coaps' }));
    await clock.advance(100);
    const [first] = events;
    assert.match(
      String((first as Record<string, unknown> | undefined)?.['address']),
      /^coaps:\/\/127\.0\.0\.1:\d+$/,
    );
    assert.deepEqual(Object.keys(first ?? {}).sort(), [
      'address',
      'endpoint',
      'firmwareVersion',
      'kind',
      'location',
      'text',
    ]);
    await settled(clock, simulation.close());
  });

  test('the key it had is used again', async () => {
    const { clock, simulation, credentials, registered, listen } = await scene();
    listen.secure();
    await credentials.set({
      mode: 'psk',
      endpointName: 'sim-1',
      identity: 'one',
      key: encodeUtf8('sixteen byte key'),
    });
    await settled(clock, simulation.start({ scheme: 'coaps' }));
    await clock.advance(100);
    assert.equal(registered[0]?.proved, 'sim-1');
    await settled(clock, simulation.close());
  });

  test('a listener that opens with the first key is waited for', async () => {
    const { clock, simulation, credentials, registered, listen } = await scene();
    credentials.onChange(() => void settle().then(listen.secure));
    await settled(clock, simulation.start({ scheme: 'coaps' }));
    await clock.advance(100);
    assert.equal(registered.length, 1);
    await settled(clock, simulation.close());
  });

  test('where none opens it is told, and the key goes again', async () => {
    const { clock, simulation, credentials } = await scene();
    await assert.rejects(settled(clock, simulation.start({ scheme: 'coaps' })), { code: 'NOT_LISTENING' });
    assert.deepEqual(await credentials.list(), []);
    await assert.rejects(settled(clock, simulation.start({})), { code: 'NOT_LISTENING' });
  });

  test('unsecured it takes no name that has a key: the server would refuse it', async () => {
    const { clock, simulation, credentials, listen } = await scene();
    listen.plain();
    await credentials.set({ mode: 'psk', endpointName: 'sim-1', identity: 'sim-1', key: new Uint8Array(16) });
    const { endpoint } = await settled(clock, simulation.start({}));
    assert.equal(endpoint, 'sim-2');
    await settled(clock, simulation.close());
  });

  test('an endpoint whose private key is not here is refused by name', async () => {
    const { clock, simulation, credentials, authority, listen } = await scene();
    listen.secure();
    const { certificate } = await certifyDevice(authority, 'cert-1', clock);
    await credentials.set({ mode: 'x509', endpointName: 'cert-1', certificate });
    await assert.rejects(settled(clock, simulation.start({ scheme: 'coaps', endpoint: 'cert-1' })), {
      code: 'NO_PRIVATE_KEY',
      message: /cert-1 is a certificate/,
    });
    assert.equal(simulation.has('cert-1'), false);
  });

  test('over TCP', async () => {
    const { clock, simulation, registered, listen } = await scene();
    listen.tcp();
    await settled(clock, simulation.start({ scheme: 'coap+tcp' }));
    await clock.advance(100);
    assert.equal(registered[0]?.query, 'ep=sim-1&lt=300&lwm2m=1.1&b=T');
    await settled(clock, simulation.close());
  });
});

describe('devices started from a terminal', () => {
  const settings = (server: string, more: Partial<SimulateSettings> = {}): SimulateSettings => ({
    server,
    count: 1,
    lifetime: 300,
    lwm2mVersion: '1.1',
    queueMode: false,
    faults: [],
    ...more,
  });
  const keys = (credentials: CredentialStore) => ({ credentials, authority: undefined });

  test('without a key for the name: how to make one', async () => {
    const { base, credentials } = await scene();
    await assert.rejects(
      startSimulatedDevices(
        base,
        settings('coaps://127.0.0.1:5684', { endpoint: 'dev-1', security: keys(credentials) }),
        () => undefined,
      ),
      { code: 'NO_CREDENTIAL', next: /credentials generate --endpoint dev-1/ },
    );
  });

  test('each with its own', async () => {
    const { base, clock, credentials, registered, listen } = await scene();
    listen.secure();
    for (const name of ['dev-1', 'dev-2'])
      await credentials.set({
        mode: 'psk',
        endpointName: name,
        identity: name,
        key: encodeUtf8(`key of ${name}`),
      });
    const devices = await startSimulatedDevices(
      base,
      settings('coaps://127.0.0.1:5684', { endpoint: 'dev', count: 2, security: keys(credentials) }),
      () => undefined,
    );
    await clock.advance(100);
    assert.deepEqual(registered.map(({ proved }) => proved).sort(), ['dev-1', 'dev-2']);
    await settled(clock, devices.stop());
  });

  const pems = (certificate: Uint8Array | undefined, privateKey: Uint8Array) => {
    const own = deviceOwnFrom(
      encodeUtf8(toPem('PRIVATE KEY', privateKey)),
      certificate && encodeUtf8(toPem('CERTIFICATE', certificate)),
    );
    return own.ok ? own.value : assert.fail(own.problem.message);
  };

  test('with a certificate of its own, where the server has one of its authority', async () => {
    const { base, clock, credentials, authority, registered, listen } = await scene();
    listen.secure();
    const { certificate, privateKey } = await certifyDevice(authority, 'cert-1', clock);
    const devices = await startSimulatedDevices(
      base,
      settings('coaps://127.0.0.1:5684', {
        endpoint: 'cert-1',
        security: { credentials, authority: authority.certificate, own: pems(certificate, privateKey) },
      }),
      () => undefined,
    );
    await clock.advance(100);
    assert.equal(registered[0]?.proved, 'cert-1');
    await settled(clock, devices.stop());
  });

  test('with a raw public key, which the server knows by its credential', async () => {
    const { base, clock, credentials, authority, registered, listen } = await scene();
    listen.secure();
    const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const own = pems(undefined, pair.privateKey.export({ format: 'der', type: 'pkcs8' }));
    assert.ok(own.mode === 'rawPublicKey');
    await credentials.set({ mode: 'rpk', endpointName: 'raw-1', publicKey: own.publicKey });
    const devices = await startSimulatedDevices(
      base,
      settings('coaps://127.0.0.1:5684', {
        endpoint: 'raw-1',
        security: { credentials, authority: authority.certificate, own },
      }),
      () => undefined,
    );
    await clock.advance(100);
    assert.equal(registered[0]?.proved, 'raw-1');
    await settled(clock, devices.stop());
  });

  test('a server of another authority is not gone to', async () => {
    const { base, clock, credentials, authority, registered, handshakes, listen } = await scene();
    listen.secure();
    const { certificate, privateKey } = await certifyDevice(authority, 'cert-1', clock);
    const other = await createAuthority(clock, 'another');
    const devices = await startSimulatedDevices(
      base,
      settings('coaps://127.0.0.1:5684', {
        endpoint: 'cert-1',
        security: { credentials, authority: other.certificate, own: pems(certificate, privateKey) },
      }),
      () => undefined,
    );
    await clock.advance(500);
    assert.deepEqual(registered, []);
    assert.ok(handshakes.some((one) => one.kind === 'failed' && one.failure.kind === 'peerAlert'));
    await settled(clock, devices.stop());
  });

  for (const [what, wrong] of [
    ['a server it can not register at', settings('http://127.0.0.1:80')],
    ['TCP in LwM2M 1.0', settings('coap+tcp://127.0.0.1:5683', { lwm2mVersion: '1.0' })],
  ] as const) {
    test(`${what} is a wrong command line`, async () => {
      const { base } = await scene();
      await assert.rejects(
        startSimulatedDevices(base, wrong, () => undefined),
        { code: 'USAGE' },
      );
    });
  }
});
