import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { decodeUtf8, encodeUtf8, equalBytes } from '../../../src/base/bytes';
import { millis } from '../../../src/base/clock';
import { NO_LOG } from '../../../src/base/log';
import { Codes } from '../../../src/coap/code';
import type { CoapService } from '../../../src/coap/exchange';
import { OptionNumbers } from '../../../src/coap/option';
import type { OfferActivity } from '../../../src/firmware/offer';
import { createFirmwareOffers } from '../../../src/firmware/offers';
import { nodeHash } from '../../../src/transport/nodeHash';
import { mcubootImage, stagedInMemory } from '../../support/images';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';
import { pair, within } from '../coap/pair';
import { block2, con, path } from '../coap/rows/scriptedPeer';
import { wire } from '../coap/wire';

const IMAGE = mcubootImage({ programSize: 20_000 });
const TOTAL = IMAGE.length;
const ETAG = new Uint8Array(createHash('sha256').update(IMAGE).digest().subarray(0, 8));

async function offered(image = IMAGE, clock = new VirtualClock()) {
  const offers = createFirmwareOffers({ clock, random: seededRandom(1), hash: nodeHash, log: NO_LOG });
  const offer = await offers.offer(await stagedInMemory(image));
  const told: OfferActivity[] = [];
  offer.onActivity((activity) => told.push(activity));
  const kinds = () => told.filter(({ kind }) => kind !== 'went-on').map(({ kind, bytes }) => [kind, bytes]);
  return { offers, offer, told, kinds, service: offers.coapService };
}

/** Our endpoint as a device that asks, over a network in memory. */
async function fetching(image = IMAGE) {
  const made = await offered(image);
  const devices = pair({ service: made.service });
  const get = (more: Partial<Parameters<typeof devices.client.request>[1]> = {}) =>
    within(
      devices.clock,
      60_000,
      devices.client.request(devices.toServer, { method: Codes.GET, path: ['f', made.offer.id], ...more }),
    );
  return { ...made, get, close: () => devices.close() };
}

test('the whole image, block by block, with the ETag that HTTP has too', async () => {
  const { get, kinds, told, close } = await fetching();
  const response = await get();
  assert.equal(response.code, Codes.CONTENT);
  assert.equal(response.contentFormat, 42);
  assert.deepEqual(response.etag, ETAG);
  assert.ok(equalBytes(response.body, IMAGE));
  assert.deepEqual(kinds(), [
    ['begun', 0],
    ['complete', TOTAL],
  ]);
  assert.deepEqual(told[0], {
    protocol: 'coap',
    from: { host: '10.0.0.1', port: 40_000 },
    bytes: 0,
    total: TOTAL,
    kind: 'begun',
  });
  await close();
});

test('an image that one message holds is complete at once', async () => {
  const small = IMAGE.subarray(0, 900);
  const { get, kinds, close } = await fetching(small);
  assert.ok(equalBytes((await get()).body, small));
  assert.deepEqual(kinds(), [
    ['begun', 0],
    ['complete', 900],
  ]);
  await close();
});

describe('what is refused, with the reason', () => {
  for (const [what, more, code] of [
    ['another path', { path: ['f', 'nothere'] }, Codes.NOT_FOUND],
    ['the folder', { path: ['f'] }, Codes.NOT_FOUND],
    ['a longer path', { path: ['f', 'a', 'b'] }, Codes.NOT_FOUND],
    ['another method', { method: Codes.DELETE }, Codes.METHOD_NOT_ALLOWED],
    ['another format', { accept: 0 }, Codes.NOT_ACCEPTABLE],
  ] as const)
    test(what, async () => {
      const { get, told, close } = await fetching();
      const response = await get(more);
      assert.equal(response.code, code);
      assert.ok((decodeUtf8(response.body) ?? '').length > 10);
      assert.deepEqual(told, []);
      await close();
    });
});

test('who has the image already is told so', async () => {
  const { get, told, close } = await fetching();
  const known = (value: Uint8Array) => get({ options: [{ number: OptionNumbers.ETAG, value }] });
  const response = await known(ETAG);
  assert.deepEqual([response.code, response.body.length], [Codes.VALID, 0]);
  assert.deepEqual(told, []);
  assert.equal((await known(encodeUtf8('other'))).code, Codes.CONTENT);
  await close();
});

/** The device by hand, on a wire of its own. */
async function byHand(made: Awaited<ReturnType<typeof offered>>) {
  const w = wire(made.service);
  let ids = 0;
  const block = async (num: number, szx: 0 | 6 = 6) => {
    const id = ++ids;
    await w.send(con(Codes.GET, id, [id], [path('f'), path(made.offer.id), block2(num, false, szx)]));
    return w.take();
  };
  return { w, block };
}

describe('what the update is told of a download', () => {
  test('that begins in the middle, as after a reset or from another address', async () => {
    const made = await offered();
    const { block, w } = await byHand(made);
    for (let num = 5; num * 1024 < TOTAL; num++) {
      const { code, payload } = await block(num);
      assert.equal(code, Codes.CONTENT);
      assert.ok(equalBytes(payload, IMAGE.subarray(num * 1024, (num + 1) * 1024)));
    }
    assert.deepEqual(made.kinds(), [
      ['resumed', 5 * 1024],
      ['complete', TOTAL],
    ]);
    await w.endpoint.close();
  });

  test('no more often than four times a second', async () => {
    const clock = new VirtualClock();
    const made = await offered(IMAGE, clock);
    const { block, w } = await byHand(made);
    for (let num = 0; num * 16 < TOTAL; num++) {
      await block(num, 0);
      if (num % 10 === 0) await clock.advance(10);
    }
    const seconds = ((TOTAL / 160) * 10) / 1000;
    const wentOn = made.told.filter(({ kind }) => kind === 'went-on').length;
    assert.ok(wentOn >= 2 && wentOn <= seconds * 4 + 1, `${wentOn} times in ${seconds} s`);
    await w.endpoint.close();
  });

  test('that asks beyond the end: nothing', async () => {
    const made = await offered();
    const { block, w } = await byHand(made);
    assert.equal((await block(1000)).code, Codes.BAD_REQUEST);
    assert.deepEqual(made.told, []);
    await w.endpoint.close();
  });
});

test('an offer withdrawn in the middle is gone for the next block', async () => {
  const made = await offered();
  const { block, w } = await byHand(made);
  for (let num = 0; num < 3; num++) assert.equal((await block(num)).code, Codes.CONTENT);
  made.offer.withdraw();
  assert.equal((await block(3)).code, Codes.NOT_FOUND);
  assert.equal((await block(0)).code, Codes.NOT_FOUND);
  assert.deepEqual(made.kinds(), [
    ['begun', 0],
    ['cut', 3072],
  ]);
  await w.endpoint.close();
});

test('a download that nobody goes on with is not told as cut long after', async () => {
  const clock = new VirtualClock();
  const made = await offered(IMAGE, clock);
  const { block, w } = await byHand(made);
  await block(0);
  await clock.advance(millis(100_000));
  made.offer.withdraw();
  assert.deepEqual(made.kinds(), [['begun', 0]]);
  await w.endpoint.close();
});

test('two devices that fetch at once get every byte, and the service takes no bodies', async () => {
  const made = await offered();
  const [one, two] = [await byHand(made), await byHand(made)];
  for (let num = 0; num * 1024 < TOTAL; num++) {
    const expected = IMAGE.subarray(num * 1024, (num + 1) * 1024);
    assert.ok(equalBytes((await one.block(num)).payload, expected));
    assert.ok(equalBytes((await two.block(num)).payload, expected));
  }
  const service: CoapService = made.service;
  assert.equal(service.receiveBody, undefined);
  await one.w.endpoint.close();
  await two.w.endpoint.close();
});

test('how far a device came is told in the end, though it fell silent right after a block', async () => {
  const clock = new VirtualClock();
  const { told, offer, service } = await offered(IMAGE, clock);
  const w = wire(service);
  for (const num of [0, 1, 2]) {
    await w.send(con(Codes.GET, num + 1, [num], [path('f'), path(offer.id), block2(num, false, 6)]));
    w.take();
  }
  assert.deepEqual(
    told.map(({ bytes }) => bytes),
    [0],
  );
  await clock.advance(250);
  assert.deepEqual(
    told.map(({ bytes }) => bytes),
    [0, 3 * 1024],
  );
  offer.withdraw();
  assert.equal(clock.timers, 0);
  await w.endpoint.close();
});
