import { test } from 'node:test';
import assert from 'node:assert/strict';
import { encodeUtf8, decodeUtf8 } from '../../../src/base/bytes';
import { OperationError } from '../../../src/base/errors';
import { Codes } from '../../../src/coap/code';
import { seededRandom } from '../../support/seededRandom';
import { pair, within } from './pair';

test('three hundred requests to one peer at once, a tenth of the datagrams lost: each gets its own answer', async () => {
  const random = seededRandom(3);
  const p = pair({
    client: { nstart: 300 },
    service: {
      handle: ({ path }) => ({ code: Codes.CONTENT, body: encodeUtf8(`about ${path[0]}`) }),
    },
    fate: () => (random.unit() < 0.1 ? [] : [5]),
  });
  const asked = Array.from({ length: 300 }, (_, n) =>
    p.client.request(p.toServer, { method: Codes.GET, path: [String(n)] }),
  );
  const answers = await within(p.clock, 120_000, Promise.all(asked));
  assert.deepEqual(
    answers.map(({ body }) => decodeUtf8(body)),
    asked.map((_, n) => `about ${n}`),
  );
  await p.close();
  assert.equal(p.clock.timers, 0);
});

test('a peer is forgotten with all that is asked of it, and none of it is sent again', async () => {
  let sent = 0;
  const p = pair({
    client: { nstart: 100 },
    fate: () => {
      sent++;
      return [];
    },
  });
  const asked = Array.from({ length: 120 }, () =>
    p.client.request(p.toServer, { method: Codes.GET, path: ['x'] }),
  );
  const results = Promise.allSettled(asked);
  await p.clock.advance(10);
  assert.equal(sent, 100);
  p.client.forget(p.toServer, new OperationError('GONE', 'it left'));
  await p.clock.advance(100_000);
  assert.equal(sent, 100);
  for (const result of await results) {
    assert.equal(result.status, 'rejected');
    assert.equal((result.reason as OperationError).code, 'GONE');
  }
  await p.close();
});
