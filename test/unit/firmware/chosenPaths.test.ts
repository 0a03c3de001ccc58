import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { NO_LOG } from '../../../src/base/log';
import { Codes } from '../../../src/coap/code';
import type { IncomingRequest, OutgoingResponse } from '../../../src/coap/exchange';
import { LiveOffer } from '../../../src/firmware/liveOffer';
import type { OfferActivity } from '../../../src/firmware/offer';
import { createFirmwareOffers, type FirmwareOffersPorts } from '../../../src/firmware/offers';
import { nodeHash } from '../../../src/transport/nodeHash';
import type { Peer, Scheme } from '../../../src/transport/ports';
import { mcubootImage, stagedInMemory } from '../../support/images';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';

const IMAGE = mcubootImage({ programSize: 20_000 });
const PEER: Peer = { key: 'session 1', address: { host: '192.0.2.7', port: 40_000 } };
const PATH = ['fw', 'dev 1', '1/0.bin'];
const WRITTEN = '/fw/dev%201/1%2F0.bin';

const firmwareServer = (mayFetch?: FirmwareOffersPorts['mayFetch']) =>
  createFirmwareOffers({
    clock: new VirtualClock(),
    random: seededRandom(1),
    hash: nodeHash,
    log: NO_LOG,
    ...(mayFetch ? { mayFetch } : {}),
  });
type Offers = ReturnType<typeof firmwareServer>;

const byCoap = (offers: Offers, path: readonly string[], peer = PEER, scheme: Scheme = 'coap') =>
  offers.coapServiceFor(scheme).handle({
    peer,
    method: Codes.GET,
    confirmable: true,
    path,
    query: [],
    accept: undefined,
    contentFormat: undefined,
    observe: undefined,
    options: [],
    size1: undefined,
    body: new Uint8Array(),
    observed: () => undefined,
  } satisfies IncomingRequest) as OutgoingResponse;
const byHttp = (offers: Offers, path: string, scheme?: 'http' | 'https') =>
  offers.http({ method: 'GET', path, headers: {}, peer: PEER.address }, scheme);
const refuses = (code: string) => (error: unknown) => isOperationError(error, code);

describe('an image under a path of the user’s own', () => {
  test('is served by CoAP and HTTP, beside its own short path, for the time of the offer', async () => {
    const offers = firmwareServer();
    const offer = await offers.offer(await stagedInMemory(IMAGE), { path: PATH });
    assert.ok(offers.handles(PATH));
    assert.ok(offers.handles(['f', 'any']));
    assert.equal(byCoap(offers, PATH).code, Codes.CONTENT);
    assert.equal(byCoap(offers, ['f', offer.id]).code, Codes.CONTENT);
    const answer = await byHttp(offers, WRITTEN);
    assert.equal(answer.headers['content-length'], String(IMAGE.length));
    assert.equal((await byHttp(offers, offer.path)).status, 200);
    offer.withdraw();
    assert.ok(!offers.handles(PATH));
    assert.equal(byCoap(offers, PATH).code, Codes.NOT_FOUND);
    assert.equal((await byHttp(offers, WRITTEN)).status, 404);
  });

  test('is served to a client that does not decode the segments of its URI (Zephyr)', async () => {
    const offers = firmwareServer();
    await offers.offer(await stagedInMemory(IMAGE), { path: PATH });
    for (const path of [
      ['fw', 'dev%201', '1%2F0.bin'],
      ['fw', 'dev 1', '1%2f0.bin'],
    ]) {
      assert.ok(offers.handles(path));
      assert.equal(byCoap(offers, path).code, Codes.CONTENT);
    }
    assert.equal((await byHttp(offers, '/fw/dev%25201/1%252F0.bin')).status, 200);
    assert.ok(!offers.handles(['fw', 'dev%201', '%ff']));
    assert.ok(!offers.handles(['r%64']));
  });

  test('is no other path, however it is written', async () => {
    const offers = firmwareServer();
    await offers.offer(await stagedInMemory(IMAGE), { path: PATH });
    for (const path of [['fw'], ['fw', 'dev 1', '1', '0.bin'], ['FW', 'dev 1', '1/0.bin'], [...PATH, '']]) {
      assert.ok(!offers.handles(path));
      assert.equal(byCoap(offers, path).code, Codes.NOT_FOUND);
    }
    for (const path of ['/fw/dev%201/1/0.bin', '/fw/dev%201/1%2F0.bin/', '/%', '/fw/%ff', '/'])
      assert.equal((await byHttp(offers, path)).status, 404, path);
  });

  test('that the server has itself is refused', async () => {
    const offers = firmwareServer();
    for (const first of ['rd', 'dp', 'f', 'bs', '.well-known', ''])
      await assert.rejects(
        offers.offer(await stagedInMemory(IMAGE), { path: [first, 'x'] }),
        refuses('URI_PATH_TAKEN'),
      );
  });

  test('where another image is served is refused until that one ends; begun at once, only one gets it', async () => {
    const offers = firmwareServer();
    const image = await stagedInMemory(IMAGE);
    const [first, second] = await Promise.allSettled([
      offers.offer(image, { path: PATH, endpointName: 'dev1' }),
      offers.offer(image, { path: PATH, endpointName: 'dev2' }),
    ]);
    assert.equal(first.status, 'fulfilled');
    assert.ok(second.status === 'rejected' && isOperationError(second.reason, 'URI_PATH_IN_USE'));
    assert.match(String(second.reason), /for dev1/);
    first.value.withdraw();
    await offers.offer(image, { path: PATH, endpointName: 'dev2' });
    assert.ok(offers.handles(PATH));
  });

  test('is taken up by the run that had it', async () => {
    const offers = firmwareServer();
    const image = await stagedInMemory(IMAGE);
    const { id } = await offers.offer(image, { path: PATH });
    await offers.offer(image, { path: PATH, id });
    assert.ok(offers.handles(PATH));
    assert.equal(byCoap(offers, PATH).code, Codes.CONTENT);
  });
});

describe('an image for one device', () => {
  const proved = (offers: Offers, identity: string | undefined) =>
    byCoap(offers, PATH, identity === undefined ? PEER : { ...PEER, identity }).code;

  test('is refused to a peer that was proved to be another, and given to one that was not proved', async () => {
    const offers = firmwareServer(
      ({ identity }, endpointName) => identity === undefined || identity === `id-of-${endpointName}`,
    );
    const offer = await offers.offer(await stagedInMemory(IMAGE), { path: PATH, endpointName: 'dev1' });
    const told: OfferActivity[] = [];
    offer.onActivity((activity) => told.push(activity));
    assert.equal(proved(offers, 'id-of-dev2'), Codes.FORBIDDEN);
    assert.equal(told.length, 0);
    assert.equal(proved(offers, 'id-of-dev1'), Codes.CONTENT);
    assert.equal(proved(offers, undefined), Codes.CONTENT);
    assert.equal((await byHttp(offers, WRITTEN, 'https')).status, 200);
  });

  test('is refused by HTTP as well', async () => {
    const offers = firmwareServer(() => false);
    await offers.offer(await stagedInMemory(IMAGE), { path: PATH, endpointName: 'dev1' });
    assert.equal((await byHttp(offers, WRITTEN)).status, 403);
  });
});

describe('who downloads, and by what', () => {
  test('is told by the scheme of the channel', async () => {
    const offers = firmwareServer();
    const offer = await offers.offer(await stagedInMemory(IMAGE));
    const told: string[] = [];
    offer.onActivity(({ protocol }) => told.push(protocol));
    const schemes = ['coap', 'coaps', 'coap+tcp', 'coaps+tcp'] as const;
    for (const scheme of schemes) byCoap(offers, ['f', offer.id], PEER, scheme);
    await byHttp(offers, offer.path);
    await byHttp(offers, offer.path, 'https');
    assert.deepEqual(told, [...schemes, 'http', 'https']);
  });

  test('is one session, though its address moves in the middle (RFC 9146 §6)', async () => {
    const clock = new VirtualClock();
    const offers = createFirmwareOffers({ clock, random: seededRandom(1), hash: nodeHash, log: NO_LOG });
    const offer = await offers.offer(await stagedInMemory(IMAGE));
    const told: (readonly [string, number, number])[] = [];
    offer.onActivity(({ kind, bytes, from }) => told.push([kind, bytes, from.port]));
    assert.ok(offer instanceof LiveOffer);
    const fetch = offer.asked('coaps', PEER, 0);
    await clock.advance(1000);
    fetch.sent(1024);
    await clock.advance(1000);
    const moved = { ...PEER, address: { ...PEER.address, port: 50_000 } };
    offer.asked('coaps', moved, 1024).sent(2048);
    assert.deepEqual(told, [
      ['begun', 0, 40_000],
      ['went-on', 1024, 40_000],
      ['went-on', 2048, 50_000],
    ]);
    // another session with the same device is another download
    offer.asked('coaps', { ...moved, key: 'session 2' }, 2048);
    assert.deepEqual(told.at(-1), ['resumed', 2048, 50_000]);
  });
});
