import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { SimulatedDeviceOptions, SimulatedDevicePorts } from '../../../src/simulator/deviceOptions';
import { nodeHash } from '../../../src/transport/nodeHash';
import { seededRandom } from '../../support/seededRandom';
import { Bench, faultsOf, mcubootImage, sha256 } from './bench';

const KEY = encodeUtf8('sixteen byte key');
const IMAGE = mcubootImage([1, 5, 0, 2], 256 * 1024);
const SMALL = mcubootImage([1, 5, 0, 2], 20_000);

const pskOf =
  (identity: string, key = KEY) =>
  (asked: Uint8Array): Uint8Array | undefined =>
    Buffer.from(asked).toString() === identity ? key : undefined;

/** A device with the key of `sim`, at a server that knows it and offers an image at /fw. */
function secured(
  image: Uint8Array,
  faults: readonly string[] = [],
  more: Partial<SimulatedDeviceOptions> = {},
  ports: Partial<SimulatedDevicePorts> = {},
) {
  const bench = new Bench(
    {
      scheme: 'coaps',
      security: { dtls: { psk: { identity: encodeUtf8('sim'), key: KEY } } },
      faults: faultsOf(...faults),
      ...more,
    },
    ports,
    { psk: pskOf('sim') },
  );
  bench.network.fate = () => [3];
  bench.serve = (request) =>
    request.method === Codes.GET && request.path.join('/') === 'fw'
      ? { code: Codes.CONTENT, contentFormat: ContentFormats.OPAQUE, body: image }
      : undefined;
  return bench;
}

async function registered(...given: Parameters<typeof secured>): Promise<Bench> {
  const bench = secured(...given);
  await bench.up();
  while (bench.location === '') await bench.clock.advance(1000);
  return bench;
}

/** Header, explicit nonce and tag of a record (RFC 6347 §4.1, RFC 6655 §4). */
const RECORD = 13 + 8 + 16;

/** The lengths of the datagrams that go from now on. */
function watched(bench: Bench): { readonly records: number[] } {
  const records: number[] = [];
  bench.network.fate = (_from, _to, bytes) => {
    records.push(bytes.length);
    return [3];
  };
  return { records };
}

const push = (bench: Bench, image: Uint8Array) =>
  bench.code(Codes.PUT, '/5/0/0', image, ContentFormats.OPAQUE);
const pull = (bench: Bench, uri: string) =>
  bench.code(Codes.PUT, '/5/0/1', Buffer.from(uri), ContentFormats.TEXT);
const state = async (bench: Bench): Promise<string> =>
  `${await bench.text('/5/0/3')}/${await bench.text('/5/0/5')}`;

/** Turns the clock until the transfer has ended. */
async function ended(bench: Bench): Promise<void> {
  for (let n = 0; n < 4000 && bench.states().at(-1) === '1/0'; n++) await bench.clock.advance(100);
}

const arrived = (bench: Bench): string | undefined =>
  bench.events.flatMap((one) => (one.kind === 'image' ? [one.sha256] : []))[0];

describe('a device over coaps', () => {
  test('registers with its key, and closes its session when it stops', async () => {
    const bench = await registered(SMALL);
    assert.deepEqual(bench.received, ['POST /rd?ep=sim&lt=300&lwm2m=1.1&b=U']);
    const event = bench.events[0];
    assert.ok(event?.kind === 'registered');
    assert.equal(event.scheme, 'coaps');
    assert.deepEqual(bench.resumed(), [false]);
    const facts = bench.handshakes.flatMap((one) => (one.kind === 'established' ? [one.facts] : []));
    assert.equal(facts[0]?.ownCid.length, 6);
    assert.equal(facts[0]?.peerCid.length, 0);
    await bench.down();
    assert.equal(bench.received.at(-1), 'DELETE /rd/r0');
    assert.ok(bench.handshakes.some((one) => one.kind === 'peerAlert' && one.alert.description === 0));
    assert.equal(bench.clock.timers, 0);
  });

  test('hands out connection IDs of its own where it is told to', async () => {
    const bench = await registered(SMALL, [], { cidLength: 5 });
    const facts = bench.handshakes.flatMap((one) => (one.kind === 'established' ? [one.facts] : []));
    assert.equal(facts[0]?.peerCid.length, 5);
    await bench.down();
  });

  test('registers over a link with a round trip of 5 s', async () => {
    const bench = secured(SMALL, ['delay=2500']);
    await bench.up();
    await bench.clock.advance(60_000);
    assert.notEqual(bench.location, '');
    assert.deepEqual(bench.failures(), []);
    assert.deepEqual(bench.resumed(), [false]);
  });

  test('object 0 is there for no server', async () => {
    const bench = await registered(SMALL);
    assert.equal((await bench.get('/0/0/0')).code, Codes.UNAUTHORIZED);
    assert.equal((await bench.get('/0/0/3')).code, Codes.UNAUTHORIZED);
    assert.doesNotMatch(bench.bodies[0] ?? '', /<\/0/);
    // the whole device, by a composite read
    const all = await bench.ask({
      method: Codes.FETCH,
      path: [],
      contentFormat: ContentFormats.SENML_JSON,
      accept: ContentFormats.SENML_JSON,
      body: encodeUtf8('[{"n":"/"}]'),
    });
    assert.equal(all.code, Codes.CONTENT);
    assert.match(Buffer.from(all.body).toString(), /Simulated device/);
    assert.doesNotMatch(Buffer.from(all.body).toString(), /coaps:|"\/0\//);
    await bench.down();
  });

  test('a server that lost the session is given a new one', async () => {
    const bench = await registered(SMALL, [], { lifetime: 60 });
    // its records are no more heard, as those of a session nobody knows
    bench.network.fate = (_from, _to, bytes) => (bytes[0] === 23 || bytes[0] === 25 ? [] : [3]);
    await bench.clock.advance(60_000);
    bench.network.fate = () => [3];
    await bench.clock.advance(60_000);
    assert.deepEqual(bench.resumed().slice(0, 2), [false, true]);
    assert.equal(await bench.text('/3/0/3'), '1.0.0');
    await bench.down();
  });
});

describe('an update over coaps, bit for bit with a tenth of the datagrams lost', () => {
  test('pushed', async () => {
    const bench = await registered(IMAGE, ['loss=10']);
    assert.equal(await push(bench, IMAGE), Codes.CHANGED);
    assert.equal(arrived(bench), sha256(IMAGE));
    assert.deepEqual(bench.resumed(), [false]);
    await bench.down();
  });

  test('pulled over the session it has', async () => {
    const bench = await registered(IMAGE, ['loss=10', 'duplicate=5', 'delay=1-20']);
    assert.equal(await pull(bench, 'coaps://127.0.0.1:5683/fw'), Codes.CHANGED);
    await ended(bench);
    assert.equal(arrived(bench), sha256(IMAGE));
    assert.deepEqual(bench.resumed(), [false]);
    await bench.down();
  });
});

describe('a device that takes short records only gets its image whole', () => {
  for (const maxFragmentLength of [1024, 512]) {
    test(`pushed, in records of ${maxFragmentLength} bytes`, async () => {
      const bench = await registered(SMALL, [], { maxFragmentLength });
      const { records } = watched(bench);
      assert.equal(await push(bench, SMALL), Codes.CHANGED);
      assert.equal(arrived(bench), sha256(SMALL));
      assert.ok(Math.max(...records) <= maxFragmentLength + RECORD, String(Math.max(...records)));
      await bench.down();
    });

    test(`pulled, in records of ${maxFragmentLength} bytes`, async () => {
      const bench = await registered(SMALL, [], { maxFragmentLength });
      const { records } = watched(bench);
      assert.equal(await pull(bench, '/fw'), Codes.CHANGED);
      await ended(bench);
      assert.equal(arrived(bench), sha256(SMALL));
      assert.ok(Math.max(...records) <= maxFragmentLength + RECORD, String(Math.max(...records)));
      await bench.down();
    });
  }
});

describe('a lost block costs a round trip or two, not seconds', () => {
  test('though the handshake took a second: it is no round trip', async () => {
    const bench = secured(SMALL);
    // the first flight is lost, and repeated after a second
    bench.network.fate = () => (bench.clock.now() < 900 ? [] : [3]);
    await bench.up();
    while (bench.location === '') await bench.clock.advance(100);
    assert.ok(bench.clock.now() > 900);
    let lost = 0;
    let records = 0;
    bench.network.fate = (from, _to, bytes) => {
      // every tenth record of the device: blocks asked for, and those asked for again
      if (bytes[0] === 22 || from.host !== '10.0.0.1' || ++records % 10 !== 0) return [3];
      lost++;
      return [];
    };
    const began = bench.clock.now();
    await pull(bench, '/fw');
    await ended(bench);
    assert.equal(arrived(bench), sha256(SMALL));
    assert.ok(lost >= 2, String(lost));
    assert.ok(bench.clock.now() - began < 2000, `${bench.clock.now() - began} ms`);
    await bench.down();
  });

  // each seed is another handshake, other losses in it, and others at the transfer's beginning
  test('in twelve transfers with a tenth lost each way, none stands still for long', async (t) => {
    const times: number[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const bench = await registered(IMAGE, ['loss=10'], {}, { random: seededRandom(seed) });
      const began = bench.clock.now();
      await pull(bench, '/fw');
      await ended(bench);
      assert.equal(arrived(bench), sha256(IMAGE));
      assert.deepEqual(bench.resumed(), [false]);
      times.push(bench.clock.now() - began);
      await bench.down();
    }
    times.sort((a, b) => a - b);
    t.diagnostic(`256 blocks in ${times.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s`);
    assert.ok((times[6] ?? Infinity) < 12_000, 'the median');
    assert.ok((times.at(-1) ?? Infinity) < 30_000, 'the slowest');
  });
});

describe('a new address in the middle', () => {
  for (const way of ['pushed', 'pulled'] as const) {
    test(`${way}, the session goes on by its connection ID: no new handshake`, async () => {
      const bench = await registered(IMAGE, ['rebind=40', 'loss=5']);
      const before = bench.device.localAddress?.port;
      if (way === 'pushed') assert.equal(await push(bench, IMAGE), Codes.CHANGED);
      else {
        await pull(bench, '/fw');
        await ended(bench);
      }
      assert.equal(arrived(bench), sha256(IMAGE));
      assert.notEqual(bench.device.localAddress?.port, before);
      assert.deepEqual(bench.resumed(), [false]);
      assert.equal(bench.handshakes.filter((one) => one.kind === 'moved').length, 1);
      await bench.down();
    });
  }

  test('without a connection ID the server hears nothing until there is a new session', async () => {
    const bench = await registered(SMALL, ['rebind=40', 'no-cid']);
    await pull(bench, '/fw');
    await ended(bench);
    assert.equal(arrived(bench), sha256(SMALL));
    assert.deepEqual(bench.resumed(), [false, true]);
    assert.ok(bench.handshakes.some((one) => one.kind === 'unknownSession'));
    // and then it goes on where it was
    const [image] = bench.events.filter((one) => one.kind === 'image');
    assert.equal(image?.size, SMALL.length);
    await bench.down();
  });
});

describe('a restart in the middle', () => {
  test('takes the session up again', async () => {
    const bench = await registered(SMALL, ['reboot=50']);
    await pull(bench, '/fw');
    await bench.clock.advance(5000);
    assert.deepEqual(bench.resumed(), [false, true]);
    assert.deepEqual(bench.kinds(), ['registered', 'state', 'fault', 'state', 'rebooted', 'registered']);
    // by loss of power: nobody is told
    assert.ok(!bench.handshakes.some((one) => one.kind === 'peerAlert'));
    assert.equal(await push(bench, SMALL), Codes.CHANGED);
    assert.equal(arrived(bench), sha256(SMALL));
    await bench.down();
  });

  test('or makes a new one, where it kept nothing', async () => {
    const bench = await registered(SMALL, ['reboot=50', 'no-resumption']);
    await pull(bench, '/fw');
    await bench.clock.advance(5000);
    assert.deepEqual(bench.resumed(), [false, false]);
    await bench.down();
  });
});

describe('a handshake that goes wrong', () => {
  for (const [fault, failure] of [
    ['wrong-key', 'wrongKey'],
    ['unknown-identity', 'unknownIdentity'],
  ] as const) {
    test(`${fault}: never registered, tried again and again, told once`, async () => {
      const said: string[] = [];
      const bench = new Bench(
        {
          scheme: 'coaps',
          security: { dtls: { psk: { identity: encodeUtf8('sim'), key: KEY } } },
          faults: faultsOf(fault),
        },
        { log: { log: (level, message) => level === 'warn' && void said.push(message) } },
        { psk: pskOf('sim') },
      );
      await bench.up();
      await bench.clock.advance(60_000);
      assert.ok(bench.failures().length >= 2, String(bench.failures()));
      assert.ok(bench.failures().every((kind) => kind === failure));
      assert.deepEqual(bench.received, []);
      assert.equal(said.length, 1, said.join('\n'));
      assert.match(said[0] ?? '', /sim: the DTLS handshake failed/);
      await bench.down();
      assert.equal(bench.clock.timers, 0);
    });
  }
});

describe('an image at another server', () => {
  /** A second server, secured with a key for `downloads`, at 127.0.0.1:5690. */
  function elsewhere(bench: Bench, key = KEY): void {
    createCoapEndpoint(
      bench.securedChannel(bench.network.open('127.0.0.1', 5690), { psk: pskOf('downloads', key) }),
      { handle: () => ({ code: Codes.CONTENT, body: SMALL }) },
      { clock: bench.clock, random: seededRandom(3), hash: nodeHash },
    );
  }
  const security = {
    dtls: { psk: { identity: encodeUtf8('sim'), key: KEY } },
    download: () => ({ dtls: { psk: { identity: encodeUtf8('downloads'), key: KEY } } }),
  };

  test('comes over a session of its own, with the key for downloads', async () => {
    const bench = await registered(SMALL, [], { security });
    elsewhere(bench);
    await pull(bench, 'coaps://127.0.0.1:5690/fw');
    await ended(bench);
    assert.equal(await state(bench), '2/0');
    assert.equal(arrived(bench), sha256(SMALL));
    assert.deepEqual(bench.resumed(), [false, false]);
    // closed when the image is there
    assert.equal(bench.handshakes.filter((one) => one.kind === 'peerAlert').length, 1);
    await bench.down();
  });

  test('whose handshake refuses it: connection lost, 4', async () => {
    const bench = await registered(SMALL, [], { security });
    elsewhere(bench, encodeUtf8('another key here'));
    await pull(bench, 'coaps://127.0.0.1:5690/fw');
    await ended(bench);
    assert.deepEqual(bench.states(), ['1/0', '0/4']);
    await bench.down();
  });

  test('a device without a key for it says so in 5/0/8: 9', async () => {
    const bench = await registered(SMALL, ['protocols=coap']);
    await pull(bench, 'coaps://127.0.0.1:5690/fw');
    await bench.clock.advance(1000);
    assert.equal(await state(bench), '0/9');
    await bench.down();
  });
});
