import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { NO_BYTES, decodeUtf8, encodeUtf8, toHex } from '../../../src/base/bytes';
import { millis } from '../../../src/base/clock';
import { isOperationError } from '../../../src/base/errors';
import { Codes } from '../../../src/coap/code';
import type { CoapRequest } from '../../../src/coap/exchange';
import { OptionNumbers } from '../../../src/coap/option';
import { findTexts, textOption, uintOption } from '../../../src/coap/optionValue';
import { encodeStreamMessage, type StreamMessage } from '../../../src/coap/streamMessage';
import { BASE_CSM, BERT_CSM, OURS, answers, called, calling, says, slow } from './stream';

const get: CoapRequest = { method: Codes.GET, path: ['3', '0'] };
const hex = (message: StreamMessage) => toHex(encodeStreamMessage(message));
const plain = (text: string) => text.replace(/ /g, '');
const code = (wanted: string) => (error: unknown) => isOperationError(error, wanted);
const empty = (number: number) => ({ number, value: NO_BYTES });

describe('capabilities', () => {
  test('go before the first request, whose answer is not waited for with it', async () => {
    const c = called();
    const asking = c.endpoint.request(c.peer, get);
    await c.clock.advance(0);
    assert.equal(hex(c.take()), plain(OURS));
    const request = c.take();
    assert.deepEqual(findTexts(request.options, OptionNumbers.URI_PATH), ['3', '0']);
    await c.send(BASE_CSM, answers(request, Codes.CONTENT, [], encodeUtf8('on')));
    assert.equal(decodeUtf8((await asking).body), 'on');
    await c.close();
  });

  test('and a registration in one segment: it is taken, and ours go out before its answer', async () => {
    const taken: string[] = [];
    const c = await calling({
      csm: undefined,
      service: {
        handle: ({ path, query }) => {
          taken.push(`/${path.join('/')}?${query.join('&')}`);
          return { code: Codes.CREATED, locationPath: ['rd', '1'] };
        },
      },
    });
    const registration = says(
      Codes.POST,
      [9],
      [textOption(OptionNumbers.URI_PATH, 'rd'), textOption(OptionNumbers.URI_QUERY, 'ep=a')],
      encodeUtf8('</3/0>'),
    );
    await c.send(BASE_CSM, registration);
    assert.deepEqual(taken, ['/rd?ep=a']);
    assert.equal(hex(c.take()), plain(OURS));
    const answer = c.take();
    assert.equal(answer.code, Codes.CREATED);
    assert.deepEqual([...answer.token], [9]);
    await c.close();
  });

  test('may come again and change what the peer takes', async () => {
    const c = await calling({ csm: BERT_CSM });
    const body = new Uint8Array(4096);
    const asking = c.endpoint.request(c.peer, { ...get, method: Codes.PUT, body });
    await c.clock.advance(0);
    const whole = c.take();
    assert.equal(whole.payload.length, 4096);
    await c.send(answers(whole, Codes.CHANGED), '30e1 220480');
    await asking;
    void c.endpoint.request(c.peer, { ...get, method: Codes.PUT, body }).catch(() => undefined);
    await c.clock.advance(0);
    assert.equal(c.take().payload.length, 1024);
    await c.close();
  });

  const refused: readonly [string, string, string, string][] = [
    ['a request before them', '0101 07', '', 'the first message has to be a CSM'],
    ['a critical option in them', '10e1 30', '21 03', 'critical option 3 of a 7.01 is not understood'],
    ['a size of five bytes', '60e1 250000000001', '21 02', 'Max-Message-Size has 5 bytes'],
    [
      'a critical option in a ping',
      `${BASE_CSM} 10e2 10`,
      '',
      'critical option 1 of a 7.02 is not understood',
    ],
    ['a reserved token length', '0900', '', 'token length 9 is reserved'],
    ['options that are none', `${BASE_CSM} 1001 f0`, '', 'option delta 15 is reserved'],
    ['a longer message than we take', `${BASE_CSM} e0 40f3 01`, '', 'Message too large'],
  ];
  for (const [name, bytes, option, why] of refused) {
    test(`${name}: the connection is aborted`, async () => {
      const c = await calling({ csm: undefined });
      await c.send(bytes);
      assert.equal(hex(c.take()), plain(OURS));
      const abort = c.take();
      assert.equal(abort.code, Codes.ABORT);
      assert.equal(decodeUtf8(abort.payload), why);
      assert.equal(hex({ ...abort, payload: NO_BYTES }).slice(4), plain(option));
      assert.equal(c.ended(), true);
      assert.deepEqual(c.sent, []);
      assert.equal(c.clock.timers, 0);
    });
  }

  test('a message of exactly our size is taken', async () => {
    const c = await calling({ service: { handle: ({ body }) => ({ code: Codes.CHANGED, body }) } });
    const message = says(Codes.PUT, [1], [], new Uint8Array(16_896 - 6));
    assert.equal(encodeStreamMessage(message).length, 16_896);
    await c.send(message);
    assert.equal(c.take().code, Codes.CHANGED);
    await c.close();
  });

  test('that do not come end the connection after half a minute', async () => {
    const c = await calling({ csm: undefined });
    await c.send('0000');
    assert.equal(hex(c.take()), plain(OURS));
    await c.clock.advance(29_999);
    assert.equal(c.ended(), false);
    await c.clock.advance(2);
    assert.equal(decodeUtf8(c.take().payload), 'no capabilities came');
    assert.equal(c.ended(), true);
    assert.equal(c.clock.timers, 0);
  });

  test('options and signals that nobody knows, and that may be ignored, are', async () => {
    const c = await calling({ csm: '60e1 220480 20 2101 ' });
    await c.send('01ef 05', '0000', '0065', '0123 07');
    await c.send('01e2 05');
    assert.equal(hex(c.take()), '01e305');
    assert.deepEqual(c.sent, []);
    await c.close();
  });
});

describe('ping', () => {
  test('ours is a 7.02 without a token, which libcoap would not send back; its answer a 7.03 without', async () => {
    const c = await calling();
    const pinging = c.endpoint.ping(c.peer);
    await c.clock.advance(0);
    const ping = c.take();
    assert.equal(ping.code, Codes.PING);
    let answered = false;
    void pinging.then(() => (answered = true));
    await c.send(says(Codes.PONG, [1, 2]));
    assert.equal(answered, false);
    await c.send(says(Codes.PONG, ping.token));
    assert.equal(answered, true);
    await c.close();
  });

  test('unanswered is a TIMEOUT', async () => {
    const c = await calling();
    const refused = assert.rejects(c.endpoint.ping(c.peer, { stallTimeout: millis(500) }), code('TIMEOUT'));
    await c.clock.advance(501);
    await refused;
    await c.close();
  });

  test('theirs with Custody is answered once all before it is', async () => {
    const service = slow();
    const c = await calling({ service });
    await c.send(says(Codes.GET, [1]), says(Codes.PING, [7], [empty(2)]), says(Codes.GET, [2]));
    assert.deepEqual(c.sent, []);
    await c.send(says(Codes.PING, [8]));
    assert.equal(hex(c.take()), '01e308', 'without Custody at once');
    service.waiting[0]?.answer({ code: Codes.CONTENT });
    await c.clock.advance(0);
    assert.deepEqual(c.sent.splice(0).map(hex), ['014501', '11e30720']);
    await c.send(says(Codes.PING, [9], [empty(2)]));
    service.waiting[1]?.answer({ code: Codes.CONTENT });
    await c.clock.advance(0);
    assert.deepEqual(c.sent.splice(0).map(hex), ['014502', '11e30920']);
    await c.send(says(Codes.PING, [10], [empty(2)]));
    assert.equal(hex(c.take()), '11e30a20', 'nothing to wait for');
    await c.close();
  });

  test('theirs with Custody wait in a bounded number', async () => {
    const c = await calling({ service: slow() });
    await c.send(says(Codes.GET, [1]));
    await c.send(...Array.from({ length: 10 }, (_, n) => says(Codes.PING, [n], [empty(2)])));
    assert.deepEqual(c.sent.map(hex), ['01e308', '01e309']);
    await c.close();
  });
});

describe('the end of a connection', () => {
  test('released by the peer: what was begun is finished, nothing new begins, and we end it', async () => {
    const service = slow();
    const c = await calling({ service, endpoint: { nstart: 1 } });
    await c.send(says(Codes.GET, [1]));
    const first = c.endpoint.request(c.peer, get);
    const queued = assert.rejects(c.endpoint.request(c.peer, get), code('CONNECTION_CLOSED'));
    await c.clock.advance(0);
    const request = c.take();
    const { peer } = c;
    await c.send(
      says(Codes.RELEASE, [], [textOption(2, '10.0.0.7:5683'), uintOption(4, 30)], encodeUtf8('moving')),
    );
    await queued;
    await assert.rejects(c.endpoint.request(peer, get), (error: unknown) => {
      assert.ok(isOperationError(error, 'CONNECTION_CLOSED'));
      assert.match(error.message, /"moving".*10\.0\.0\.7:5683.*not again within 30 s/);
      return true;
    });
    await c.send(answers(request, Codes.CONTENT));
    assert.equal((await first).code, Codes.CONTENT);
    assert.equal(c.ended(), false, 'we still owe an answer');
    service.waiting[0]?.answer({ code: Codes.CONTENT });
    await c.clock.advance(0);
    assert.equal(hex(c.take()), '014501');
    assert.equal(c.ended(), true);
    assert.equal(c.clock.timers, 0);
  });

  test('released with nothing outstanding: at once', async () => {
    const c = await calling();
    await c.send(says(Codes.RELEASE));
    assert.equal(c.ended(), true);
    assert.deepEqual(c.sent, []);
  });

  test('aborted by the peer: requests fail with what it says, made harmless', async () => {
    const c = await calling();
    const refused = assert.rejects(c.endpoint.request(c.peer, get), (error: unknown) => {
      assert.ok(isOperationError(error, 'CONNECTION_CLOSED'));
      assert.match(error.message, /over option 2 of our capabilities: "too \[2J big"/);
      return true;
    });
    await c.clock.advance(0);
    await c.send(says(Codes.ABORT, [], [uintOption(2, 2)], encodeUtf8('too \u001b[2J\u202e big')));
    await refused;
    assert.equal(c.ended(), true);
    assert.equal(c.clock.timers, 0);
  });

  test('by the peer hanging up: requests and pings fail, those that wait too, and bodies under way are dropped', async () => {
    let aborted = 0;
    const c = await calling({
      endpoint: { nstart: 1 },
      service: {
        receiveBody: () => ({
          write: () => undefined,
          close: () => Promise.resolve(),
          abort: () => {
            aborted++;
            return Promise.resolve();
          },
        }),
        handle: () => ({ code: Codes.CHANGED }),
      },
    });
    await c.send(says(Codes.PUT, [1], [uintOption(OptionNumbers.BLOCK1, 8)], new Uint8Array(16)));
    assert.equal(c.take().code, Codes.CONTINUE);
    const failures = [
      c.endpoint.request(c.peer, get),
      c.endpoint.request(c.peer, get),
      c.endpoint.ping(c.peer),
    ].map((asked) => assert.rejects(asked, code('CONNECTION_CLOSED')));
    await c.clock.advance(0);
    await c.hangUp();
    await Promise.all(failures);
    assert.equal(aborted, 1);
    await c.close();
  });

  test('a request to a peer whose connection has ended fails, and does not wait', async () => {
    const c = await calling();
    const { peer } = c;
    await c.hangUp();
    const refused = assert.rejects(c.endpoint.request(peer, get), code('CONNECTION_CLOSED'));
    await c.clock.advance(0);
    await refused;
    await c.close();
  });

  test('an answer that comes after it goes nowhere', async () => {
    const service = slow();
    const c = await calling({ service });
    await c.send(says(Codes.GET, [1]));
    await c.hangUp();
    service.waiting[0]?.answer({ code: Codes.CONTENT });
    await c.clock.advance(0);
    assert.deepEqual(c.sent, []);
    assert.equal(c.clock.timers, 0);
  });

  test('by our closing the endpoint: a release goes out first', async () => {
    const c = await calling();
    await c.endpoint.close();
    await c.clock.advance(0);
    assert.equal(c.take().code, Codes.RELEASE);
    assert.equal(c.ended(), true);
  });

  test('a forgotten peer keeps its connection', async () => {
    const c = await calling();
    const refused = assert.rejects(c.endpoint.request(c.peer, get), /deregistered/);
    await c.clock.advance(0);
    c.take();
    c.endpoint.forget(c.peer, new Error('deregistered'));
    await refused;
    assert.equal(c.ended(), false);
    await c.send('01e2 05');
    assert.equal(hex(c.take()), '01e305');
    await c.close();
  });
});
