import { createCoapEndpoint } from '../../src/coap/createEndpoint';
import type { CoapEndpoint } from '../../src/coap/endpoint';
import type { CoapService } from '../../src/coap/exchange';
import { nodeClock } from '../../src/transport/nodeClock';
import { nodeHash } from '../../src/transport/nodeHash';
import { nodeRandom } from '../../src/transport/nodeRandom';
import { tcpOpener } from '../../src/transport/tcp';
import { NOTHING } from './coapOverUdp';

const ports = { clock: nodeClock, random: nodeRandom, hash: nodeHash };

/** An endpoint that listens for connections on a free loopback port. */
export async function listeningEndpoint(service: CoapService = NOTHING): Promise<CoapEndpoint> {
  return createCoapEndpoint(await tcpOpener().open({ host: '127.0.0.1', port: 0 }), service, ports);
}

/** An endpoint that begins connections. */
export const connectingEndpoint = (service: CoapService = NOTHING): CoapEndpoint =>
  createCoapEndpoint(tcpOpener().connect(), service, ports);
