/**
 * A server and a simulated device in this process: three images of 16 MiB pushed or pulled, then two of 64 MiB. Prints one JSON line
 * with how much more resident memory a larger one took at its highest, and fails where other bytes came.
 */
import { createHash } from 'node:crypto';
import type { ByteSource } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import { createLwM2mServer } from '../../../src/lwm2m/createServer';
import { pathOf } from '../../../src/objects/path';
import { parseFault } from '../../../src/simulator/fault';
import { nodeClock } from '../../../src/transport/nodeClock';
import { nodeHash } from '../../../src/transport/nodeHash';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import { udpOpener } from '../../../src/transport/udp';
import { RealDevice } from './realDevice';

/** An image that is nowhere in memory: each of its words tells its place. */
function endlessSource(size: number): ByteSource {
  const readNow = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + 4 <= bytes.length; at += 4) view.setUint32(at, (offset + at) * 2_654_435_761);
    return bytes;
  };
  return {
    size,
    readNow,
    read: (offset, length) => Promise.resolve(readNow(offset, length)),
    close: () => Promise.resolve(),
  };
}

function digestOf(source: ByteSource): string {
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += 65_536) hash.update(source.readNow(at, 65_536) ?? '');
  return hash.digest('hex');
}

/** Resident memory at its highest while `work` ran, in bytes. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  let most = process.memoryUsage.rss();
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20);
  await work();
  clearInterval(timer);
  return Math.max(most, process.memoryUsage.rss());
}

async function main(): Promise<void> {
  const server = createLwM2mServer({ clock: nodeClock, random: nodeRandom });
  const channel = await udpOpener().open('coap', { host: '127.0.0.1', port: 0 });
  const lwm2m = server.service(channel);
  let served = endlessSource(0);
  const endpoint = createCoapEndpoint(
    channel,
    {
      receiveBody: (head) => lwm2m.receiveBody?.(head),
      handle: (request) =>
        request.path[0] === 'f'
          ? {
              code: Codes.CONTENT,
              contentFormat: ContentFormats.OPAQUE,
              etag: Uint8Array.of(served.size >> 20),
              body: served,
            }
          : lwm2m.handle(request),
    },
    { clock: nodeClock, random: nodeRandom, hash: nodeHash },
  );
  server.attach(endpoint);
  const quirk = parseFault('quirk=any-image');
  const sim = new RealDevice(channel.local, { faults: quirk.ok ? [quirk.value] : [] });
  await sim.device.start();
  await sim.event('registered');

  const digests = new Map([16 << 20, 64 << 20].map((size) => [size, digestOf(endlessSource(size))]));
  const arrived = async (source: ByteSource): Promise<void> => {
    const image = await sim.event('image');
    if (image.size !== source.size || image.sha256 !== digests.get(source.size)) {
      throw new Error('other bytes came');
    }
    sim.events.length = 0;
    await server.writeOpaque('sim', pathOf(5, 0, 0), Uint8Array.of(0));
  };
  const push = async (source: ByteSource): Promise<void> => {
    const answer = await server.writeOpaque('sim', pathOf(5, 0, 0), source);
    if (answer.code !== Codes.CHANGED) throw new Error(`the push was answered ${answer.code}`);
    await arrived(source);
  };
  const pull = async (source: ByteSource): Promise<void> => {
    served = source;
    const value = `coap://127.0.0.1:${channel.local.port}/f/image`;
    await server.write('sim', pathOf(5, 0, 1), [{ path: pathOf(5, 0, 1), value: { type: 'string', value } }]);
    await arrived(source);
  };

  const small = 16 << 20;
  const large = 64 << 20;
  const measured = async (transfer: (source: ByteSource) => Promise<void>) => {
    // the heap's own room has settled after some of them, whatever their size
    const before = await peakOf(async () => {
      for (let n = 0; n < 3; n++) await transfer(endlessSource(small));
    });
    const started = performance.now();
    // the smaller of two: bytes that were kept would show in both, the collector's timing doesn't
    const peaks = [
      await peakOf(() => transfer(endlessSource(large))),
      await peakOf(() => transfer(endlessSource(large))),
    ];
    const peak = Math.min(...peaks);
    return { grew: peak - before, peak, seconds: (performance.now() - started) / 2000 };
  };
  const pushed = await measured(push);
  const pulled = await measured(pull);
  console.log(JSON.stringify({ pushed, pulled }));
  await sim.device.stop();
  await server.close();
  await endpoint.close();
}

void main();
