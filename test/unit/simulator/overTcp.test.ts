import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seconds } from '../../../src/base/clock';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { SimulatedDeviceOptions } from '../../../src/simulator/deviceOptions';
import { nodeHash } from '../../../src/transport/nodeHash';
import { seededRandom } from '../../support/seededRandom';
import { Bench, faultsOf, mcubootImage, sha256 } from './bench';

const IMAGE = mcubootImage([1, 5, 0, 2], 256 * 1024);

/** How far each block of the image reached that was asked for. */
const told: number[] = [];

async function registered(
  faults: readonly string[] = [],
  more: Partial<SimulatedDeviceOptions> = {},
): Promise<Bench> {
  const bench = new Bench({ scheme: 'coap+tcp', faults: faultsOf(...faults), ...more }, {}, 'tcp');
  bench.serve = (request) =>
    request.method === Codes.GET && request.path.join('/') === 'fw'
      ? {
          code: Codes.CONTENT,
          contentFormat: ContentFormats.OPAQUE,
          body: IMAGE,
          onProgress: ({ bytes }) => void told.push(bytes),
        }
      : undefined;
  await bench.up();
  for (let n = 0; n < 20 && bench.location === ''; n++) await bench.clock.advance(1000);
  return bench;
}

const push = (bench: Bench) => bench.code(Codes.PUT, '/5/0/0', IMAGE, ContentFormats.OPAQUE);
const pull = (bench: Bench, uri: string) =>
  bench.code(Codes.PUT, '/5/0/1', Buffer.from(uri), ContentFormats.TEXT);

async function ended(bench: Bench): Promise<void> {
  for (let n = 0; n < 4000 && bench.states().at(-1) === '1/0'; n++) await bench.clock.advance(100);
}

const arrived = (bench: Bench): string | undefined =>
  bench.events.flatMap((one) => (one.kind === 'image' ? [one.sha256] : []))[0];

describe('a device over TCP', () => {
  test('registers with the binding T, is read, and de-registers', async () => {
    const bench = await registered();
    assert.deepEqual(bench.received, ['POST /rd?ep=sim&lt=300&lwm2m=1.1&b=T']);
    const event = bench.events[0];
    assert.ok(event?.kind === 'registered');
    assert.equal(event.scheme, 'coap+tcp');
    assert.equal(await bench.text('/3/0/16'), 'T');
    assert.equal(await bench.text('/1/0/7'), 'T');
    const protocols = await bench.get('/5/0/8', ContentFormats.SENML_JSON);
    assert.match(Buffer.from(protocols.body).toString(), /"v":0\}.*"v":4\}/);
    await bench.down();
    assert.equal(bench.received.at(-1), 'DELETE /rd/r0');
    assert.equal(bench.clock.timers, 0);
  });

  test('a connection that ended is made anew, with an Update', async () => {
    const bench = await registered();
    bench.server.channel.disconnect?.(bench.devicePeer);
    await bench.clock.advance(2000);
    assert.equal(bench.received.at(-1), 'POST /rd/r0');
    assert.equal(bench.streams.connections, 2);
    assert.equal(await bench.text('/3/0/3'), '1.0.0');
    await bench.down();
  });

  test('and with a registration where the server has forgotten it', async () => {
    const bench = await registered();
    bench.location = 'forgotten';
    bench.server.channel.disconnect?.(bench.devicePeer);
    await bench.clock.advance(4000);
    assert.deepEqual(bench.received.slice(1), ['POST /rd/r0', 'POST /rd?ep=sim&lt=300&lwm2m=1.1&b=T']);
    await bench.down();
  });

  test('in queue mode it hears, once awake, what came while it slept', async () => {
    const bench = await registered([], { lifetime: 60, queueMode: { awake: seconds(3) } });
    await bench.clock.advance(5000);
    const asked = bench.server.request(
      bench.devicePeer,
      { method: Codes.GET, path: ['3', '0', '3'], accept: ContentFormats.TEXT },
      { stallTimeout: seconds(90) },
    );
    let answered = false;
    void asked.then(() => (answered = true));
    await bench.clock.advance(20_000);
    assert.equal(answered, false);
    await bench.clock.advance(30_000);
    assert.equal(answered, true);
    await bench.down();
  });
});

describe('an update over TCP, bit for bit', () => {
  test('pushed, however late each piece is', async () => {
    const bench = await registered(['delay=1-30', 'loss=10', 'duplicate=10']);
    assert.equal(await push(bench), Codes.CHANGED);
    assert.equal(arrived(bench), sha256(IMAGE));
    await bench.down();
  });

  test('pulled over the connection it has', async () => {
    const bench = await registered();
    await pull(bench, '/fw');
    await ended(bench);
    assert.equal(arrived(bench), sha256(IMAGE));
    assert.equal(bench.streams.connections, 1);
    await bench.down();
  });

  test('pulled, with a new address in the middle: a new connection, and an Update over it', async () => {
    const bench = await registered(['rebind=40']);
    told.length = 0;
    await pull(bench, '/fw');
    await ended(bench);
    assert.equal(arrived(bench), sha256(IMAGE));
    assert.equal(bench.streams.connections, 2);
    assert.equal(bench.received.filter((one) => one.startsWith('POST /rd/r0')).length, 1);
    // it went on where it was
    assert.ok(told.length > 5);
    assert.ok(
      told.every((bytes, at) => bytes > (told[at - 1] ?? 0) - 40_000),
      told.join(' '),
    );
    await bench.down();
  });

  test('pushed, with a restart in the middle: registered again, and the image lost', async () => {
    const bench = await registered(['reboot=50']);
    await assert.rejects(push(bench));
    await bench.clock.advance(5000);
    assert.deepEqual(bench.kinds(), ['registered', 'state', 'fault', 'state', 'rebooted', 'registered']);
    assert.equal(await push(bench), Codes.CHANGED);
    assert.equal(arrived(bench), sha256(IMAGE));
    await bench.down();
  });

  test('pulled from another server, over a connection of its own that ends with it', async () => {
    const bench = await registered();
    const other = bench.streams.listen({ host: '127.0.0.1', port: 5690 });
    const gone: string[] = [];
    const endpoint = createCoapEndpoint(
      other,
      { handle: () => ({ code: Codes.CONTENT, body: IMAGE }) },
      { clock: bench.clock, random: seededRandom(3), hash: nodeHash },
    );
    other.onFault(({ error }) => gone.push(error.message));
    await pull(bench, 'coap+tcp://127.0.0.1:5690/fw');
    await ended(bench);
    await bench.clock.advance(100);
    assert.equal(arrived(bench), sha256(IMAGE));
    assert.equal(gone.length, 1);
    await endpoint.close();
    await bench.down();
  });

  test('from where nobody listens: connection lost, 4', async () => {
    const bench = await registered();
    await pull(bench, 'coap+tcp://127.0.0.1:5690/fw');
    await ended(bench);
    assert.deepEqual(bench.states(), ['1/0', '0/4']);
    await bench.down();
  });
});
