import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { bytesSource, type ByteSource } from '../../../src/base/files';
import { concatBytes, equalBytes, toHex } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { OptionNumbers, type CoapOption } from '../../../src/coap/option';
import { findOption, findUint, uintOption } from '../../../src/coap/optionValue';
import { blockSizeOf, type OutgoingResponse, type Szx } from '../../../src/coap/exchange';
import type { Message } from '../../../src/coap/message';
import { block2, block2Of, con, path } from './rows/scriptedPeer';
import { pattern } from './pair';
import { wire, type Wire } from './wire';

const image = pattern(5000);
const content = (body: Uint8Array | ByteSource = image): OutgoingResponse => ({ code: Codes.CONTENT, body });

let ids = 0;
async function ask(w: Wire, options: readonly CoapOption[], method: number = Codes.GET): Promise<Message> {
  const id = ++ids;
  await w.send(con(method, id, [id >> 8, id & 255], [path('fw'), ...options]));
  return w.take();
}

/** All blocks of a size, put together. */
async function fetchAll(w: Wire, szx: Szx): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let num = 0; ; num++) {
    const answer = await ask(w, [block2(num, false, szx)]);
    parts.push(answer.payload);
    const block = block2Of(answer);
    assert.deepEqual({ num: block?.num, szx: block?.szx }, { num, szx });
    if (!block?.more) return concatBytes(parts);
    assert.equal(answer.payload.length, blockSizeOf(szx));
  }
}

describe('a long body served', () => {
  for (const szx of [0, 2, 4, 6] as const) {
    test(`in blocks of ${blockSizeOf(szx)} bytes, from one asking`, async () => {
      let asked = 0;
      const w = wire({
        handle: () => {
          asked++;
          return content(image.slice());
        },
      });
      assert.ok(equalBytes(await fetchAll(w, szx), image));
      assert.equal(asked, 1);
      await w.endpoint.close();
      assert.equal(w.clock.timers, 0);
    });
  }

  test('tells its size in block 0 and where asked, and an ETag made of the content in each', async () => {
    const w = wire({ handle: () => content() });
    const first = await ask(w, []);
    assert.equal(findUint(first.options, OptionNumbers.SIZE2), 5000);
    const etag = findOption(first.options, OptionNumbers.ETAG);
    assert.equal(etag?.length, 8);
    const second = await ask(w, [block2(1, false, 6)]);
    assert.equal(findUint(second.options, OptionNumbers.SIZE2), undefined);
    assert.deepEqual(findOption(second.options, OptionNumbers.ETAG), etag);
    const third = await ask(w, [block2(2, false, 6), uintOption(OptionNumbers.SIZE2, 0)]);
    assert.equal(findUint(third.options, OptionNumbers.SIZE2), 5000);
    await w.endpoint.close();

    const other = wire({ handle: () => content(pattern(5000, 99)) });
    const answer = await ask(other, []);
    assert.notEqual(toHex(findOption(answer.options, OptionNumbers.ETAG) ?? image), toHex(etag ?? image));
    await other.endpoint.close();
  });

  test('can be asked for in a smaller size half way', async () => {
    const w = wire({ handle: () => content() });
    await ask(w, [block2(0, false, 6)]);
    const answer = await ask(w, [block2(64, false, 0)]);
    assert.ok(equalBytes(answer.payload, image.subarray(1024, 1040)));
    await w.endpoint.close();
  });

  test('can be asked for anywhere, and not beyond its end', async () => {
    const w = wire({ handle: () => content() });
    const last = await ask(w, [block2(4, false, 6)]);
    assert.deepEqual(block2Of(last), { num: 4, more: false, szx: 6 });
    assert.equal(last.payload.length, 5000 - 4096);
    assert.equal((await ask(w, [block2(5, false, 6)])).code, Codes.BAD_REQUEST);
    await w.endpoint.close();
  });

  test('is offered in no larger blocks than the endpoint is set to', async () => {
    const w = wire({ handle: () => content() }, { szx: 3 });
    assert.deepEqual(block2Of(await ask(w, [])), { num: 0, more: true, szx: 3 });
    const answer = await ask(w, [block2(1, false, 6)]);
    assert.deepEqual(block2Of(answer), { num: 8, more: true, szx: 3 });
    assert.ok(equalBytes(answer.payload, image.subarray(1024, 1152)));
    await w.endpoint.close();
  });

  test('from a source is read as it is asked for, at hand or not', async () => {
    const reads: number[] = [];
    const slow: ByteSource = {
      ...bytesSource(image),
      readNow: (offset, length) => (offset === 1024 ? undefined : image.subarray(offset, offset + length)),
      read: (offset, length) => {
        reads.push(offset);
        return Promise.resolve(image.subarray(offset, offset + length));
      },
    };
    const steps: number[] = [];
    const etag = Uint8Array.of(1, 2);
    const w = wire({
      handle: () => ({ ...content(slow), etag, onProgress: ({ bytes }) => steps.push(bytes) }),
    });
    assert.ok(equalBytes(await fetchAll(w, 6), image));
    assert.deepEqual(reads, [1024]);
    assert.deepEqual(steps, [1024, 2048, 3072, 4096, 5000]);
    await w.endpoint.close();
  });

  test('that can no longer be read is answered with 5.00', async () => {
    const broken: ByteSource = {
      ...bytesSource(image),
      readNow: (offset, length) => (offset > 0 ? undefined : image.subarray(offset, offset + length)),
      read: () => Promise.reject(new Error('the disk is gone')),
    };
    const w = wire({ handle: () => ({ ...content(broken), etag: Uint8Array.of(1) }) });
    assert.equal((await ask(w, [])).code, Codes.CONTENT);
    assert.equal((await ask(w, [block2(1, false, 6)])).code, Codes.INTERNAL_SERVER_ERROR);
    await w.endpoint.close();
  });

  test('a short answer has no Block2 unless asked in blocks', async () => {
    const w = wire({ handle: () => content(pattern(100)) });
    assert.equal(block2Of(await ask(w, [])), undefined);
    assert.deepEqual(block2Of(await ask(w, [block2(0, false, 6)])), { num: 0, more: false, szx: 6 });
    await w.endpoint.close();
  });

  test('the rest of a POST whose answer is no longer kept is refused, not done again', async () => {
    let handled = 0;
    const w = wire({
      handle: () => {
        handled++;
        return content();
      },
    });
    await ask(w, [], Codes.POST);
    await w.clock.advance(300_000);
    assert.equal((await ask(w, [block2(1, false, 6)], Codes.POST)).code, Codes.REQUEST_ENTITY_INCOMPLETE);
    assert.equal(handled, 1);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('two fetches of one resource for different things do not mix', async () => {
    const w = wire({ handle: (request) => content(pattern(2000, request.body[0] ?? 0)) });
    const fetch = async (wanted: number, num: number, id: number): Promise<Uint8Array> => {
      const options = [path('x'), block2(num, false, 6)];
      await w.send(con(Codes.FETCH, id, [id], options, Uint8Array.of(wanted)));
      return w.take().payload;
    };
    const [a0, b0] = [await fetch(1, 0, 1), await fetch(2, 0, 2)];
    const [a1, b1] = [await fetch(1, 1, 3), await fetch(2, 1, 4)];
    assert.ok(equalBytes(concatBytes([a0, a1]), pattern(2000, 1)));
    assert.ok(equalBytes(concatBytes([b0, b1]), pattern(2000, 2)));
    // Asked for once more after its last block went out: made anew, never taken from the other.
    await fetch(2, 0, 5);
    assert.deepEqual(await fetch(1, 1, 6), a1);
    await w.endpoint.close();
  });
});
