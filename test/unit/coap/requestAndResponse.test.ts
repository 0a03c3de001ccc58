import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Codes } from '../../../src/coap/code';
import { bytesSource } from '../../../src/base/files';
import { decodeUtf8, encodeUtf8, NO_BYTES } from '../../../src/base/bytes';
import type { IncomingRequest, Observer, OutgoingResponse } from '../../../src/coap/exchange';
import { pair, pattern, within } from './pair';

describe('a request and its answer', () => {
  test('small, with options both ways', async () => {
    const seen: IncomingRequest[] = [];
    const p = pair({
      service: {
        handle: (request) => {
          seen.push(request);
          return { code: Codes.CREATED, locationPath: ['rd', 'x1'] };
        },
      },
    });
    const response = await within(
      p.clock,
      1000,
      p.client.request(p.toServer, {
        method: Codes.POST,
        path: ['rd'],
        query: ['ep=ä', 'lt=300'],
        contentFormat: 40,
        body: encodeUtf8('</3/0>'),
      }),
    );
    assert.equal(response.code, Codes.CREATED);
    assert.deepEqual(response.locationPath, ['rd', 'x1']);
    assert.deepEqual(seen[0]?.query, ['ep=ä', 'lt=300']);
    assert.equal(decodeUtf8(seen[0]?.body ?? NO_BYTES), '</3/0>');
    await p.close();
    assert.equal(p.clock.timers, 0);
  });

  test('long bodies both ways in blocks, the handler asked once', async () => {
    let asked = 0;
    const image = pattern(5000);
    const p = pair({
      service: {
        handle: (request) => {
          asked++;
          assert.deepEqual(request.body, image);
          return { code: Codes.CONTENT, contentFormat: 42, body: pattern(3333, 1) };
        },
      },
    });
    const steps: string[] = [];
    const response = await within(
      p.clock,
      1000,
      p.client.request(
        p.toServer,
        { method: Codes.FETCH, path: ['5', '0'], body: bytesSource(image) },
        { szx: 4, onProgress: (s) => steps.push(`${s.direction} ${s.bytes}/${s.total}`) },
      ),
    );
    assert.deepEqual(response.body, pattern(3333, 1));
    assert.equal(asked, 1);
    assert.equal(steps[0], 'block1 256/5000');
    assert.equal(steps.at(-1), 'block2 3333/3333');
    await p.close();
    assert.equal(p.clock.timers, 0);
  });

  test('observed, with long notifications', async () => {
    let observer: Observer | undefined;
    let current: OutgoingResponse = { code: Codes.CONTENT, body: encodeUtf8('one') };
    const p = pair({
      service: {
        handle: (request) => {
          observer ??= request.observed();
          return current;
        },
      },
    });
    const { response, observation } = await within(
      p.clock,
      1000,
      p.client.observe(p.toServer, { method: Codes.GET, path: ['3', '0', '9'] }),
    );
    assert.equal(decodeUtf8(response.body), 'one');
    assert.ok(observation && observer);
    const told: number[] = [];
    observation.onNotification((n) => told.push(n.response.body.length));
    current = { code: Codes.CONTENT, body: pattern(3000) };
    assert.equal(await within(p.clock, 1000, observer.notify(current)), 'acknowledged');
    await p.clock.advance(10);
    assert.deepEqual(told, [3000]);
    const cancelled = await within(p.clock, 1000, observation.cancel());
    assert.equal(cancelled.body.length, 3000);
    assert.equal(await observer.notify(current), 'ended');
    await p.close();
    assert.equal(p.clock.timers, 0);
  });
});
