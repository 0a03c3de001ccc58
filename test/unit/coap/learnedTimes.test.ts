import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { Codes } from '../../../src/coap/code';
import type { Message } from '../../../src/coap/message';
import { answerTo } from './rows/scriptedPeer';
import { wire, type Wire } from './wire';

const request = { method: Codes.GET, path: ['x'] };

/** Asks, and answers after `delay` every time the question was sent by then. Gives how often that was. */
async function exchange(w: Wire, delay: number): Promise<number> {
  const asking = w.endpoint.request(w.peer, request);
  await w.clock.advance(delay);
  const sendings = w.sent.splice(0);
  for (const sending of sendings) await w.send(answerTo(sending, Codes.CONTENT));
  await asking;
  return sendings.length;
}

/** The times, from the first, at which an unanswered question is sent within `duration`. */
async function repeats(w: Wire, duration: number): Promise<readonly number[]> {
  const control = new AbortController();
  const start = w.clock.now();
  const times: number[] = [];
  const asking = w.endpoint.request(w.peer, request, {
    signal: control.signal,
    onTransmit: () => times.push(w.clock.now() - start),
  });
  asking.catch(() => undefined);
  await w.clock.advance(duration);
  control.abort();
  await w.clock.advance(0);
  w.sent.length = 0;
  return times;
}

const between = (value: number | undefined, low: number, high: number): void =>
  assert.ok(value !== undefined && value >= low && value <= high, `${value} is not in ${low}…${high}`);

describe('an unanswered message is sent again', () => {
  test('to a peer nobody knows after 2 to 3 s, then twice as long each time (RFC 7252 §4.8)', async () => {
    const w = wire();
    const [first, second, third] = await repeats(w, 30_000);
    assert.equal(first, 0);
    between(second, 2000, 3000);
    assert.ok(second !== undefined && third !== undefined);
    assert.ok(Math.abs(third - 3 * second) < 1, `${second}, ${third}`);
    await w.endpoint.close();
  });

  test('to a peer 100 ms away after little more than that, then three times as long each time', async () => {
    const w = wire();
    for (let i = 0; i < 20; i++) assert.equal(await exchange(w, 100), 1);
    const [, second, third] = await repeats(w, 3000);
    between(second, 150, 240);
    assert.ok(second !== undefined && third !== undefined);
    assert.ok(Math.abs(third - 4 * second) < 1, `${second}, ${third}`);
    await w.endpoint.close();
  });

  test('later where the peer was late: it erases its flash', async () => {
    const w = wire();
    for (let i = 0; i < 20; i++) await exchange(w, 100);
    // Sent twice or three times before the first answer; all of them are answered.
    for (let i = 0; i < 6; i++) await exchange(w, 500);
    assert.equal(await exchange(w, 500), 1, 'by now it is waited for');
    await w.endpoint.close();
    assert.equal(w.clock.timers, 0);
  });

  test('and its second answer, to what needed no sending, teaches nothing', async () => {
    const answeredTwice = wire();
    const answeredOnce = wire();
    for (const w of [answeredTwice, answeredOnce]) {
      for (let i = 0; i < 20; i++) await exchange(w, 100);
      const asking = w.endpoint.request(w.peer, request);
      await w.clock.advance(300);
      const [original, again] = w.sent.splice(0) as [Message, Message];
      await w.send(answerTo(original, Codes.CONTENT));
      await asking;
      await w.clock.advance(100);
      if (w === answeredTwice) await w.send(answerTo(again, Codes.CONTENT));
    }
    assert.deepEqual(await repeats(answeredTwice, 3000), await repeats(answeredOnce, 3000));
    await answeredTwice.endpoint.close();
    await answeredOnce.endpoint.close();
  });

  test('the later the longer nothing was heard of the peer: it may have to wake', async () => {
    for (const [silence, low, high] of [
      [1000, 150, 240],
      [3500, 300, 480],
      [60_000, 1200, 1900],
      [290_000, 1200, 1900],
    ] as const) {
      const w = wire();
      for (let i = 0; i < 20; i++) await exchange(w, 100);
      await w.clock.advance(silence);
      const [, second] = await repeats(w, 3000);
      between(second, low, high);
      await w.endpoint.close();
    }
  });
});

test('shorter times do not mean giving up sooner: the stall time ends it, after many sendings', async () => {
  const w = wire();
  for (let i = 0; i < 20; i++) await exchange(w, 100);
  const start = w.clock.now();
  let sendings = 0;
  const asking = w.endpoint.request(w.peer, request, { onTransmit: () => sendings++ });
  const failed = assert.rejects(asking);
  await w.clock.advance(92_900);
  let over = false;
  void failed.then(() => (over = true));
  await w.clock.advance(0);
  assert.equal(over, false);
  await w.clock.advance(200);
  await failed;
  assert.ok(w.clock.now() - start >= 93_000);
  assert.ok(sendings > 4, `${sendings}`);
  await w.endpoint.close();
  assert.equal(w.clock.timers, 0);
});
