import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { bytesSource, type ByteSource } from '../../../src/base/files';
import { concatBytes, equalBytes, toHex } from '../../../src/base/bytes';
import { isOperationError } from '../../../src/base/errors';
import { Codes } from '../../../src/coap/code';
import { findUint } from '../../../src/coap/optionValue';
import { OptionNumbers } from '../../../src/coap/option';
import type { CoapRequest } from '../../../src/coap/exchange';
import type { Message } from '../../../src/coap/message';
import { ackOf, answerTo, block1, block1Of, con } from './rows/scriptedPeer';
import { pattern } from './pair';
import { wire, type Wire } from './wire';

const code = (expected: string) => (error: unknown) => isOperationError(error, expected);
const put = (body: Uint8Array | ByteSource): CoapRequest => ({
  method: Codes.PUT,
  path: ['5', '0', '0'],
  contentFormat: 42,
  body,
});

/** Answers a block with 2.31 and its own number. */
async function acceptBlock(w: Wire, message = w.take()): Promise<Message> {
  const block = block1Of(message);
  assert.ok(block?.more);
  await w.send(answerTo(message, Codes.CONTINUE, [block1(block.num, true, block.szx)]));
  return message;
}

describe('a long body sent', () => {
  test('goes under one token, with its size in the first block, each block under an ID of its own', async () => {
    const w = wire();
    const image = pattern(2500);
    const asking = w.endpoint.request(w.peer, put(image));
    await w.clock.advance(0);
    const first = await acceptBlock(w);
    const second = await acceptBlock(w);
    const last = w.take();
    assert.deepEqual(block1Of(last), { num: 2, more: false, szx: 6 });
    await w.send(answerTo(last, Codes.CHANGED, [block1(2, false, 6)]));
    assert.equal((await asking).code, Codes.CHANGED);
    const all = [first, second, last];
    assert.equal(new Set(all.map((m) => toHex(m.token))).size, 1);
    assert.equal(new Set(all.map((m) => m.messageId)).size, 3);
    assert.deepEqual(
      all.map((m) => findUint(m.options, OptionNumbers.SIZE1)),
      [2500, undefined, undefined],
    );
    assert.ok(equalBytes(concatBytes(all.map((m) => m.payload)), image));
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('a block whose answer was lost comes again as it was, never as a new message', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, put(pattern(2000)));
    await w.clock.advance(0);
    const sent = w.take();
    await w.clock.advance(3100);
    const again = w.take();
    assert.deepEqual(again, sent);
    await acceptBlock(w, again);
    const last = w.take();
    await w.send(answerTo(sent, Codes.CONTINUE, [block1(0, true, 6)]));
    assert.deepEqual(w.sent, [], 'a late second answer changes nothing');
    await w.send(answerTo(last, Codes.CHANGED, [block1(1, false, 6)]));
    assert.equal((await asking).code, Codes.CHANGED);
    await w.endpoint.close();
  });

  test('a block acknowledged first and answered much later (flash is erased) is waited for', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, put(pattern(2000)));
    await w.clock.advance(0);
    const first = w.take();
    await w.send(ackOf(first));
    await w.clock.advance(40_000);
    assert.deepEqual(w.sent, []);
    await w.send(con(Codes.CONTINUE, 1, [...first.token], [block1(0, true, 6)]));
    assert.equal(w.take().code, Codes.EMPTY);
    const last = w.take();
    await w.send(answerTo(last, Codes.CHANGED, [block1(1, false, 6)]));
    assert.equal((await asking).code, Codes.CHANGED);
    await w.endpoint.close();
  });

  test('a smaller size asked for in the middle is followed', async () => {
    const w = wire();
    const image = pattern(3000);
    const asking = w.endpoint.request(w.peer, put(image));
    await w.clock.advance(0);
    const parts = [await acceptBlock(w)];
    const second = w.take();
    parts.push(second);
    await w.send(answerTo(second, Codes.CONTINUE, [block1(1, true, 4)]));
    for (;;) {
      const message = w.take();
      parts.push(message);
      const block = block1Of(message);
      assert.equal(block?.szx, 4);
      if (block?.more) await acceptBlock(w, message);
      else {
        await w.send(answerTo(message, Codes.CHANGED, [block1(block?.num ?? 0, false, 4)]));
        break;
      }
    }
    assert.equal(block1Of(parts[2] as Message)?.num, 8);
    assert.equal((await asking).code, Codes.CHANGED);
    assert.ok(equalBytes(concatBytes(parts.map((m) => m.payload)), image));
    await w.endpoint.close();
  });

  test('an answer to another block than the one sent is an error', async () => {
    const w = wire();
    const failed = assert.rejects(w.endpoint.request(w.peer, put(pattern(3000))), code('PROTOCOL'));
    await w.clock.advance(0);
    await w.send(answerTo(w.take(), Codes.CONTINUE, [block1(5, true, 6)]));
    await failed;
    await w.endpoint.close();
  });

  test('one message refused as too large is sent again in blocks', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, put(pattern(1000)));
    await w.clock.advance(0);
    const whole = w.take();
    assert.equal(block1Of(whole), undefined);
    await w.send(answerTo(whole, Codes.REQUEST_ENTITY_TOO_LARGE, [block1(0, false, 5)]));
    const first = await acceptBlock(w);
    assert.notDeepEqual(first.token, whole.token);
    const last = w.take();
    await w.send(answerTo(last, Codes.CHANGED, [block1(1, false, 5)]));
    assert.equal((await asking).code, Codes.CHANGED);
    await w.endpoint.close();
  });

  test('4.13 without a smaller size, or later than block 0, is the answer', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, put(pattern(3000)));
    await w.clock.advance(0);
    await acceptBlock(w);
    await w.send(answerTo(w.take(), Codes.REQUEST_ENTITY_TOO_LARGE, [block1(1, true, 4)]));
    assert.equal((await asking).code, Codes.REQUEST_ENTITY_TOO_LARGE);
    assert.deepEqual(w.sent, []);
    await w.endpoint.close();
  });

  test('a success to a block that names none, while more are to come, is no success of the whole', async () => {
    const w = wire();
    const failed = assert.rejects(w.endpoint.request(w.peer, put(pattern(3000))), code('PROTOCOL'));
    await w.clock.advance(0);
    await w.send(answerTo(w.take(), Codes.CHANGED));
    await failed;
    assert.deepEqual(w.sent, []);
    await w.endpoint.close();
  });

  test('nor is a wish for more after the last block', async () => {
    const w = wire();
    const failed = assert.rejects(w.endpoint.request(w.peer, put(pattern(2000))), code('PROTOCOL'));
    await w.clock.advance(0);
    await acceptBlock(w);
    await w.send(answerTo(w.take(), Codes.CONTINUE, [block1(1, false, 6)]));
    await failed;
    await w.endpoint.close();
  });

  test('to one resource go one after another; an ended wait leaves its turn to the next', async () => {
    const w = wire(undefined, { nstart: 8 });
    const ending = new AbortController();
    const image = pattern(2000);
    const first = w.endpoint.request(w.peer, put(image));
    const second = w.endpoint.request(w.peer, put(image), { signal: ending.signal });
    const third = w.endpoint.request(w.peer, put(image));
    const elsewhere = w.endpoint.request(w.peer, { ...put(image), path: ['5', '1', '0'] });
    await w.clock.advance(0);
    const [one, other] = [w.take(), w.take()];
    assert.notDeepEqual(one.token, other.token);
    assert.deepEqual(w.sent, [], 'the second body to the same resource waits');
    const aborted = assert.rejects(second, code('ABORTED'));
    ending.abort();
    await aborted;
    await acceptBlock(w, one);
    await w.send(answerTo(w.take(), Codes.CHANGED, [block1(1, false, 6)]));
    assert.equal((await first).code, Codes.CHANGED);
    await w.clock.advance(0);
    await acceptBlock(w);
    await w.send(answerTo(w.take(), Codes.CHANGED, [block1(1, false, 6)]));
    assert.equal((await third).code, Codes.CHANGED);
    await acceptBlock(w, other);
    await w.send(answerTo(w.take(), Codes.CHANGED, [block1(1, false, 6)]));
    assert.equal((await elsewhere).code, Codes.CHANGED);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('is read as it goes where it is a source, at hand or not', async () => {
    const image = pattern(5000);
    let waits = 0;
    const slow: ByteSource = {
      ...bytesSource(image),
      readNow: (offset, length) =>
        offset % 2048 === 0 ? undefined : image.subarray(offset, offset + length),
      read: (offset, length) => {
        waits++;
        return Promise.resolve(image.subarray(offset, offset + length));
      },
    };
    const w = wire();
    const asking = w.endpoint.request(w.peer, put(slow));
    const parts: Uint8Array[] = [];
    for (let more = true; more;) {
      await w.clock.advance(0);
      const message = w.take();
      parts.push(message.payload);
      more = block1Of(message)?.more ?? false;
      if (more) await acceptBlock(w, message);
      else await w.send(answerTo(message, Codes.CHANGED));
    }
    await asking;
    assert.ok(equalBytes(concatBytes(parts), image));
    assert.equal(waits, 3);
    await w.endpoint.close();
  });

  test('from a source that ends early is given up', async () => {
    const short: ByteSource = { ...bytesSource(pattern(1500)), size: 3000 };
    const w = wire();
    const failed = assert.rejects(w.endpoint.request(w.peer, put(short)), code('UNREADABLE'));
    await w.clock.advance(0);
    await acceptBlock(w);
    await failed;
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });
});
