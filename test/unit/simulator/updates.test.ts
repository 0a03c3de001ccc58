import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import { Bench, faultsOf, mcubootImage, sha256 } from './bench';

const IMAGE = mcubootImage([1, 5, 0, 2], 20_000);

/** A bench whose server offers the image at coap://127.0.0.1/fw. */
async function offering(...specs: readonly string[]): Promise<Bench> {
  const bench = new Bench({ faults: faultsOf(...specs) });
  bench.network.fate = () => [3];
  bench.serve = (request) =>
    request.method === Codes.GET && request.path.join('/') === 'fw'
      ? { code: Codes.CONTENT, contentFormat: ContentFormats.OPAQUE, body: IMAGE }
      : undefined;
  await bench.up();
  while (bench.location === '') await bench.clock.advance(1000);
  return bench;
}

const push = (bench: Bench, image: Uint8Array = IMAGE) =>
  bench.code(Codes.PUT, '/5/0/0', image, ContentFormats.OPAQUE);
const pull = (bench: Bench, uri = 'coap://127.0.0.1:5683/fw') =>
  bench.code(Codes.PUT, '/5/0/1', Buffer.from(uri), ContentFormats.TEXT);
const execute = (bench: Bench) => bench.code(Codes.POST, '/5/0/2');
const state = async (bench: Bench): Promise<string> =>
  `${await bench.text('/5/0/3')}/${await bench.text('/5/0/5')}`;

describe('an update that succeeds', () => {
  test('pushed: downloaded, executed, restarted into the image', async () => {
    const bench = await offering();
    assert.equal(await push(bench), Codes.CHANGED);
    assert.equal(await state(bench), '2/0');
    assert.equal(await bench.text('/5/0/7'), '1.5.0+2');
    assert.deepEqual(
      bench.events.find((one) => one.kind === 'image'),
      { kind: 'image', endpointName: 'sim', size: IMAGE.length, sha256: sha256(IMAGE) },
    );
    assert.equal(await execute(bench), Codes.CHANGED);
    assert.equal(await state(bench), '3/0');
    await bench.clock.advance(4000);
    assert.equal(await state(bench), '0/1');
    assert.equal(await bench.text('/3/0/3'), '1.5.0+2');
    assert.deepEqual(bench.states(), ['1/0', '2/0', '3/0', '0/1']);
    await bench.down();
    assert.equal(bench.clock.timers, 0);
  });

  test('pulled by CoAP', async () => {
    const bench = await offering();
    assert.equal(await pull(bench), Codes.CHANGED);
    assert.equal(await state(bench), '1/0');
    await bench.clock.advance(2000);
    assert.equal(await state(bench), '2/0');
    assert.equal(await bench.text('/5/0/1'), 'coap://127.0.0.1:5683/fw');
    await execute(bench);
    await bench.clock.advance(4000);
    assert.equal(await state(bench), '0/1');
    assert.equal(await bench.text('/5/0/1'), '');
    await bench.down();
  });

  test('each state is told to whoever observes', async () => {
    const bench = await offering();
    const seen: string[] = [];
    const peer = bench.server.channel.peerAt(bench.device.localAddress ?? { host: '', port: 0 });
    const { observation } = await bench.settled(
      bench.server.observe(peer, { method: Codes.GET, path: ['5', '0', '3'], accept: ContentFormats.TEXT }),
    );
    observation?.onNotification(({ response }) => seen.push(Buffer.from(response.body).toString()));
    await pull(bench);
    await bench.clock.advance(2000);
    await execute(bench);
    await bench.clock.advance(1000);
    assert.deepEqual(seen, ['1', '2', '3']);
    await bench.down();
  });

  test('a device without an image check takes anything, and keeps its version', async () => {
    const bench = await offering('quirk=any-image');
    await push(bench, new Uint8Array(5000));
    await execute(bench);
    await bench.clock.advance(4000);
    assert.equal(await state(bench), '0/1');
    assert.equal(await bench.text('/3/0/3'), '1.0.0');
    await bench.down();
  });
});

describe('what the state machine refuses', () => {
  test('Execute without a package', async () => {
    const bench = await offering();
    assert.equal(await execute(bench), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await bench.code(Codes.POST, '/5/0/10'), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await state(bench), '0/0');
    await bench.down();
  });

  test('a package or URI while one is there, until it is reset', async () => {
    const bench = await offering();
    await push(bench);
    assert.equal(await push(bench), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await pull(bench), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await push(bench, Uint8Array.of(0)), Codes.CHANGED);
    assert.equal(await state(bench), '0/0');
    assert.equal(await push(bench), Codes.CHANGED);
    assert.equal(await bench.code(Codes.PUT, '/5/0/1', new Uint8Array(0), 0), Codes.CHANGED);
    assert.equal(await state(bench), '0/0');
    await bench.down();
  });

  test('anything while updating', async () => {
    const bench = await offering();
    await push(bench);
    await execute(bench);
    assert.equal(await push(bench, Uint8Array.of(0)), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await bench.code(Codes.POST, '/5/0/10'), Codes.METHOD_NOT_ALLOWED);
    assert.equal(await pull(bench, ''), Codes.METHOD_NOT_ALLOWED);
    await bench.down();
  });

  test('a NUL in Idle changes nothing', async () => {
    const bench = await offering();
    assert.equal(await push(bench, Uint8Array.of(0)), Codes.CHANGED);
    assert.equal(await state(bench), '0/0');
    await bench.down();
  });
});

describe('Cancel', () => {
  test('in Downloaded', async () => {
    const bench = await offering();
    await push(bench);
    assert.equal(await bench.code(Codes.POST, '/5/0/10'), Codes.CHANGED);
    assert.equal(await state(bench), '0/10');
    await bench.down();
  });

  test('in Downloading, of a pull and of a push', async () => {
    const bench = await offering('delay=20');
    await pull(bench);
    await bench.clock.advance(100);
    assert.equal(await bench.code(Codes.POST, '/5/0/10'), Codes.CHANGED);
    assert.equal(await state(bench), '0/10');
    const pushing = push(bench);
    await bench.clock.advance(300);
    assert.equal(await state(bench), '1/0');
    assert.equal(await bench.code(Codes.POST, '/5/0/10'), Codes.CHANGED);
    assert.equal(await bench.settled(pushing), Codes.INTERNAL_SERVER_ERROR);
    assert.equal(await state(bench), '0/10');
    await bench.down();
  });
});

describe('an update that fails of itself', () => {
  for (const [name, image, result] of [
    ['a damaged image', mcubootImage([1, 5, 0, 0], 3000, true), 5],
    ['an image cut off', IMAGE.subarray(0, 10_000), 5],
    ['no image at all', new Uint8Array(3000).fill(65), 6],
  ] as const) {
    test(`${name} ends in ${result}`, async () => {
      const bench = await offering();
      assert.equal(await push(bench, image), Codes.CHANGED);
      assert.equal(await state(bench), `0/${result}`);
      await bench.down();
    });
  }

  for (const [uri, result] of [
    ['nonsense', 7],
    ['coap://127.0.0.1:5683/none', 7],
    ['coap://127.0.0.1:notaport/fw', 7],
    ['coap://nowhere.invalid/fw', 7],
    ['ftp://127.0.0.1/fw', 9],
    ['coaps://127.0.0.1/fw', 9],
    ['http://127.0.0.1/fw', 9],
  ] as const) {
    test(`${uri} ends in ${result}`, async () => {
      const bench = await offering();
      assert.equal(await pull(bench, uri), Codes.CHANGED);
      await bench.clock.advance(1000);
      assert.equal(await state(bench), `0/${result}`);
      assert.deepEqual(bench.states(), ['1/0', `0/${result}`]);
      await bench.down();
    });
  }

  test('a push that stands still has lost its connection', async () => {
    const bench = await offering();
    const pushing = push(bench);
    await bench.clock.advance(20);
    bench.network.fate = () => [];
    await assert.rejects(bench.settled(pushing), { code: 'TIMEOUT' });
    bench.network.fate = () => [3];
    await bench.clock.advance(10_000);
    assert.equal(await state(bench), '0/4');
    await bench.down();
  });

  test('a server that falls silent in a pull: 4', async () => {
    const bench = await offering();
    await pull(bench);
    bench.network.fate = () => [];
    await bench.clock.advance(100_000);
    bench.network.fate = () => [3];
    assert.deepEqual(bench.states(), ['1/0', '0/4']);
    await bench.down();
  });
});

describe('each result on demand', () => {
  for (const result of [2, 3, 4, 5, 6, 7, 9, 10]) {
    test(`${result}, pushed and pulled`, async () => {
      const bench = await offering(`result=${result}`);
      await push(bench);
      assert.equal(await state(bench), `0/${result}`);
      await pull(bench);
      await bench.clock.advance(1000);
      assert.equal(await state(bench), `0/${result}`);
      assert.deepEqual(bench.states(), ['1/0', `0/${result}`, '1/0', `0/${result}`]);
      await bench.down();
    });
  }

  test('8 when it is installed', async () => {
    const bench = await offering('result=8');
    await push(bench);
    await execute(bench);
    await bench.clock.advance(4000);
    assert.equal(await state(bench), '2/8');
    assert.deepEqual(bench.states(), ['1/0', '2/0', '3/0', '2/8']);
    await bench.down();
  });

  test('11 for ever', async () => {
    const bench = await offering('result=11');
    await push(bench);
    assert.equal(await execute(bench), Codes.CHANGED);
    await bench.clock.advance(60_000);
    assert.equal(await state(bench), '2/11');
    await bench.down();
  });

  test('11 for a while', async () => {
    const bench = await offering('defer=20');
    await push(bench);
    await execute(bench);
    await bench.clock.advance(1000);
    assert.equal(await state(bench), '2/11');
    await bench.clock.advance(30_000);
    assert.deepEqual(bench.states(), ['1/0', '2/0', '2/11', '3/0', '0/1']);
    await bench.down();
  });
});

describe('trouble in the middle of a transfer', () => {
  test('a restart loses the image, once', async () => {
    const bench = await offering('reboot=50');
    await pull(bench);
    await bench.clock.advance(4000);
    assert.deepEqual(bench.states(), ['1/0', '0/0']);
    assert.deepEqual(bench.kinds(), ['registered', 'state', 'fault', 'state', 'rebooted', 'registered']);
    await pull(bench);
    await bench.clock.advance(2000);
    assert.equal(await state(bench), '2/0');
    await bench.down();
  });

  test('a restart in a push: the server waits in vain, or is reset', async () => {
    const bench = await offering('reboot=50');
    await assert.rejects(push(bench), { code: 'TIMEOUT' });
    assert.equal(await state(bench), '0/0');
    assert.equal(await push(bench), Codes.CHANGED);
    await bench.down();
  });

  test('a new address: the pull goes on, and the server is told', async () => {
    const bench = await offering('rebind=30');
    const before = bench.device.localAddress?.port;
    await pull(bench);
    await bench.clock.advance(20_000);
    assert.notEqual(bench.device.localAddress?.port, before);
    assert.equal(await state(bench), '2/0');
    assert.equal(bench.received.filter((one) => one === 'POST /rd/r0').length, 1);
    await bench.down();
  });

  test('a hang is silence for ever', async () => {
    const bench = await offering('hang=50');
    await assert.rejects(push(bench), { code: 'TIMEOUT' });
    const before = bench.received.length;
    await bench.clock.advance(400_000);
    assert.equal(bench.received.length, before);
    await bench.down();
    assert.equal(bench.kinds().includes('deregistered'), false);
  });

  test('loss, duplicates and delays of its own do no harm', async () => {
    const bench = await offering('loss=10', 'duplicate=10', 'delay=5-60');
    assert.equal(await push(bench), Codes.CHANGED);
    const image = bench.events.find((one) => one.kind === 'image');
    assert.equal(image?.sha256, sha256(IMAGE));
    await bench.down();
  });
});

describe('deviations of the field', () => {
  test('Wakaama: State stays at 1, Execute works all the same', async () => {
    const bench = await offering('quirk=wakaama');
    assert.equal(await state(bench), '1/0');
    await push(bench);
    assert.equal(await state(bench), '1/0');
    assert.equal(await execute(bench), Codes.CHANGED);
    await bench.clock.advance(4000);
    assert.equal(await bench.text('/3/0/3'), '1.5.0+2');
    await bench.down();
  });

  test('Zephyr: nothing left of state and result after the restart, no Cancel', async () => {
    const bench = await offering('quirk=zephyr-reset', 'quirk=no-cancel');
    await push(bench);
    assert.equal(await bench.code(Codes.POST, '/5/0/10'), Codes.NOT_FOUND);
    await execute(bench);
    await bench.clock.advance(4000);
    assert.equal(await state(bench), '0/0');
    assert.equal(await bench.text('/3/0/3'), '1.5.0+2');
    assert.match(bench.bodies[0] ?? '', /<\/4\/0>,<\/5\/0>,/);
    await bench.down();
  });

  test('Anjay: the result is told before the state', async () => {
    const bench = await offering('quirk=result-before-state');
    await push(bench, new Uint8Array(3000));
    assert.equal(await state(bench), '1/6');
    await bench.clock.advance(200);
    assert.equal(await state(bench), '0/6');
    await bench.down();
  });

  test('a device that only pulls, or only is pushed to', async () => {
    const puller = await offering('method=pull');
    assert.equal(await puller.text('/5/0/9'), '0');
    assert.equal(await push(puller), Codes.METHOD_NOT_ALLOWED);
    await puller.down();
    const pushed = await offering('method=push');
    assert.equal(await pull(pushed), Codes.METHOD_NOT_ALLOWED);
    await pushed.down();
  });
});
