import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import { encodeMessage, decodeMessage, type Message } from '../../../src/coap/message';
import type { CoapEndpoint, EndpointSettings } from '../../../src/coap/endpoint';
import type { CoapService } from '../../../src/coap/exchange';
import type { Peer } from '../../../src/transport/ports';
import { nodeHash } from '../../../src/transport/nodeHash';
import { MemoryNetwork } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';
import { nothingHere } from './pair';

/** Our endpoint, and on the other end of the wire nobody but the test. */
export interface Wire {
  readonly clock: VirtualClock;
  readonly endpoint: CoapEndpoint;
  /** The test's side, as the endpoint knows it. */
  readonly peer: Peer;
  /** What the endpoint sent and was not yet taken. */
  readonly sent: Message[];
  /** Sends a message to the endpoint and lets it act. */
  send(message: Message): Promise<void>;
  /** The next message the endpoint sent; it must be there already. */
  take(): Message;
}

export function wire(service: CoapService = nothingHere, settings?: EndpointSettings): Wire {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const raw = network.open('10.0.0.9', 5683);
  const channel = network.open('10.0.0.1', 40_000);
  const ports = { clock, random: seededRandom(1), hash: nodeHash };
  const endpoint = createCoapEndpoint(channel, service, ports, settings);
  const sent: Message[] = [];
  raw.onMessage(({ bytes }) => {
    const result = decodeMessage(bytes);
    if (!result.ok) throw new Error(result.problem.message);
    sent.push(result.value);
  });
  return {
    clock,
    endpoint,
    peer: channel.peerAt(raw.local),
    sent,
    send: async (message) => {
      raw.send(encodeMessage(message), raw.peerAt(channel.local));
      await clock.advance(0);
    },
    take: () => {
      const message = sent.shift();
      if (!message) throw new Error('the endpoint sent nothing');
      return message;
    },
  };
}
