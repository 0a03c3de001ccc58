import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { millis, seconds } from '../../../src/base/clock';
import { OperationError, isOperationError } from '../../../src/base/errors';
import { NO_BYTES, encodeUtf8 } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import type { OutgoingResponse } from '../../../src/coap/exchange';
import { MessageTypes, encodeMessage, type Message } from '../../../src/coap/message';
import { sleep } from '../../../src/base/clock';
import { ackOf, answerTo, con, path } from './rows/scriptedPeer';
import { wire } from './wire';

const get = (segment: string) => ({ method: Codes.GET, path: [segment] });
const code = (expected: string) => (error: unknown) => isOperationError(error, expected);
const rst = (to: Message): Message => ({ ...ackOf(to), type: MessageTypes.RST });

describe('a confirmable request', () => {
  test('without any answer is sent again, the same bytes, ever later, and ends by time', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, get('x'));
    const failed = assert.rejects(asking, code('TIMEOUT'));
    await w.clock.advance(92_000);
    const [first, ...repeats] = w.sent;
    assert.ok(first);
    assert.ok(repeats.length >= 4, `${repeats.length} repeats`);
    for (const repeat of repeats) assert.deepEqual(encodeMessage(repeat), encodeMessage(first));
    await w.clock.advance(1100);
    await failed;
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('answered separately: the acknowledgement ends the repetition and starts the wait anew', async () => {
    const w = wire();
    let acknowledged = 0;
    const asking = w.endpoint.request(w.peer, get('flash'), { onAcknowledged: () => acknowledged++ });
    await w.clock.advance(60_000);
    const request = w.take();
    w.sent.length = 0;
    await w.send(ackOf(request));
    assert.equal(acknowledged, 1);
    await w.clock.advance(90_000);
    assert.deepEqual(w.sent, []);
    await w.send(con(Codes.CONTENT, 77, [...request.token], [], encodeUtf8('done')));
    assert.equal(w.take().type, MessageTypes.ACK);
    assert.equal((await asking).body.length, 4);
    await w.endpoint.close();
  });

  test('acknowledged but never answered ends after the stall time', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, get('x'), { stallTimeout: seconds(10) });
    const failed = assert.rejects(asking, code('TIMEOUT'));
    await w.clock.advance(5000);
    await w.send(ackOf(w.take()));
    await w.clock.advance(9000);
    let over = false;
    void failed.then(() => (over = true));
    await w.clock.advance(0);
    assert.equal(over, false);
    await w.clock.advance(1500);
    await failed;
    await w.endpoint.close();
  });

  test('its response may come before its acknowledgement', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, get('x'));
    await w.clock.advance(0);
    const request = w.take();
    await w.send({ ...con(Codes.CONTENT, 5, [...request.token]), type: MessageTypes.NON });
    assert.equal((await asking).code, Codes.CONTENT);
    await w.clock.advance(10_000);
    assert.deepEqual(w.sent, [], 'nothing is sent again');
    await w.endpoint.close();
  });

  test('reset', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, get('x'));
    const failed = assert.rejects(asking, code('RESET'));
    await w.clock.advance(0);
    await w.send(rst(w.take()));
    await failed;
    await w.endpoint.close();
  });

  test('an acknowledgement with the wrong token answers nothing', async () => {
    const w = wire();
    const asking = w.endpoint.request(w.peer, get('x'));
    await w.clock.advance(0);
    const request = w.take();
    await w.send({ ...answerTo(request, Codes.CONTENT), token: Uint8Array.of(1, 2, 3) });
    await w.send(answerTo(request, Codes.NOT_FOUND));
    assert.equal((await asking).code, Codes.NOT_FOUND);
    await w.endpoint.close();
  });

  test('cancelled by its signal, before and after it went out', async () => {
    const w = wire();
    const control = new AbortController();
    const { signal } = control;
    const first = assert.rejects(w.endpoint.request(w.peer, get('a'), { signal }), code('ABORTED'));
    const second = assert.rejects(w.endpoint.request(w.peer, get('b'), { signal }), code('ABORTED'));
    await w.clock.advance(0);
    assert.equal(w.sent.length, 1);
    control.abort();
    await Promise.all([first, second]);
    await w.clock.advance(20_000);
    assert.equal(w.sent.length, 1, 'the one that waited never went out');
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('given up with its peer; what waited behind it is not sent', async () => {
    const w = wire();
    const error = new OperationError('GONE', 'deregistered');
    const first = assert.rejects(w.endpoint.request(w.peer, get('a')), code('GONE'));
    const second = assert.rejects(w.endpoint.request(w.peer, get('b')), code('GONE'));
    await w.clock.advance(0);
    w.endpoint.forget(w.peer, error);
    await Promise.all([first, second]);
    assert.equal(w.sent.length, 1);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('closing ends it, and later requests are refused', async () => {
    const w = wire();
    const first = assert.rejects(w.endpoint.request(w.peer, get('a')), code('ABORTED'));
    await w.clock.advance(0);
    await w.endpoint.close();
    await first;
    await assert.rejects(w.endpoint.request(w.peer, get('b')), code('ABORTED'));
    assert.equal(w.clock.timers, 0);
  });
});

describe('many requests to one peer', () => {
  test('one is outstanding at a time (NSTART 1), in their order', async () => {
    const w = wire();
    const asking = ['a', 'b', 'c'].map((segment) => w.endpoint.request(w.peer, get(segment)));
    await w.clock.advance(0);
    for (const expected of ['a', 'b', 'c']) {
      assert.equal(w.sent.length, 1);
      const request = w.take();
      assert.equal(new TextDecoder().decode(request.options[0]?.value), expected);
      await w.send(answerTo(request, Codes.CONTENT));
    }
    await Promise.all(asking);
    await w.endpoint.close();
  });

  test('NSTART 3 has three', async () => {
    const w = wire(undefined, { nstart: 3 });
    for (const segment of ['a', 'b', 'c', 'd']) {
      w.endpoint.request(w.peer, get(segment)).catch(() => undefined);
    }
    await w.clock.advance(0);
    assert.equal(w.sent.length, 3);
    await w.endpoint.close();
  });

  test('a long body lets a short request in between its blocks', async () => {
    const w = wire();
    const body = new Uint8Array(4096);
    const push = w.endpoint.request(w.peer, { method: Codes.PUT, path: ['fw'], body });
    await w.clock.advance(0);
    const read = w.endpoint.request(w.peer, get('state'));
    await w.clock.advance(0);
    await w.send(answerTo(w.take(), Codes.CONTINUE, [blockOf(0)]));
    const between = w.take();
    assert.equal(between.code, Codes.GET);
    await w.send(answerTo(between, Codes.CONTENT));
    assert.equal((await read).code, Codes.CONTENT);
    assert.equal(w.take().code, Codes.PUT);
    push.catch(() => undefined);
    await w.endpoint.close();
  });

  test('requests, notifications and separate responses share one series of message IDs', async () => {
    const w = wire({
      handle: async () => {
        await sleep(w.clock, millis(500));
        return { code: Codes.CONTENT };
      },
    });
    const ids: number[] = [];
    w.endpoint.request(w.peer, get('a')).catch(() => undefined);
    await w.clock.advance(0);
    const first = w.take();
    ids.push(first.messageId);
    await w.send(answerTo(first, Codes.CONTENT));
    await w.send(con(Codes.GET, 1, [1], [path('slow')]));
    await w.clock.advance(510);
    assert.equal(w.take().code, Codes.EMPTY);
    const separate = w.take();
    ids.push(separate.messageId);
    await w.send(ackOf(separate));
    w.endpoint.request(w.peer, get('b')).catch(() => undefined);
    await w.clock.advance(0);
    ids.push(w.take().messageId);
    assert.deepEqual(
      ids.map((id) => (id - (ids[0] ?? 0)) & 0xffff),
      [0, 1, 2],
    );
    await w.endpoint.close();
  });
});

describe('a request that arrives', () => {
  test('again: it is answered alike and handled once', async () => {
    let handled = 0;
    const w = wire({ handle: () => ({ code: Codes.CREATED, body: encodeUtf8(String(++handled)) }) });
    const request = con(Codes.POST, 9, [1, 2], [path('rd')]);
    for (let i = 0; i < 3; i++) await w.send(request);
    assert.equal(handled, 1);
    assert.equal(w.sent.length, 3);
    assert.deepEqual(w.sent[1], w.sent[0]);
    await w.clock.advance(248_000);
    await w.send(request);
    assert.equal(handled, 2, 'after EXCHANGE_LIFETIME it is a new one');
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('with an ID that came round is told by its content', async () => {
    let handled = 0;
    const w = wire({ handle: () => ({ code: Codes.CHANGED, body: encodeUtf8(String(++handled)) }) });
    await w.send(con(Codes.POST, 9, [1], [path('a')]));
    await w.send(con(Codes.POST, 9, [2], [path('b')]));
    assert.equal(handled, 2);
    assert.deepEqual(w.sent[1]?.token, Uint8Array.of(2));
    await w.endpoint.close();
  });

  test('non-confirmable is answered so, and its duplicate ignored', async () => {
    let handled = 0;
    const w = wire({ handle: () => ({ code: Codes.CONTENT, body: encodeUtf8(String(++handled)) }) });
    const request = { ...con(Codes.GET, 9, [1], [path('x')]), type: MessageTypes.NON };
    await w.send(request);
    await w.send(request);
    assert.equal(handled, 1);
    assert.equal(w.sent.length, 1);
    assert.equal(w.take().type, MessageTypes.NON);
    await w.endpoint.close();
  });

  test('is acknowledged first where the handler takes its time, and answered in a message of its own', async () => {
    let answer: (response: OutgoingResponse) => void = () => undefined;
    const w = wire({ handle: () => new Promise((resolve) => (answer = resolve)) });
    const request = con(Codes.GET, 9, [1], [path('x')]);
    await w.send(request);
    assert.equal(w.sent.length, 0);
    await w.clock.advance(120);
    assert.equal(w.take().code, Codes.EMPTY);
    await w.send(request);
    assert.equal(w.take().code, Codes.EMPTY, 'the duplicate is acknowledged too');
    answer({ code: Codes.CONTENT });
    await w.clock.advance(0);
    const separate = w.take();
    assert.equal(separate.type, MessageTypes.CON);
    assert.deepEqual(separate.token, Uint8Array.of(1));
    await w.send(ackOf(separate));
    await w.clock.advance(60_000);
    assert.deepEqual(w.sent, []);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('is answered in its acknowledgement where the handler is quick, though asynchronous', async () => {
    const w = wire({ handle: () => Promise.resolve({ code: Codes.CONTENT }) });
    await w.send(con(Codes.GET, 9, [1], [path('x')]));
    const answer = w.take();
    assert.equal(answer.type, MessageTypes.ACK);
    assert.equal(answer.code, Codes.CONTENT);
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('is answered with 5.00 where the handler throws', async () => {
    const w = wire({
      handle: () => {
        throw new Error('a bug');
      },
    });
    await w.send(con(Codes.GET, 9, [1], [path('x')]));
    assert.equal(w.take().code, Codes.INTERNAL_SERVER_ERROR);
    await w.endpoint.close();
  });

  test('that can be no message is reset, where it is confirmable', async () => {
    const w = wire();
    const bad = con(0x07, 9, [1], [path('x')]);
    await w.send({ ...bad, code: 0x20 });
    assert.equal(w.take().type, MessageTypes.RST);
    await w.send({ ...bad, messageId: 10, code: 0x20, type: MessageTypes.NON });
    assert.deepEqual(w.sent, []);
    await w.endpoint.close();
  });
});

test('a notification nobody asked for is reset', async () => {
  const w = wire();
  const observe = { number: 6, value: Uint8Array.of(5) };
  await w.send(con(Codes.CONTENT, 1, [9, 9], [observe]));
  assert.equal(w.take().type, MessageTypes.RST);
  await w.send({ ...con(Codes.CONTENT, 2, [9, 9], [observe]), type: MessageTypes.NON });
  assert.equal(w.take().type, MessageTypes.RST);
  await w.endpoint.close();
});

test('a ping ends with the reset it provokes', async () => {
  const w = wire();
  const ping = w.endpoint.ping(w.peer);
  await w.clock.advance(0);
  const message = w.take();
  assert.equal(message.code, Codes.EMPTY);
  assert.deepEqual(message.payload, NO_BYTES);
  await w.send(rst(message));
  await ping;
  await w.endpoint.close();
  assert.equal(w.clock.timers, 0);
});

const blockOf = (num: number) => ({ number: 27, value: Uint8Array.of((num << 4) | 8 | 6) });
