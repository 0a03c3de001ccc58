import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { NO_BYTES, decodeUtf8, encodeUtf8 } from '../../../src/base/bytes';
import { OperationError } from '../../../src/base/errors';
import { Codes } from '../../../src/coap/code';
import type { CoapService, Observer, OutgoingResponse } from '../../../src/coap/exchange';
import { MessageTypes, type Message } from '../../../src/coap/message';
import { OptionNumbers, type CoapOption } from '../../../src/coap/option';
import { findOption, findUint, uintOption } from '../../../src/coap/optionValue';
import { pattern } from './pair';
import { ackOf, answerTo, block2, block2Of, con, path } from './rows/scriptedPeer';
import { wire, type Wire } from './wire';

const observe = (n: number): CoapOption => uintOption(OptionNumbers.OBSERVE, n);
const sequenceOf = (message: Message) => findUint(message.options, OptionNumbers.OBSERVE);
const value = (text: string): OutgoingResponse => ({ code: Codes.CONTENT, body: encodeUtf8(text) });
const text = (message: Message) => decodeUtf8(message.payload);
const rst = (to: Message): Message => ({ ...ackOf(to), type: MessageTypes.RST });

interface Observed {
  readonly w: Wire;
  readonly observer: Observer;
  /** How often the handler was asked. */
  asked(): number;
  ended(): number;
}

/** The scripted peer observes /x under token 1, 2. */
async function observed(): Promise<Observed> {
  const observers: Observer[] = [];
  let asked = 0;
  let ended = 0;
  const service: CoapService = {
    handle: (request) => {
      asked++;
      const observer = request.observed();
      if (observer && !observers.includes(observer)) {
        observers.push(observer);
        observer.onEnd(() => ended++);
      }
      return value('first');
    },
  };
  const w = wire(service);
  await w.send(con(Codes.GET, 1, [1, 2], [observe(0), path('x')]));
  const first = w.take();
  assert.equal(first.type, MessageTypes.ACK);
  assert.notEqual(sequenceOf(first), undefined);
  const [observer] = observers;
  assert.ok(observer);
  return { w, observer, asked: () => asked, ended: () => ended };
}

const close = async ({ w }: Observed): Promise<void> => {
  await w.endpoint.close();
  assert.equal(w.clock.timers, 0);
};

describe('an observer', () => {
  test('is told under its token, with rising numbers, and confirms', async () => {
    const o = await observed();
    const numbers: number[] = [];
    for (const body of ['a', 'b']) {
      const outcome = o.observer.notify(value(body));
      await o.w.clock.advance(0);
      const message = o.w.take();
      assert.equal(message.type, MessageTypes.CON);
      assert.deepEqual([...message.token], [1, 2]);
      assert.equal(text(message), body);
      numbers.push(sequenceOf(message) ?? -1);
      await o.w.send(ackOf(message));
      assert.equal(await outcome, 'acknowledged');
    }
    assert.ok((numbers[1] ?? 0) > (numbers[0] ?? 0));
    await close(o);
  });

  test('that registers again under its token is told higher numbers than before', async () => {
    const o = await observed();
    const outcome = o.observer.notify(value('a'));
    await o.w.clock.advance(0);
    const before = o.w.take();
    await o.w.send(ackOf(before));
    await outcome;
    await o.w.send(con(Codes.GET, 2, [1, 2], [observe(0), path('x')]));
    assert.equal(sequenceOf(o.w.take()), (sequenceOf(before) ?? 0) + 1);
    await close(o);
  });

  test('slow to confirm gets the newest next, not all that was missed', async () => {
    const o = await observed();
    const outcomes = ['a', 'b', 'c', 'd'].map((body) => o.observer.notify(value(body)));
    await o.w.clock.advance(0);
    const first = o.w.take();
    assert.deepEqual(o.w.sent, []);
    await o.w.send(ackOf(first));
    const next = o.w.take();
    assert.equal(text(next), 'd');
    await o.w.send(ackOf(next));
    assert.deepEqual(await Promise.all(outcomes), Array(4).fill('acknowledged'));
    assert.deepEqual(o.w.sent, []);
    await close(o);
  });

  test('that resets a notification is gone', async () => {
    const o = await observed();
    const outcome = o.observer.notify(value('a'));
    await o.w.clock.advance(0);
    await o.w.send(rst(o.w.take()));
    assert.equal(await outcome, 'ended');
    assert.equal(o.ended(), 1);
    assert.equal(await o.observer.notify(value('b')), 'ended');
    assert.deepEqual(o.w.sent, []);
    await close(o);
  });

  test('that resets a non-confirmable notification is gone too', async () => {
    const o = await observed();
    assert.equal(await o.observer.notify(value('a'), { confirmable: false }), 'sent');
    await o.w.clock.advance(0);
    const message = o.w.take();
    assert.equal(message.type, MessageTypes.NON);
    await o.w.send({ ...rst(message), messageId: message.messageId ^ 1 });
    assert.equal(o.ended(), 0, 'a reset of something else');
    await o.w.send(rst(message));
    assert.equal(o.ended(), 1);
    await close(o);
  });

  test('is asked to confirm at least once a day (RFC 7641 §4.5)', async () => {
    const o = await observed();
    await o.w.clock.advance(24 * 3600 * 1000);
    void o.observer.notify(value('a'), { confirmable: false });
    await o.w.clock.advance(0);
    const daily = o.w.take();
    assert.equal(daily.type, MessageTypes.CON);
    await o.w.send(ackOf(daily));
    void o.observer.notify(value('b'), { confirmable: false });
    await o.w.clock.advance(0);
    assert.equal(o.w.take().type, MessageTypes.NON);
    await close(o);
  });

  test('that never confirms ends after the time a message may take, not before', async () => {
    const o = await observed();
    const outcome = o.observer.notify(value('a'));
    await o.w.clock.advance(92_000);
    assert.equal(o.ended(), 0);
    await o.w.clock.advance(2000);
    assert.equal(await outcome, 'ended');
    assert.equal(o.ended(), 1);
    await close(o);
  });

  test('deregisters by Observe 1 under its token and is answered', async () => {
    const o = await observed();
    await o.w.send(con(Codes.GET, 2, [1, 2], [observe(1), path('x')]));
    const answer = o.w.take();
    assert.equal(answer.code, Codes.CONTENT);
    assert.equal(sequenceOf(answer), undefined);
    assert.equal(o.ended(), 1);
    await close(o);
  });

  test('registering again under its token takes the place of the first', async () => {
    const o = await observed();
    await o.w.send(con(Codes.GET, 2, [1, 2], [observe(0), path('x')]));
    assert.notEqual(sequenceOf(o.w.take()), undefined);
    assert.equal(o.ended(), 1);
    assert.equal(await o.observer.notify(value('a')), 'ended');
    await close(o);
  });

  test('is ended by an error as notification, which carries no Observe', async () => {
    const o = await observed();
    const outcome = o.observer.notify({ code: Codes.NOT_FOUND });
    await o.w.clock.advance(0);
    const message = o.w.take();
    assert.equal(message.code, Codes.NOT_FOUND);
    assert.equal(sequenceOf(message), undefined);
    await o.w.send(ackOf(message));
    assert.equal(await outcome, 'acknowledged');
    assert.equal(o.ended(), 1);
    await close(o);
  });

  test('is forgotten with its peer, in the middle of a notification', async () => {
    const o = await observed();
    const outcome = o.observer.notify(value('a'));
    await o.w.clock.advance(0);
    o.w.take();
    o.w.endpoint.forget(o.w.peer, new OperationError('GONE', 'deregistered'));
    assert.equal(await outcome, 'ended');
    assert.equal(o.ended(), 1);
    await o.w.clock.advance(60_000);
    assert.deepEqual(o.w.sent, []);
    await close(o);
  });

  test('ends with its endpoint', async () => {
    const o = await observed();
    const outcome = o.observer.notify(value('a'));
    await o.w.clock.advance(0);
    await close(o);
    assert.equal(await outcome, 'ended');
    assert.equal(o.ended(), 1);
  });

  test('fetches the rest of a long notification without the handler being asked', async () => {
    const o = await observed();
    const body = pattern(2500);
    const outcome = o.observer.notify({ code: Codes.CONTENT, body });
    await o.w.clock.advance(0);
    const first = o.w.take();
    assert.deepEqual(block2Of(first), { num: 0, more: true, szx: 6 });
    const etag = findOption(first.options, OptionNumbers.ETAG);
    await o.w.send(ackOf(first));
    assert.equal(await outcome, 'acknowledged');
    const parts = [...first.payload];
    for (const num of [1, 2]) {
      await o.w.send(con(Codes.GET, 10 + num, [7, num], [path('x'), block2(num, false, 6)]));
      const answer = o.w.take();
      assert.deepEqual([...answer.token], [7, num]);
      assert.deepEqual(findOption(answer.options, OptionNumbers.ETAG), etag);
      assert.equal(sequenceOf(answer), undefined);
      parts.push(...answer.payload);
    }
    assert.deepEqual(Uint8Array.from(parts), body);
    assert.equal(o.asked(), 1);
    await close(o);
  });
});

test('a refused request establishes no observation', async () => {
  let observer: Observer | undefined;
  const w = wire({
    handle: (request) => {
      observer = request.observed();
      return { code: Codes.NOT_FOUND };
    },
  });
  await w.send(con(Codes.GET, 1, [1], [observe(0), path('x')]));
  assert.equal(sequenceOf(w.take()), undefined);
  assert.equal(await observer?.notify(value('a')), 'ended');
  await w.endpoint.close();
});

test('a peer that is also asked answers both under tokens of its own', async () => {
  const o = await observed();
  const asking = o.w.endpoint.request(o.w.peer, { method: Codes.GET, path: ['3'] });
  await o.w.clock.advance(0);
  const request = o.w.take();
  const outcome = o.observer.notify(value('a'));
  await o.w.clock.advance(0);
  await o.w.send(answerTo(request, Codes.CONTENT, [], NO_BYTES));
  assert.equal((await asking).code, Codes.CONTENT);
  await o.w.send(ackOf(o.w.take()));
  assert.equal(await outcome, 'acknowledged');
  await close(o);
});
