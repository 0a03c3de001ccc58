import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { NO_BYTES, decodeUtf8, encodeUtf8 } from '../../../src/base/bytes';
import { OperationError, isOperationError } from '../../../src/base/errors';
import { Codes } from '../../../src/coap/code';
import type { CoapRequest, CoapResponse, Observation } from '../../../src/coap/exchange';
import { MessageTypes, type Message } from '../../../src/coap/message';
import { isFresher } from '../../../src/coap/observation';
import { OptionNumbers, type CoapOption } from '../../../src/coap/option';
import { findOption, findUint, uintOption } from '../../../src/coap/optionValue';
import { pattern } from './pair';
import { answerTo, block2, block2Of, con } from './rows/scriptedPeer';
import { wire, type Wire } from './wire';

const request: CoapRequest = { method: Codes.GET, path: ['3', '0', '9'] };
const observe = (sequence: number): CoapOption => uintOption(OptionNumbers.OBSERVE, sequence);
const sequenceOf = (message: Message) => findUint(message.options, OptionNumbers.OBSERVE);
const text = (body: Uint8Array | undefined) => decodeUtf8(body ?? NO_BYTES);

interface Observing {
  readonly w: Wire;
  readonly observation: Observation;
  readonly token: number[];
  /** What was told, as text. */
  readonly told: (string | undefined)[];
  readonly ends: string[];
  /** Sends a confirmable notification and gives what it was answered with. */
  notify(sequence: number | undefined, body: string, code?: number): Promise<Message>;
}

/** An observation that the scripted peer granted with sequence number `first`. */
async function observing(first = 10, asked: CoapRequest = request): Promise<Observing> {
  const w = wire();
  const asking = w.endpoint.observe(w.peer, asked);
  await w.clock.advance(0);
  const registration = w.take();
  assert.equal(sequenceOf(registration), 0);
  await w.send(answerTo(registration, Codes.CONTENT, [observe(first)], encodeUtf8('first')));
  const { response, observation } = await asking;
  assert.equal(text(response.body), 'first');
  assert.ok(observation);
  const told: (string | undefined)[] = [];
  const ends: string[] = [];
  observation.onNotification((notification) => told.push(text(notification.response.body)));
  observation.onEnd(({ reason }) => ends.push(reason));
  const token = [...registration.token];
  let messageId = 500;
  const notify = async (sequence: number | undefined, body: string, code: number = Codes.CONTENT) => {
    const options = sequence === undefined ? [] : [observe(sequence)];
    await w.send(con(code, messageId++, token, options, encodeUtf8(body)));
    return w.take();
  };
  return { w, observation, token, told, ends, notify };
}

const end = async ({ w }: Observing): Promise<void> => {
  await w.endpoint.close();
  assert.equal(w.clock.timers, 0);
};

describe('notifications', () => {
  test('come in their order; one that a newer has overtaken is acknowledged and not told', async () => {
    const o = await observing(10);
    for (const [sequence, body] of [
      [12, 'b'],
      [11, 'a'],
      [12, 'unchanged, by pmax'],
      [13, 'c'],
    ] as const) {
      assert.equal((await o.notify(sequence, body)).type, MessageTypes.ACK);
    }
    assert.deepEqual(o.told, ['b', 'unchanged, by pmax', 'c']);
    await end(o);
  });

  test('number round at 24 bits', async () => {
    const o = await observing(0xfffffe);
    await o.notify(1, 'after the turn');
    await o.notify(0xffffff, 'from before it');
    assert.deepEqual(o.told, ['after the turn']);
    await end(o);
  });

  test('after 128 s are newer whatever their number: the device may have started anew', async () => {
    const o = await observing(1000);
    await o.w.clock.advance(127_000);
    await o.notify(3, 'too soon');
    await o.w.clock.advance(2000);
    await o.notify(4, 'restarted');
    assert.deepEqual(o.told, ['restarted']);
    await end(o);
  });

  test('repeated are told once and acknowledged each time', async () => {
    const o = await observing();
    const message = con(Codes.CONTENT, 77, o.token, [observe(11)], encodeUtf8('x'));
    for (let i = 0; i < 3; i++) {
      await o.w.send(message);
      assert.equal(o.w.take().type, MessageTypes.ACK);
    }
    assert.deepEqual(o.told, ['x']);
    await end(o);
  });

  test('that came before anybody listened are kept for the first who does', async () => {
    const w = wire();
    const asking = w.endpoint.observe(w.peer, request);
    await w.clock.advance(0);
    const registration = w.take();
    await w.send(answerTo(registration, Codes.CONTENT, [observe(1)]));
    const { observation } = await asking;
    await w.send(con(Codes.CONTENT, 9, [...registration.token], [observe(2)], encodeUtf8('early')));
    const told: (string | undefined)[] = [];
    observation?.onNotification((notification) => told.push(text(notification.response.body)));
    assert.deepEqual(told, ['early']);
    await w.endpoint.close();
  });

  test('freshness by RFC 7641 §3.4', () => {
    assert.equal(isFresher(2, 0, 1, 0), true);
    assert.equal(isFresher(1, 0, 1, 0), true, 'the same again, under a new message ID');
    assert.equal(isFresher(1 + 0x7fffff, 0, 1, 0), true);
    assert.equal(isFresher(1 + 0x800000, 0, 1, 0), false);
    assert.equal(isFresher(1, 128_000, 2, 0), false);
    assert.equal(isFresher(1, 128_001, 2, 0), true);
  });
});

describe('an observation', () => {
  test('that the peer answered without granting it is none', async () => {
    const w = wire();
    const asking = w.endpoint.observe(w.peer, request);
    await w.clock.advance(0);
    const registration = w.take();
    await w.send(answerTo(registration, Codes.CONTENT, [], encodeUtf8('once')));
    const { response, observation } = await asking;
    assert.equal(text(response.body), 'once');
    assert.equal(observation, undefined);
    await w.send(con(Codes.CONTENT, 9, [...registration.token], [observe(2)]));
    assert.equal(w.take().type, MessageTypes.RST);
    await w.endpoint.close();
  });

  test('ends with the error that is its last notification', async () => {
    const o = await observing();
    await o.notify(undefined, 'gone', Codes.NOT_FOUND);
    assert.deepEqual(o.told, ['gone']);
    assert.deepEqual(o.ends, ['refused']);
    assert.equal((await o.notify(12, 'more')).type, MessageTypes.RST);
    await end(o);
  });

  test('ends with a notification that is none any more', async () => {
    const o = await observing();
    await o.notify(undefined, 'last value');
    assert.deepEqual(o.told, ['last value']);
    assert.deepEqual(o.ends, ['refused']);
    await end(o);
  });

  test('disposed of: the next notification is reset', async () => {
    const o = await observing();
    o.observation.dispose();
    assert.deepEqual(o.ends, ['cancelled']);
    assert.equal((await o.notify(11, 'x')).type, MessageTypes.RST);
    assert.deepEqual(o.told, []);
    await end(o);
  });

  test('cancelled by asking the peer: the same token and path, Observe 1', async () => {
    const o = await observing();
    const cancelling = o.observation.cancel();
    await o.w.clock.advance(0);
    const message = o.w.take();
    assert.equal(sequenceOf(message), 1);
    assert.deepEqual([...message.token], o.token);
    // On its way when the peer heard of it: told still, and not taken for the answer.
    await o.notify(11, 'meanwhile');
    await o.w.send(answerTo(message, Codes.CONTENT, [], encodeUtf8('final')));
    assert.equal(text((await cancelling).body), 'final');
    assert.deepEqual(o.told, ['meanwhile']);
    assert.deepEqual(o.ends, ['cancelled']);
    await end(o);
  });

  test('forgotten with its peer', async () => {
    const o = await observing();
    o.w.endpoint.forget(o.w.peer, new OperationError('GONE', 'deregistered'));
    assert.deepEqual(o.ends, ['forgotten']);
    assert.equal((await o.notify(11, 'x')).type, MessageTypes.RST);
    await end(o);
  });

  test('given up by its signal before it was granted: a late answer finds nobody', async () => {
    const w = wire();
    const control = new AbortController();
    const asking = w.endpoint.observe(w.peer, request, { signal: control.signal });
    const failed = assert.rejects(asking, (error) => isOperationError(error, 'ABORTED'));
    await w.clock.advance(0);
    const registration = w.take();
    control.abort();
    await failed;
    await w.send(answerTo(registration, Codes.CONTENT, [observe(1)]));
    await w.send(con(Codes.CONTENT, 9, [...registration.token], [observe(2)]));
    assert.equal(w.take().type, MessageTypes.RST);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('by FETCH says in its cancellation what it observes, as at the start', async () => {
    const fetch: CoapRequest = {
      method: Codes.FETCH,
      path: [],
      contentFormat: 110,
      body: encodeUtf8('[{"n":"/3/0/9"}]'),
    };
    const o = await observing(1, fetch);
    const cancelling = o.observation.cancel();
    await o.w.clock.advance(0);
    const message = o.w.take();
    assert.equal(message.code, Codes.FETCH);
    assert.equal(text(message.payload), '[{"n":"/3/0/9"}]');
    assert.equal(sequenceOf(message), 1);
    await o.w.send(answerTo(message, Codes.CONTENT));
    await cancelling;
    await end(o);
  });
});

describe('a notification longer than a block', () => {
  const etag = (n: number): CoapOption => ({ number: OptionNumbers.ETAG, value: Uint8Array.of(n) });
  const blockOf = (o: Observing, sequence: number, body: Uint8Array, tag: number) =>
    o.w.send(
      con(
        Codes.CONTENT,
        900 + sequence,
        o.token,
        [etag(tag), observe(sequence), block2(0, true, 2)],
        body.subarray(0, 64),
      ),
    );
  const rest = (ask: Message, body: Uint8Array, tag: number): Message => {
    const num = block2Of(ask)?.num ?? 0;
    const part = body.subarray(num * 64, num * 64 + 64);
    const more = num * 64 + 64 < body.length;
    return answerTo(ask, Codes.CONTENT, [etag(tag), block2(num, more, 2)], part);
  };

  test('is fetched to its end, without Observe and under other tokens', async () => {
    const o = await observing();
    const bodies: CoapResponse[] = [];
    o.observation.onNotification((n) => bodies.push(n.response));
    const body = pattern(150);
    await blockOf(o, 11, body, 1);
    assert.equal(o.w.take().type, MessageTypes.ACK);
    for (const num of [1, 2]) {
      const ask = o.w.take();
      assert.equal(findOption(ask.options, OptionNumbers.OBSERVE), undefined);
      assert.notDeepEqual([...ask.token], o.token);
      assert.deepEqual(block2Of(ask), { num, more: false, szx: 2 });
      await o.w.send(rest(ask, body, 1));
    }
    assert.deepEqual(bodies[0]?.body, body);
    assert.equal(bodies[0]?.observe, 11);
    await end(o);
  });

  test('is given up for a newer one', async () => {
    const o = await observing();
    const bodies: Uint8Array[] = [];
    o.observation.onNotification((n) => bodies.push(n.response.body));
    await blockOf(o, 11, pattern(150), 1);
    o.w.take();
    const old = o.w.take();
    const newer = pattern(100, 3);
    await blockOf(o, 12, newer, 2);
    assert.equal(o.w.take().type, MessageTypes.ACK);
    const ask = o.w.take();
    await o.w.send(rest(old, pattern(150), 1));
    await o.w.send(rest(ask, newer, 2));
    assert.deepEqual(bodies, [newer]);
    await end(o);
  });

  test('that changes while it is fetched is fetched anew', async () => {
    const o = await observing();
    const bodies: Uint8Array[] = [];
    o.observation.onNotification((n) => bodies.push(n.response.body));
    const newer = pattern(100, 3);
    await blockOf(o, 11, pattern(150), 1);
    o.w.take();
    await o.w.send(rest(o.w.take(), newer, 2));
    const again = o.w.take();
    assert.equal(block2Of(again)?.num, 0);
    await o.w.send(rest(again, newer, 2));
    await o.w.send(rest(o.w.take(), newer, 2));
    assert.deepEqual(bodies, [newer]);
    await end(o);
  });
});
