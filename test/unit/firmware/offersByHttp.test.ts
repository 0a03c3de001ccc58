import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { concatBytes, equalBytes } from '../../../src/base/bytes';
import { bytesSource } from '../../../src/base/files';
import { NO_LOG } from '../../../src/base/log';
import type { OfferActivity } from '../../../src/firmware/offer';
import { createFirmwareOffers } from '../../../src/firmware/offers';
import type { HttpRequest, HttpResponse } from '../../../src/transport/ports';
import { nodeHash } from '../../../src/transport/nodeHash';
import { mcubootImage, stagedInMemory } from '../../support/images';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';

const IMAGE = mcubootImage({ programSize: 100_000 });
const TOTAL = IMAGE.length;
const ETAG = `"${createHash('sha256').update(IMAGE).digest('hex').slice(0, 16)}"`;
const PEER = { host: '192.0.2.7', port: 50_000 };

async function offered(image = IMAGE) {
  const clock = new VirtualClock();
  const offers = createFirmwareOffers({ clock, random: seededRandom(1), hash: nodeHash, log: NO_LOG });
  let opened = 0;
  let closed = 0;
  const offer = await offers.offer({
    ...(await stagedInMemory(image)),
    open: () => {
      opened++;
      return Promise.resolve({ ...bytesSource(image), close: () => Promise.resolve(void closed++) });
    },
  });
  const told: OfferActivity[] = [];
  offer.onActivity((activity) => told.push(activity));
  const ask = (headers: HttpRequest['headers'] = {}, more: Partial<HttpRequest> = {}) =>
    offers.http({ method: 'GET', path: offer.path, headers, peer: PEER, ...more });
  return {
    clock,
    offers,
    offer,
    ask,
    told,
    kinds: () => told.map(({ kind, bytes }) => [kind, bytes]),
    handles: () => [opened, closed],
  };
}

/** Reads a body as a connection does, that breaks after `limit` bytes. */
async function taken(response: HttpResponse, limit = Infinity): Promise<Uint8Array> {
  const { body = [] } = response;
  if (body instanceof Uint8Array) {
    response.onSent?.(body.length, true);
    return body;
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of body) {
      parts.push(piece.slice());
      length += piece.length;
      if (length >= limit) {
        response.onSent?.(length, false);
        return concatBytes(parts);
      }
    }
  } catch (error) {
    response.onSent?.(length, false);
    throw error;
  }
  response.onSent?.(length, true);
  return concatBytes(parts);
}

test('the whole image, with what a client needs to resume', async () => {
  const { ask, kinds, told, offer } = await offered();
  const response = await ask();
  assert.equal(response.status, 200);
  assert.deepEqual(response.headers, {
    'accept-ranges': 'bytes',
    etag: ETAG,
    'content-type': 'application/octet-stream',
    'content-length': String(TOTAL),
  });
  assert.ok(equalBytes(await taken(response), IMAGE));
  assert.deepEqual(
    [kinds()[0], kinds().at(-1)],
    [
      ['begun', 0],
      ['complete', TOTAL],
    ],
  );
  assert.deepEqual(told[0], { protocol: 'http', from: PEER, bytes: 0, total: TOTAL, kind: 'begun' });
  assert.match(offer.id, /^[A-Za-z0-9_-]{8}$/);
  assert.equal(offer.path, `/f/${offer.id}`);
});

test('HEAD tells the same without a body, and is no download', async () => {
  const { ask, told } = await offered();
  const response = await ask({ range: 'bytes=0-9' }, { method: 'HEAD' });
  assert.deepEqual(
    [response.status, response.headers['content-length'], response.body],
    [200, String(TOTAL), undefined],
  );
  assert.deepEqual(told, []);
});

describe('a range', () => {
  for (const [range, start, end] of [
    ['bytes=0-0', 0, 1],
    ['bytes=100-', 100, TOTAL],
    ['bytes=-10', TOTAL - 10, TOTAL],
    [`bytes=${TOTAL - 1}-${TOTAL + 500}`, TOTAL - 1, TOTAL],
    ['BYTES=5-9', 5, 10],
    ['bytes=0-9,10-19', 0, 20],
  ] as const)
    test(`${range} gives ${end - start} bytes`, async () => {
      const { ask } = await offered();
      const response = await ask({ range });
      assert.equal(response.status, 206);
      assert.equal(response.headers['content-range'], `bytes ${start}-${end - 1}/${TOTAL}`);
      assert.equal(response.headers['content-length'], String(end - start));
      assert.ok(equalBytes(await taken(response), IMAGE.subarray(start, end)));
    });

  test('beyond the end is refused with the length', async () => {
    const { ask, told } = await offered();
    for (const range of [`bytes=${TOTAL}-`, 'bytes=-0', `bytes=${TOTAL + 5}-${TOTAL + 9}`]) {
      const response = await ask({ range });
      assert.deepEqual(
        [response.status, response.headers['content-range']],
        [416, `bytes */${TOTAL}`],
        range,
      );
    }
    assert.deepEqual(told, []);
  });

  for (const range of ['bytes=5', 'lines=0-5', 'bytes=a-b', 'bytes', '', 'bytes=0-1,100-101'])
    test(`${JSON.stringify(range)} gets the whole`, async () => {
      const { ask } = await offered();
      assert.equal((await ask({ range })).status, 200);
    });

  test('of another image, or by a date, gets the whole of this one', async () => {
    const { ask } = await offered();
    const range = 'bytes=50-';
    assert.equal((await ask({ range, 'if-range': ETAG })).status, 206);
    for (const condition of ['"0000000000000000"', `W/${ETAG}`, 'Tue, 24 Nov 2026 19:00:00 GMT'])
      assert.equal((await ask({ range, 'if-range': condition })).status, 200, condition);
  });
});

test('who has the image already is told so; who wants another is refused', async () => {
  const { ask, told } = await offered();
  for (const tag of [ETAG, `W/${ETAG}`, `"x", ${ETAG}`, '*']) {
    const response = await ask({ 'if-none-match': tag });
    assert.deepEqual([response.status, response.body, response.headers['etag']], [304, undefined, ETAG]);
  }
  assert.equal((await ask({ 'if-none-match': '"x"' })).status, 200);
  assert.equal((await ask({ 'if-match': '"x"' })).status, 412);
  assert.equal((await ask({ 'if-match': ETAG })).status, 200);
  assert.ok(told.length > 0);
});

test('what is not offered is not found, and an image can only be fetched', async () => {
  const { ask, offer } = await offered();
  for (const path of ['/', '/f', '/f/', '/f/nothere', `${offer.path}/x`, `/x/${offer.id}`, offer.id])
    assert.equal((await ask({}, { path })).status, 404, path);
  const post = await ask({}, { method: 'POST' });
  assert.deepEqual([post.status, post.headers['allow']], [405, 'GET, HEAD']);
});

describe('what the update is told of a download', () => {
  test('that breaks and resumes', async () => {
    const { ask, kinds } = await offered();
    await taken(await ask(), 40_000);
    await taken(await ask({ range: 'bytes=30000-', 'if-range': ETAG }), 16_384);
    await taken(await ask({ range: 'bytes=46384-', 'if-range': ETAG }, { peer: { ...PEER, port: 50_001 } }));
    assert.deepEqual(
      kinds().filter(([kind]) => kind !== 'went-on'),
      [
        ['begun', 0],
        ['cut', 49_152],
        ['resumed', 30_000],
        ['cut', 46_384],
        ['resumed', 46_384],
        ['complete', TOTAL],
      ],
    );
  });

  test('that comes in ranges of 1 KiB, each a request of its own, is one that goes on', async () => {
    const { ask, kinds, clock } = await offered();
    for (let at = 0; at < TOTAL; at += 1024) {
      await taken(await ask({ range: `bytes=${at}-${Math.min(at + 1023, TOTAL - 1)}` }));
      await clock.advance(20);
    }
    const all = kinds();
    assert.deepEqual(
      all.filter(([kind]) => kind !== 'went-on'),
      [
        ['begun', 0],
        ['complete', TOTAL],
      ],
    );
    const wentOn = all.length - 2;
    const most = Math.ceil(((TOTAL / 1024) * 20) / 250) + 1;
    assert.ok(wentOn > 3 && wentOn <= most, `${wentOn} times told`);
  });

  test('whose old connection ends after the new one began is not told as cut', async () => {
    const { ask, kinds } = await offered();
    const old = await ask();
    await taken(await ask({ range: 'bytes=30000-' }));
    old.onSent?.(32_768, false);
    assert.deepEqual(
      kinds().filter(([kind]) => kind !== 'went-on'),
      [
        ['begun', 0],
        ['resumed', 30_000],
        ['complete', TOTAL],
      ],
    );
  });

  test('whose listener fails is served all the same', async () => {
    const { offer, ask } = await offered();
    offer.onActivity(() => {
      throw new Error('broken');
    });
    assert.ok(equalBytes(await taken(await ask()), IMAGE));
  });
});

describe('an offer that is withdrawn', () => {
  test('cuts who fetches, is gone for the others, and lets the file go once', async () => {
    const { ask, offer, offers, kinds, handles } = await offered();
    const { body, onSent } = await ask();
    assert.ok(body && !(body instanceof Uint8Array));
    const pieces = body[Symbol.asyncIterator]();
    await pieces.next();
    offer.withdraw();
    offer.withdraw();
    await assert.rejects(pieces.next(), { code: 'WITHDRAWN' });
    onSent?.(16_384, false);
    assert.deepEqual(
      kinds().filter(([kind]) => kind !== 'went-on'),
      [
        ['begun', 0],
        ['cut', 0],
      ],
    );
    assert.equal((await ask()).status, 404);
    assert.equal(offers.get(offer.id), undefined);
    assert.deepEqual(handles(), [1, 1]);
  });

  test('after the image was fetched tells of no cut', async () => {
    const { ask, offer, kinds } = await offered();
    await taken(await ask(), 20_000);
    await taken(await ask({}, { peer: { host: '192.0.2.8', port: 1 } }));
    offer.withdraw();
    assert.deepEqual(kinds().at(-1), ['complete', TOTAL]);
  });

  test('is taken up under the same path and with the same ETag', async () => {
    const { offers, offer, ask } = await offered();
    const again = await offers.offer(await stagedInMemory(IMAGE), { id: offer.id });
    assert.equal(again.path, offer.path);
    assert.equal((await ask()).headers['etag'], ETAG);
    // the older one's end doesn't end the newer
    offer.withdraw();
    assert.equal((await ask()).status, 200);
    assert.equal(offers.get(offer.id), again);
  });
});

test('the file is opened once, however many fetch', async () => {
  const { ask, handles } = await offered();
  await Promise.all(
    Array.from({ length: 10 }, async (_, i) =>
      taken(await ask({}, { peer: { host: `192.0.2.${i}`, port: 1 } })),
    ),
  );
  assert.deepEqual(handles(), [1, 0]);
});

test('an empty image is an empty body', async () => {
  const { ask } = await offered(new Uint8Array(0));
  const response = await ask();
  assert.deepEqual([response.status, response.headers['content-length']], [200, '0']);
  assert.equal((await taken(response)).length, 0);
});
