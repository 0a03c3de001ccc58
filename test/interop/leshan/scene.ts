import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import type { Event } from '../../../src/base/event';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { CoapEndpoint } from '../../../src/coap/endpoint';
import type { WireMessage } from '../../../src/coap/exchange';
import { createLwM2mServer } from '../../../src/lwm2m/createServer';
import type { LwM2mServerOptions, MountedLwM2mServer } from '../../../src/lwm2m/mountedServer';
import { objectVersionOf, type Registration } from '../../../src/lwm2m/registration/registration';
import type { Answer } from '../../../src/lwm2m/server';
import { DefinitionCatalogue } from '../../../src/objects/catalogue';
import { parsePath, printPath, type LwM2mPath } from '../../../src/objects/path';
import type { LwM2mValue } from '../../../src/objects/value';
import { nodeClock } from '../../../src/transport/nodeClock';
import { nodeHash } from '../../../src/transport/nodeHash';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import { udpOpener } from '../../../src/transport/udp';
import { leshan } from '../peers/leshan/prepare.mjs';
import { startJsonPeer, type JsonPeer } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';

/** The name of Leshan's device in every test. */
export const NAME = 'foreign';

/** Our server on a free port of loopback, with the registry's definitions, and every message of its socket. */
export interface OurServer {
  readonly server: MountedLwM2mServer;
  readonly endpoint: CoapEndpoint;
  readonly uri: string;
  readonly wire: readonly WireMessage[];
  close(): Promise<void>;
}

export async function openOurServer(options: Partial<LwM2mServerOptions> = {}): Promise<OurServer> {
  const catalogue = new DefinitionCatalogue(() => readFile('media/registry/objects.json', 'utf8'));
  await catalogue.ready();
  const server = createLwM2mServer({
    clock: nodeClock,
    random: nodeRandom,
    definitions: (registration) => catalogue.lookupFor((objectId) => objectVersionOf(registration, objectId)),
    ...options,
  });
  const channel = await udpOpener().open('coap', { host: '127.0.0.1', port: 0 });
  const endpoint = createCoapEndpoint(channel, server.service(channel), {
    clock: nodeClock,
    random: nodeRandom,
    hash: nodeHash,
  });
  server.attach(endpoint);
  const wire: WireMessage[] = [];
  endpoint.onWire((message) => wire.push({ ...message, bytes: message.bytes.slice() }));
  return {
    server,
    endpoint,
    uri: `coap://127.0.0.1:${channel.local.port}`,
    wire,
    close: async () => {
      await server.close();
      await endpoint.close();
      catalogue.dispose();
    },
  };
}

/** Our server and a device on Leshan's libraries that has registered with it. */
export interface Scene extends OurServer {
  readonly device: JsonPeer;
  readonly registration: Registration;
}

/** `undefined` where Leshan can't be had and needn't (see `requirePeer`). */
export async function openScene(
  t: TestContext,
  more: readonly (string | number)[] = [],
  options: Partial<LwM2mServerOptions> = {},
): Promise<Scene | undefined> {
  const peer = requirePeer(t, await leshan());
  if (peer === undefined) return undefined;
  const ours = await openOurServer(options);
  t.after(() => ours.close());
  const registered = nextRegistration(ours.server);
  const device = startJsonPeer(peer.device('--server', ours.uri, '--endpoint', NAME, ...more));
  t.after(() => device.close());
  return { ...ours, device, registration: await registered };
}

/** The next registration under {@link NAME}. */
export const nextRegistration = (server: MountedLwM2mServer): Promise<Registration> =>
  once((resolve) =>
    server.onRegistered(({ registration }) => {
      if (registration.endpointName === NAME) resolve(registration);
    }),
  );

/** A promise for what a subscription hands over first; fails after 20 s. */
export function once<T>(subscribe: (resolve: (value: T) => void) => { dispose(): void }): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      subscription.dispose();
      reject(new Error('waited 20 s in vain'));
    }, 20_000);
    const subscription = subscribe((value) => {
      clearTimeout(timer);
      queueMicrotask(() => subscription.dispose());
      resolve(value);
    });
  });
}

/** A path as text; throws where it is none. */
export function at(text: string): LwM2mPath {
  const path = parsePath(text);
  if (!path.ok) throw new Error(path.problem.message);
  return path.value;
}

/** The values of an answer by their paths, with opaque ones as hex. */
export function valuesOf({ values }: Pick<Answer, 'values'>): Record<string, unknown> {
  return Object.fromEntries(values.map(({ path, value }) => [printPath(path), plain(value)]));
}

function plain({ type, value }: LwM2mValue): unknown {
  if (type === 'opaque') return Buffer.from(value).toString('hex');
  if (type === 'objlnk') return `${value.objectId}:${value.instanceId}`;
  return value;
}

/** What an event tells next. */
export const next = <T>(event: Event<T>): Promise<T> => once((resolve) => event(resolve));
