/**
 * Our LwM2M server alone, beside `ForeignServer.java` and with its commands: `--port P [--file FILE] [--block-size N]
 * [--secured psk | --secured FOLDER]`. What is PUT to /sink is taken and thrown away.
 * `{"do":"read","devices":N,"ms":T}`, `{"do":"push","endpoint":E,"file":F}`, `{"do":"put","port":P,"file":F}` (a plain
 * CoAP PUT to another server), `heap`, `rss`.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { bytesSource, type ByteSink } from '../../src/base/files';
import { seconds } from '../../src/base/clock';
import { Codes, isSuccess } from '../../src/coap/code';
import { ContentFormats } from '../../src/coap/contentFormat';
import { createCoapEndpoint } from '../../src/coap/createEndpoint';
import type { CoapService, Szx } from '../../src/coap/exchange';
import { createLwM2mServer } from '../../src/lwm2m/createServer';
import { objectVersionOf } from '../../src/lwm2m/registration/registration';
import { DefinitionCatalogue } from '../../src/objects/catalogue';
import { pathOf } from '../../src/objects/path';
import { nodeClock } from '../../src/transport/nodeClock';
import { nodeHash } from '../../src/transport/nodeHash';
import { nodeRandom } from '../../src/transport/nodeRandom';
import { udpOpener } from '../../src/transport/udp';
import { securedChannel } from './securedChannel';

interface Command {
  readonly do: string;
  readonly devices?: number;
  readonly ms?: number;
  readonly endpoint?: string;
  readonly file?: string;
  readonly port?: number;
}

const tell = (event: object) => void process.stdout.write(`${JSON.stringify(event)}\n`);
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};

const nowhere = (): ByteSink => ({
  write: () => undefined,
  close: () => Promise.resolve(),
  abort: () => Promise.resolve(),
});

async function main(): Promise<void> {
  const catalogue = new DefinitionCatalogue(() =>
    Promise.resolve(readFileSync('media/registry/objects.json', 'utf8')),
  );
  await catalogue.ready();
  const server = createLwM2mServer({
    clock: nodeClock,
    random: nodeRandom,
    definitions: (registration) => catalogue.lookupFor((objectId) => objectVersionOf(registration, objectId)),
  });
  const below = await udpOpener().open('coap', { host: '127.0.0.1', port: Number(option('port') ?? 0) });
  const channel = option('secured') === undefined ? below : securedChannel(below, option('secured') ?? '');
  const lwm2m = server.service(channel);
  const file = option('file');
  const image = file === undefined ? undefined : new Uint8Array(readFileSync(file));
  const service: CoapService = {
    receiveBody: (head) => (head.path[0] === 'sink' ? nowhere() : lwm2m.receiveBody?.(head)),
    handle: (request) => {
      if (request.path[0] === 'sink') return { code: Codes.CHANGED };
      return image && request.path[0] === 'file'
        ? { code: Codes.CONTENT, contentFormat: ContentFormats.OPAQUE, body: bytesSource(image) }
        : lwm2m.handle(request);
    },
  };
  const ports = { clock: nodeClock, random: nodeRandom, hash: nodeHash };
  const endpoint = createCoapEndpoint(channel, service, ports);
  server.attach(endpoint);
  const szx = (Math.log2(Number(option('block-size') ?? 1024)) - 4) as Szx;

  const read = async (devices: number, ms: number) => {
    const chosen = server.registrations().slice(0, devices);
    if (chosen.length < devices) throw new Error(`only ${chosen.length} devices are registered`);
    const started = performance.now();
    const times: number[] = [];
    let failed = 0;
    await Promise.all(
      chosen.map(async ({ endpointName }) => {
        for (let sent = performance.now(); sent < started + ms; sent = performance.now()) {
          const answer = await server.read(endpointName, pathOf(3, 0, 3));
          if (isSuccess(answer.code)) times.push(performance.now() - sent);
          else failed++;
        }
      }),
    );
    const elapsed = (performance.now() - started) / 1000;
    times.sort((a, b) => a - b);
    const quantile = (q: number) => (times[Math.floor(times.length * q)] ?? 0) * 1000;
    tell({
      event: 'read',
      devices,
      count: times.length,
      failed,
      perSecond: times.length / elapsed,
      p50Us: quantile(0.5),
      p99Us: quantile(0.99),
    });
  };
  const push = async (endpointName: string, from: string) => {
    const bytes = new Uint8Array(readFileSync(from));
    const started = performance.now();
    const answer = await server.writeOpaque(endpointName, pathOf(5, 0, 0), bytesSource(bytes), { szx });
    tell({ event: 'push', bytes: bytes.length, ms: performance.now() - started, code: answer.code });
  };
  const put = async (port: number, from: string) => {
    const bytes = new Uint8Array(readFileSync(from));
    const to = channel.peerAt({ host: '127.0.0.1', port });
    const started = performance.now();
    const request = { method: Codes.PUT, path: ['image'], contentFormat: 42, body: bytesSource(bytes) };
    const { code } = await endpoint.request(to, request, { szx, stallTimeout: seconds(120) });
    tell({ event: 'put', bytes: bytes.length, ms: performance.now() - started, code });
  };
  const command = async (asked: Command): Promise<void> => {
    switch (asked.do) {
      case 'read':
        return read(asked.devices ?? 1, asked.ms ?? 3000);
      case 'push':
        return push(asked.endpoint ?? '', asked.file ?? '');
      case 'put':
        return put(asked.port ?? 5683, asked.file ?? '');
      case 'heap':
        globalThis.gc?.();
        return tell({ event: 'heap', bytes: process.memoryUsage().heapUsed });
      case 'rss':
        return tell({ event: 'rss', bytes: process.memoryUsage.rss() });
      case 'registrations':
        return tell({ event: 'registrations', count: server.registrations().length });
      default:
        throw new Error(`no such command: ${asked.do}`);
    }
  };

  tell({ event: 'ready', port: channel.local.port, pid: process.pid });
  for await (const line of createInterface({ input: process.stdin })) {
    await command(JSON.parse(line) as Command).catch((error: unknown) =>
      tell({ event: 'error', message: String(error) }),
    );
  }
  await server.close();
  await endpoint.close();
  process.exit(0);
}

void main();
