import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { decodeUtf8, encodeUtf8 } from '../../../src/base/bytes';
import { millis } from '../../../src/base/clock';
import { isOperationError } from '../../../src/base/errors';
import { Codes } from '../../../src/coap/code';
import type { CoapRequest } from '../../../src/coap/exchange';
import { OptionNumbers } from '../../../src/coap/option';
import { findTexts, uintOption } from '../../../src/coap/optionValue';
import { decodeStreamMessage, type StreamMessage } from '../../../src/coap/streamMessage';
import { within } from './pair';
import { answers, calling, says, streamPair, slow } from './stream';

const get: CoapRequest = { method: Codes.GET, path: ['3', '0'] };
const code = (wanted: string) => (error: unknown) => isOperationError(error, wanted);

describe('requests and answers in a connection', () => {
  test('are matched by token, in whatever order they come; up to 16 go out at once', async () => {
    const c = await calling();
    const asked = Array.from({ length: 20 }, (_, n) =>
      c.endpoint.request(c.peer, { ...get, path: [`${n}`] }),
    );
    await c.clock.advance(0);
    const requests = c.sent.splice(0);
    assert.equal(requests.length, 16);
    const echo = (request: StreamMessage) =>
      answers(
        request,
        Codes.CONTENT,
        [],
        encodeUtf8(findTexts(request.options, OptionNumbers.URI_PATH).join('/')),
      );
    await c.send(...requests.reverse().map(echo));
    const rest = c.sent.splice(0);
    assert.equal(rest.length, 4);
    await c.send(...rest.map(echo));
    const bodies = (await Promise.all(asked)).map(({ body }) => decodeUtf8(body));
    assert.deepEqual(
      bodies,
      Array.from({ length: 20 }, (_, n) => `${n}`),
    );
    await c.close();
  });

  test('an answer with a token of another connection is not taken', async () => {
    const c = await calling();
    const asking = c.endpoint.request(c.peer, get, { stallTimeout: millis(1000) });
    await c.clock.advance(0);
    const request = c.take();
    await c.send(says(Codes.CONTENT, [...request.token].reverse()), says(Codes.CONTENT, [1]));
    const refused = assert.rejects(asking, code('TIMEOUT'));
    await c.clock.advance(1001);
    await refused;
    assert.deepEqual(c.sent, [], 'nothing is reset');
    await c.close();
  });

  test('no answer within the stall time is a TIMEOUT, and nothing is sent twice', async () => {
    const c = await calling();
    const asking = within(c.clock, 93_010, c.endpoint.request(c.peer, get), 1000);
    await assert.rejects(asking, code('TIMEOUT'));
    assert.equal(c.sent.length, 1);
    assert.equal(c.ended(), false);
    await c.close();
  });

  test('a cancelled request makes room for the next', async () => {
    const c = await calling({ endpoint: { nstart: 1 } });
    const abandon = new AbortController();
    const first = c.endpoint.request(c.peer, get, { signal: abandon.signal });
    const second = c.endpoint.request(c.peer, get);
    await c.clock.advance(0);
    assert.equal(c.sent.length, 1);
    abandon.abort();
    await assert.rejects(first, code('ABORTED'));
    await c.clock.advance(0);
    await c.send(answers(c.sent.pop() as StreamMessage, Codes.VALID));
    assert.equal((await second).code, Codes.VALID);
    await c.close();
  });

  test('an answer that takes a while is one message, without an acknowledgement before', async () => {
    const service = slow();
    const c = await calling({ service });
    await c.send(says(Codes.GET, [1]), says(Codes.GET, [2]));
    await c.clock.advance(5000);
    assert.equal(c.sent.length, 0);
    service.waiting[1]?.answer({ code: Codes.CONTENT });
    service.waiting[0]?.answer({ code: Codes.VALID });
    await c.clock.advance(0);
    assert.deepEqual(
      c.sent.splice(0).map((message) => [message.code, ...message.token]),
      [
        [Codes.CONTENT, 2],
        [Codes.VALID, 1],
      ],
    );
    await c.close();
  });

  test('a request with a critical option nobody knows is answered with 4.02', async () => {
    const c = await calling();
    await c.send(says(Codes.GET, [1], [uintOption(9999, 1)]));
    assert.equal(c.take().code, Codes.BAD_OPTION);
    await c.close();
  });

  test('more requests than can be worked on at once are refused for now', async () => {
    const service = slow();
    const c = await calling({ service });
    await c.send(...Array.from({ length: 300 }, (_, n) => says(Codes.GET, [n >> 8, n])));
    assert.equal(service.waiting.length, 256);
    assert.equal(c.sent.length, 44);
    assert.ok(c.sent.every((message) => message.code === Codes.SERVICE_UNAVAILABLE));
    for (const { answer } of service.waiting) answer({ code: Codes.CONTENT });
    await c.clock.advance(0);
    assert.equal(c.sent.length, 300);
    await c.close();
  });

  test('a request longer than the peer takes fails, and the connection goes on', async () => {
    const c = await calling({ csm: '20e1 2140' });
    const long = { ...get, query: ['x'.repeat(60)] };
    await assert.rejects(c.endpoint.request(c.peer, long), code('BODY_TOO_LARGE'));
    const asking = c.endpoint.request(c.peer, get);
    await c.clock.advance(0);
    await c.send(answers(c.take(), Codes.CONTENT));
    assert.equal((await asking).code, Codes.CONTENT);
    await c.close();
  });

  test('the wire is told whole messages, never twice, however the stream was cut', async () => {
    const told: string[] = [];
    const pair = streamPair({
      service: { handle: () => ({ code: Codes.CONTENT, body: new Uint8Array(300) }) },
      cut: (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)),
    });
    pair.client.onWire(({ direction, bytes, repeat }) => {
      const message = decodeStreamMessage(bytes);
      told.push(`${direction} ${message.ok ? message.value.code : '?'} ${repeat}`);
    });
    await within(pair.clock, 1000, pair.client.request(pair.toServer, get));
    assert.deepEqual(told, ['out 225 0', 'out 1 0', 'in 225 0', 'in 69 0']);
    await pair.close();
  });

  test('a listener that throws keeps nothing from the messages that follow', async () => {
    const c = await calling({ service: { handle: () => ({ code: Codes.CONTENT }) } });
    let left = 1;
    c.endpoint.onWire(() => {
      if (left-- > 0) throw new Error('a listener of the wire');
    });
    await c.send(says(Codes.GET, [1]), says(Codes.GET, [2]));
    assert.deepEqual(
      c.sent.map(({ token }) => token[0]),
      [2],
    );
    await c.close();
  });
});
