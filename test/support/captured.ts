import { encodeUtf8 } from '../../src/base/bytes';
import { Codes } from '../../src/coap/code';
import { createCoapEndpoint } from '../../src/coap/createEndpoint';
import type { CoapEndpoint } from '../../src/coap/endpoint';
import { createDtlsChannel } from '../../src/dtls/dtlsChannel';
import { createCaptures } from '../../src/host/captures';
import { NO_DEFINITIONS } from '../../src/objects/definition';
import { openCaptureFile } from '../../src/storage/captureFile';
import type { TracedMessage } from '../../src/trace/tracedMessage';
import type { CaptureSink } from '../../src/trace/captureWriter';
import { nodeHash } from '../../src/transport/nodeHash';
import type { Channel, SocketAddress } from '../../src/transport/ports';
import { MemoryNetwork } from './memoryNetwork';
import { seededRandom } from './seededRandom';
import { VirtualClock, settle } from './virtualClock';

const KEY = encodeUtf8('a key of sixteen');

/** A server on two listeners, plain and secured, whose traffic can be captured; and devices that ask it. */
export function capturedServer(openFile: (path: string) => Promise<CaptureSink> = openCaptureFile) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const endpoints: CoapEndpoint[] = [];
  /** Endpoint names by the peer's host. */
  const names = new Map<string, string>();
  const registrations = new Map<
    string,
    { local: { scheme: 'coap' | 'coaps'; address: SocketAddress }; address: SocketAddress }
  >();
  const captures = createCaptures({
    clock,
    log: { log: () => undefined },
    openFile,
    registration: (endpoint) => {
      const found = registrations.get(endpoint);
      return found && { local: found.local, peer: { key: '', address: found.address } };
    },
    endpointOf: (_, peer) => names.get(peer.address.host),
    definitions: () => NO_DEFINITIONS,
  });
  const traced: { readonly capture: string; readonly message: TracedMessage }[] = [];
  captures.onCaptured((one) => traced.push(one));
  const ports = (seed: number) => ({ clock, random: seededRandom(seed), hash: nodeHash });

  const serve = (channel: Channel) => {
    const endpoint = createCoapEndpoint(
      channel,
      { handle: () => ({ code: Codes.CONTENT, contentFormat: 0, body: encodeUtf8('1.4.0') }) },
      ports(1),
    );
    endpoint.onWire((message) => captures.message(channel, message));
    endpoints.push(endpoint);
  };
  const plain = { host: '10.0.0.1', port: 5683 };
  const secured = { host: '10.0.0.1', port: 5684 };
  serve(captures.tapped(network.open(plain.host, plain.port)));
  const server = (cidLength: number | undefined) =>
    serve(
      createDtlsChannel(captures.tapped(network.open(secured.host, secured.port), 'coaps'), {
        ...ports(2),
        server: { psk: () => KEY },
        keyLog: (clientRandom, masterSecret) => captures.secret(clientRandom, masterSecret),
        ...(cidLength === undefined ? {} : { cidLength }),
      }),
    );

  /** A device at an address of its own: what it gives is asked with a path, and waits for the answer. */
  const device = (host: string, security: 'coap' | 'coaps', cidLength?: number) => {
    const below = network.open(host, 7000);
    const channel =
      security === 'coap'
        ? below
        : createDtlsChannel(below, {
            ...ports(host.length + Number(host.split('.').at(-1))),
            client: { psk: { identity: encodeUtf8('dev1'), key: KEY } },
            ...(cidLength === undefined ? {} : { cidLength }),
          });
    const endpoint = createCoapEndpoint(channel, { handle: () => ({ code: Codes.NOT_FOUND }) }, ports(3));
    endpoints.push(endpoint);
    const address = security === 'coap' ? plain : secured;
    registrations.set(host, { local: { scheme: security, address }, address: below.local });
    return async (path: string) => {
      const answer = endpoint.request(channel.peerAt(address), {
        method: Codes.GET,
        path: path.split('/').slice(1),
      });
      // handshake, request and answer take a few turns of the network
      for (let turns = 0; turns < 10; turns++) {
        await clock.advance(1);
        await settle();
      }
      return answer;
    };
  };

  const end = async (capture: string) => {
    const ended = captures.stop(capture);
    await settle();
    return ended;
  };
  return { clock, network, captures, traced, names, registrations, secureListener: server, device, end };
}
