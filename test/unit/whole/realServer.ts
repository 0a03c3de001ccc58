import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NO_DEFINITIONS } from '../../../src/objects/definition';
import { bytesSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { CoapService } from '../../../src/coap/exchange';
import { createLwM2mServer, type MountedLwM2mServer } from '../../../src/lwm2m/createServer';
import { pathOf } from '../../../src/objects/path';
import { nodeClock } from '../../../src/transport/nodeClock';
import { nodeHash } from '../../../src/transport/nodeHash';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import type { SocketAddress } from '../../../src/transport/ports';
import { udpOpener } from '../../../src/transport/udp';

/** A real LwM2M server on a UDP port of loopback that also serves an image under `/f/image`. */
export async function openServer(image: Uint8Array): Promise<{
  readonly server: MountedLwM2mServer;
  readonly address: SocketAddress;
  close(): Promise<void>;
}> {
  const server = createLwM2mServer({
    clock: nodeClock,
    random: nodeRandom,
    definitions: () => NO_DEFINITIONS,
  });
  const channel = await udpOpener().open('coap', { host: '127.0.0.1', port: 0 });
  const lwm2m = server.service(channel);
  const service: CoapService = {
    receiveBody: (head) => lwm2m.receiveBody?.(head),
    handle: (request) =>
      request.path.join('/') === 'f/image'
        ? { code: Codes.CONTENT, contentFormat: ContentFormats.OPAQUE, body: bytesSource(image) }
        : lwm2m.handle(request),
  };
  const endpoint = createCoapEndpoint(channel, service, {
    clock: nodeClock,
    random: nodeRandom,
    hash: nodeHash,
  });
  server.attach(endpoint);
  return {
    server,
    address: channel.local,
    close: async () => {
      await server.close();
      await endpoint.close();
    },
  };
}

/** An HTTP server of one image, with ranges, that keeps what was asked. */
export async function openHttp(image: Uint8Array): Promise<{
  readonly address: SocketAddress;
  readonly ranges: string[];
  close(): void;
}> {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    const { range } = request.headers;
    ranges.push(range ?? 'all');
    const start = Number(/(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    response.writeHead(range === undefined ? 200 : 206, {
      etag: '"image"',
      'content-length': image.length - start,
      ...(range === undefined
        ? {}
        : { 'content-range': `bytes ${start}-${image.length - 1}/${image.length}` }),
    });
    response.end(image.subarray(start));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    ranges,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Pushes an image to a device by Write of Package. */
export const pushTo = (server: MountedLwM2mServer, image: Uint8Array) =>
  server.writeOpaque('sim', pathOf(5, 0, 0), bytesSource(image));

/** Tells a device to pull. */
export const pullTo = (server: MountedLwM2mServer, uri: string) =>
  server.write('sim', pathOf(5, 0, 1), [{ path: pathOf(5, 0, 1), value: { type: 'string', value: uri } }]);

/** Executes 5/0/2. */
export const executeOn = (server: MountedLwM2mServer) => server.execute('sim', pathOf(5, 0, 2));
