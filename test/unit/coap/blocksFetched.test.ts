import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { concatBytes, equalBytes, toHex } from '../../../src/base/bytes';
import { isOperationError } from '../../../src/base/errors';
import type { ByteSink } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import type { RequestSettings, Szx } from '../../../src/coap/exchange';
import type { Message } from '../../../src/coap/message';
import { OptionNumbers, type CoapOption } from '../../../src/coap/option';
import { uintOption } from '../../../src/coap/optionValue';
import { answerTo, block2, block2Of } from './rows/scriptedPeer';
import { pattern } from './pair';
import { wire, type Wire } from './wire';

const body = pattern(3000);
const code = (expected: string) => (error: unknown) => isOperationError(error, expected);
const get = { method: Codes.GET, path: ['fw'] };
const etag = (n: number): CoapOption => ({ number: OptionNumbers.ETAG, value: Uint8Array.of(n) });

/** Answers with a block of `of`. */
const give = (
  request: Message,
  num: number,
  szx: Szx = 6,
  options: readonly CoapOption[] = [],
  of = body,
): Message => {
  const size = 16 << szx;
  const part = of.subarray(num * size, (num + 1) * size);
  const more = (num + 1) * size < of.length;
  return answerTo(request, Codes.CONTENT, [...options, block2(num, more, szx)], part);
};

async function start(settings?: RequestSettings) {
  const w = wire();
  const asking = w.endpoint.request(w.peer, get, settings);
  asking.catch(() => undefined);
  await w.clock.advance(0);
  return { w, asking };
}

/** Gives every block that is asked for from here on. */
async function giveRest(w: Wire, options: readonly CoapOption[] = [], of = body): Promise<void> {
  for (;;) {
    await w.clock.advance(0);
    const request = w.take();
    const asked = block2Of(request) ?? { num: 0, szx: 6 as const };
    const answer = give(request, asked.num, asked.szx, options, of);
    await w.send(answer);
    if (!block2Of(answer)?.more) return;
  }
}

describe('a long body fetched', () => {
  test('each block with a token of its own', async () => {
    const { w, asking } = await start();
    const tokens: string[] = [];
    for (let num = 0; num < 3; num++) {
      const request = w.take();
      tokens.push(toHex(request.token));
      await w.send(give(request, num));
    }
    assert.ok(equalBytes((await asking).body, body));
    assert.equal(new Set(tokens).size, 3);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('a smaller size than asked for is followed from the byte that is next', async () => {
    const { w, asking } = await start();
    await w.send(give(w.take(), 0));
    const second = w.take();
    assert.deepEqual(block2Of(second), { num: 1, more: false, szx: 6 });
    await w.send(give(second, 4, 4));
    const third = w.take();
    assert.deepEqual(block2Of(third), { num: 5, more: false, szx: 4 });
    await w.send(give(third, 5, 4));
    await giveRest(w);
    assert.ok(equalBytes((await asking).body, body));
    await w.endpoint.close();
  });

  test('a smaller size wished for is asked for at once', async () => {
    const { w } = await start({ szx: 3 });
    assert.deepEqual(block2Of(w.take()), { num: 0, more: false, szx: 3 });
    await w.endpoint.close();
  });

  test('another block than the one asked for is an error', async () => {
    const { w, asking } = await start();
    await w.send(give(w.take(), 0));
    await w.send(give(w.take(), 2));
    await assert.rejects(asking, code('PROTOCOL'));
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('a block shorter than its size, with more to come, is an error', async () => {
    const { w, asking } = await start();
    await w.send(answerTo(w.take(), Codes.CONTENT, [block2(0, true, 6)], body.subarray(0, 1000)));
    await assert.rejects(asking, code('PROTOCOL'));
    await w.endpoint.close();
  });

  test('changed on the way is fetched anew, once', async () => {
    const { w, asking } = await start();
    const other = pattern(3000, 2);
    await w.send(give(w.take(), 0, 6, [etag(1)]));
    await w.send(give(w.take(), 1, 6, [etag(2)], other));
    await giveRest(w, [etag(2)], other);
    assert.ok(equalBytes((await asking).body, other));
    await w.endpoint.close();
  });

  test('changed on the way again is given up', async () => {
    const { w, asking } = await start();
    for (const [num, state] of [
      [0, 1],
      [1, 2],
      [0, 2],
      [1, 3],
    ] as const) {
      await w.send(give(w.take(), num, 6, [etag(state)]));
    }
    await assert.rejects(asking, code('CHANGED_DURING_TRANSFER'));
    assert.deepEqual(w.sent, []);
    await w.endpoint.close();
  });

  test('longer than the limit is given up', async () => {
    const { w, asking } = await start({ maxBodyBytes: 1500 });
    await w.send(give(w.take(), 0));
    await w.send(give(w.take(), 1));
    await assert.rejects(asking, code('BODY_TOO_LARGE'));
    await w.endpoint.close();
  });

  test('an error in the middle is its answer', async () => {
    const { w, asking } = await start();
    await w.send(give(w.take(), 0));
    await w.send(answerTo(w.take(), Codes.NOT_FOUND));
    assert.equal((await asking).code, Codes.NOT_FOUND);
    await w.endpoint.close();
  });

  test('into a sink, which is waited for, with the size asked for', async () => {
    const parts: Uint8Array[] = [];
    const ends: string[] = [];
    let release: () => void = () => undefined;
    const sink: ByteSink = {
      write: (bytes) => {
        parts.push(bytes);
        return new Promise((resolve) => (release = resolve));
      },
      close: () => Promise.resolve(void ends.push('closed')),
      abort: () => Promise.resolve(void ends.push('aborted')),
    };
    const totals: (number | undefined)[] = [];
    const { w, asking } = await start({ sink, onProgress: ({ total }) => totals.push(total) });
    for (let num = 0; num < 3; num++) {
      const request = w.take();
      await w.send(give(request, num, 6, num === 0 ? [uintOption(OptionNumbers.SIZE2, 3000)] : []));
      assert.deepEqual(w.sent, [], 'no block is asked for while the last is being written');
      release();
      await w.clock.advance(0);
    }
    assert.equal((await asking).body.length, 0);
    assert.ok(equalBytes(concatBytes(parts), body));
    assert.deepEqual(ends, ['closed']);
    assert.deepEqual(totals, [3000, 3000, 3000]);
    await w.endpoint.close();
  });

  test('a sink whose transfer failed, or whose answer was an error, is told to throw it away', async () => {
    for (const ending of ['error', 'abort'] as const) {
      const ends: string[] = [];
      const sink: ByteSink = {
        write: () => undefined,
        close: () => Promise.resolve(void ends.push('closed')),
        abort: () => Promise.resolve(void ends.push('aborted')),
      };
      const control = new AbortController();
      const { w, asking } = await start({ sink, signal: control.signal });
      await w.send(give(w.take(), 0));
      if (ending === 'abort') control.abort();
      else await w.send(answerTo(w.take(), Codes.SERVICE_UNAVAILABLE));
      await asking.catch(() => undefined);
      assert.deepEqual(ends, ['aborted'], ending);
      await w.endpoint.close();
      assert.equal(w.clock.timers, 0);
    }
  });

  test('the rest of a FETCH is asked for with its body, that of a POST without', async () => {
    for (const method of [Codes.FETCH, Codes.POST]) {
      const w = wire();
      const request = { method, path: ['x'], contentFormat: 112, body: pattern(20) };
      const asking = w.endpoint.request(w.peer, request);
      await w.clock.advance(0);
      await w.send(give(w.take(), 0));
      const second = w.take();
      assert.equal(second.payload.length, method === Codes.FETCH ? 20 : 0);
      await w.send(give(second, 1));
      await w.send(give(w.take(), 2));
      assert.ok(equalBytes((await asking).body, body));
      await w.endpoint.close();
    }
  });
});
