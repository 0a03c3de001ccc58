import type { Channel, Peer } from '../../../src/transport/ports';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { CoapEndpoint, EndpointPorts, EndpointSettings } from '../../../src/coap/endpoint';
import type { CoapService } from '../../../src/coap/exchange';
import { Codes } from '../../../src/coap/code';
import { nodeHash } from '../../../src/transport/nodeHash';
import { MemoryNetwork, type Fate } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock, settle } from '../../support/virtualClock';

/** Serves nothing. */
export const nothingHere: CoapService = { handle: () => ({ code: Codes.NOT_FOUND }) };

/** Two endpoints on one network in memory, under one clock. */
export interface Pair {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly client: CoapEndpoint;
  readonly server: CoapEndpoint;
  /** The server, as the client knows it. */
  readonly toServer: Peer;
  readonly toClient: Peer;
  close(): Promise<void>;
}

export interface PairSettings {
  readonly service?: CoapService;
  readonly clientService?: CoapService;
  readonly client?: EndpointSettings;
  readonly server?: EndpointSettings;
  readonly seed?: number;
  readonly fate?: (fromClient: boolean, bytes: Uint8Array) => Fate;
}

export function pair(settings: PairSettings = {}): Pair {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const random = seededRandom(settings.seed ?? 1);
  const ports: EndpointPorts = { clock, random, hash: nodeHash };
  const a = network.open('10.0.0.1', 40_000);
  const b = network.open('10.0.0.2', 5683);
  const { fate } = settings;
  if (fate) network.fate = (from, _to, bytes) => fate(from.port === 40_000, bytes);
  const client = createCoapEndpoint(a, settings.clientService ?? nothingHere, ports, settings.client);
  const server = createCoapEndpoint(b, settings.service ?? nothingHere, ports, settings.server);
  return {
    clock,
    network,
    client,
    server,
    toServer: a.peerAt(b.local),
    toClient: b.peerAt(a.local),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

/** Turns the clock until a promise is settled, and gives its value. */
export async function within<T>(
  clock: VirtualClock,
  duration: number,
  promise: Promise<T>,
  step = 10,
): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => (settled = true));
  watched.catch(() => undefined);
  await settle();
  for (let turned = 0; turned < duration && !settled; turned += step) await clock.advance(step);
  if (!settled) throw new Error(`not settled within ${duration} ms`);
  return watched;
}

/** Bytes that differ at each place and from their neighbours by 1024. */
export const pattern = (length: number, seed = 7): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 17 + (i >> 16) + seed) & 0xff);

export type { Channel };
