import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { decodeUtf8, encodeUtf8 } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import type { CoapRequest, Observer } from '../../../src/coap/exchange';
import { OptionNumbers } from '../../../src/coap/option';
import { findTexts, findUint, uintOption } from '../../../src/coap/optionValue';
import type { StreamMessage } from '../../../src/coap/streamMessage';
import { answers, calling, says } from './stream';

const request: CoapRequest = { method: Codes.GET, path: ['3', '0', '9'] };
const observe = (sequence: number) => uintOption(OptionNumbers.OBSERVE, sequence);
const observeOf = (message: StreamMessage) => findUint(message.options, OptionNumbers.OBSERVE);

/** An observation that the scripted peer granted. */
async function observing() {
  const c = await calling();
  const asking = c.endpoint.observe(c.peer, request);
  await c.clock.advance(0);
  const registration = c.take();
  assert.equal(observeOf(registration), 0);
  await c.send(answers(registration, Codes.CONTENT, [observe(5)], encodeUtf8('first')));
  const { observation } = await asking;
  assert.ok(observation);
  const told: (string | undefined)[] = [];
  observation.onNotification(({ response }) => told.push(decodeUtf8(response.body)));
  observation.onEnd(({ reason }) => told.push(reason));
  const notification = (sequence: number, text: string) =>
    says(Codes.CONTENT, registration.token, [observe(sequence)], encodeUtf8(text));
  return { c, observation, registration, told, notification };
}

describe('an observation in a connection', () => {
  test('tells notifications as they come, whatever their numbers; none is acknowledged', async () => {
    const { c, told, notification } = await observing();
    await c.send(notification(9, 'a'), notification(3, 'b'), notification(0, 'c'));
    await c.send(notification(0, 'd'));
    assert.deepEqual(told, ['a', 'b', 'c', 'd']);
    assert.equal(c.sent.length, 0);
    await c.close();
  });

  test('is cancelled by a GET with Observe 1 and its token', async () => {
    const { c, observation, registration, told, notification } = await observing();
    const cancelling = observation.cancel();
    await c.clock.advance(0);
    const deregistration = c.take();
    assert.equal(observeOf(deregistration), 1);
    assert.deepEqual(deregistration.token, registration.token);
    await c.send(notification(6, 'crossed'), answers(deregistration, Codes.CONTENT, [], encodeUtf8('last')));
    assert.equal(decodeUtf8((await cancelling).body), 'last');
    assert.deepEqual(told, ['crossed', 'cancelled']);
    await c.close();
  });

  test('that nobody wants any more is deregistered; what still comes of it is answered by nothing', async () => {
    const { c, observation, registration, told, notification } = await observing();
    observation.dispose();
    await c.clock.advance(0);
    const deregistration = c.take();
    assert.equal(observeOf(deregistration), 1);
    assert.deepEqual(findTexts(deregistration.options, OptionNumbers.URI_PATH), ['3', '0', '9']);
    assert.deepEqual(deregistration.token, registration.token);
    await c.send(notification(6, 'late'), answers(deregistration, Codes.CONTENT), notification(7, 'later'));
    assert.equal(c.sent.length, 0);
    assert.deepEqual(told, ['cancelled']);
    observation.dispose();
    await c.clock.advance(0);
    assert.equal(c.sent.length, 0, 'once');
    await c.close();
  });

  test('ends with it', async () => {
    const { c, told } = await observing();
    await c.hangUp();
    assert.deepEqual(told, ['forgotten']);
    await c.close();
  });
});

describe('an observer in a connection', () => {
  const serving = async () => {
    const observers: Observer[] = [];
    let ends = 0;
    const c = await calling({
      service: {
        handle: (asked) => {
          const observer = asked.observed();
          if (observer) observers.push(observer);
          observer?.onEnd(() => ends++);
          return { code: Codes.CONTENT, body: encodeUtf8('now') };
        },
      },
    });
    await c.send(says(Codes.GET, [7], [observe(0)]));
    assert.notEqual(observeOf(c.take()), undefined);
    const [observer] = observers;
    assert.ok(observer);
    return { c, observer, ends: () => ends };
  };

  test('is notified in order, and nothing is waited for', async () => {
    const { c, observer } = await serving();
    for (const text of ['a', 'b', 'c']) {
      assert.equal(await observer.notify({ code: Codes.CONTENT, body: encodeUtf8(text) }), 'sent');
    }
    await c.clock.advance(0);
    assert.deepEqual(
      c.sent.splice(0).map(({ token, payload }) => [...token, decodeUtf8(payload)]),
      [
        [7, 'a'],
        [7, 'b'],
        [7, 'c'],
      ],
    );
    await c.close();
  });

  test('leaves by Observe 1', async () => {
    const { c, observer, ends } = await serving();
    await c.send(says(Codes.GET, [7], [observe(1)]));
    assert.equal(observeOf(c.take()), undefined);
    assert.equal(ends(), 1);
    assert.equal(await observer.notify({ code: Codes.CONTENT }), 'ended');
    await c.close();
  });

  test('leaves with it', async () => {
    const { c, observer, ends } = await serving();
    await c.hangUp();
    assert.equal(ends(), 1);
    assert.equal(await observer.notify({ code: Codes.CONTENT }), 'ended');
    await c.close();
  });
});
