import { createCoapEndpoint } from '../../src/coap/createEndpoint';
import type { CoapEndpoint } from '../../src/coap/endpoint';
import type { CoapService } from '../../src/coap/exchange';
import { Codes } from '../../src/coap/code';
import { nodeClock } from '../../src/transport/nodeClock';
import { nodeHash } from '../../src/transport/nodeHash';
import { nodeRandom } from '../../src/transport/nodeRandom';
import { udpOpener } from '../../src/transport/udp';
import type { Peer } from '../../src/transport/ports';

/** A service that has nothing. */
export const NOTHING: CoapService = { handle: () => ({ code: Codes.NOT_FOUND }) };

/** An endpoint on a free loopback port. */
export async function openEndpoint(service: CoapService = NOTHING, port = 0): Promise<CoapEndpoint> {
  const channel = await udpOpener().open('coap', { host: '127.0.0.1', port });
  return createCoapEndpoint(channel, service, { clock: nodeClock, random: nodeRandom, hash: nodeHash });
}

/** The peer at a loopback port. */
export const peerAt = (endpoint: CoapEndpoint, port: number): Peer =>
  endpoint.channel.peerAt({ host: '127.0.0.1', port });
