import assert from 'node:assert/strict';
import { concatBytes, encodeUtf8, equalBytes } from '../../../../src/base/bytes';
import { Codes } from '../../../../src/coap/code';
import { MessageTypes, type Message } from '../../../../src/coap/message';
import { OptionNumbers, type CoapOption } from '../../../../src/coap/option';
import { findOption, uintOption } from '../../../../src/coap/optionValue';
import { blockSizeOf } from '../../../../src/coap/exchange';
import { pattern } from '../pair';
import { row } from './row';
import {
  ackOf,
  answerTo,
  block1,
  block1Of,
  block2,
  block2Of,
  con,
  eventually,
  type ScriptedPeer,
} from './scriptedPeer';

const isRequest = (message: Message): boolean => message.code >= Codes.GET && message.code <= Codes.IPATCH;

/** The block of a body that a request asks for. */
function serveBlock(request: Message, body: Uint8Array, more: readonly CoapOption[] = []): Message {
  const { num, szx } = block2Of(request) ?? { num: 0, szx: 6 as const };
  const size = blockSizeOf(szx);
  const part = body.subarray(num * size, (num + 1) * size);
  const options = [...more, block2(num, (num + 1) * size < body.length, szx)];
  return answerTo(request, Codes.CONTENT, options, part);
}

/** Takes every block of a PUT and puts the body together. */
function collectBlocks(peer: ScriptedPeer, bodies: Uint8Array[]): (message: Message) => Message {
  let parts: Uint8Array[] = [];
  void peer;
  return (message) => {
    const { num, more, szx } = block1Of(message) ?? { num: 0, more: false, szx: 6 as const };
    if (num === 0) parts = [];
    parts.push(message.payload);
    if (!more) bodies.push(concatBytes(parts));
    return answerTo(message, more ? Codes.CONTINUE : Codes.CHANGED, [block1(num, more, szx)]);
  };
}

row('b: every block of a response comes twice', /the body is as it was served/, async (subject, peer) => {
  const body = pattern(5000);
  peer.answer = (message) => {
    if (!isRequest(message)) return [];
    const answer = serveBlock(message, body);
    return [answer, answer];
  };
  const answer = await subject.ask('GET', peer.port, '/image');
  assert.equal(answer.code, '2.05');
  assert.ok(equalBytes(answer.body, body), 'the body is as it was served');
});

row('b: the resource changes between two blocks', /the body is of one state/, async (subject, peer) => {
  const [before, after] = [pattern(3000, 1), pattern(3000, 2)];
  let asked = 0;
  peer.answer = (message) => {
    if (!isRequest(message)) return [];
    const old = asked++ < 2;
    const etag = { number: OptionNumbers.ETAG, value: Uint8Array.of(old ? 1 : 2) };
    return [serveBlock(message, old ? before : after, [etag])];
  };
  const answer = await subject.ask('GET', peer.port, '/image');
  assert.ok(equalBytes(answer.body, after), 'the body is of one state');
});

row(
  'c: every acknowledgement of a block comes twice',
  /Too many block re-transfers|each block went out once|2\.31/,
  async (subject, peer) => {
    const bodies: Uint8Array[] = [];
    const collect = collectBlocks(peer, bodies);
    let blocks = 0;
    peer.answer = (message) => {
      if (!isRequest(message)) return [];
      blocks++;
      const answer = collect(message);
      return [answer, answer];
    };
    const answer = await subject.ask('PUT', peer.port, '/fw', pattern(20_000));
    assert.equal(answer.code, '2.04');
    assert.equal(blocks, 20, 'each block went out once');
    assert.ok(equalBytes(bodies[0] ?? new Uint8Array(0), pattern(20_000)));
  },
);

row(
  'd: the first block is refused as too large, with a smaller size',
  /the body is as it was sent/,
  async (subject, peer) => {
    const bodies: Uint8Array[] = [];
    const collect = collectBlocks(peer, bodies);
    const tokens = new Set<string>();
    peer.answer = (message) => {
      if (!isRequest(message)) return [];
      tokens.add(message.token.join());
      const block = block1Of(message);
      return block && block.szx > 2
        ? [answerTo(message, Codes.REQUEST_ENTITY_TOO_LARGE, [block1(0, false, 2)])]
        : [collect(message)];
    };
    const answer = await subject.ask('PUT', peer.port, '/fw', pattern(3000));
    assert.equal(answer.code, '2.04');
    assert.ok(equalBytes(bodies[0] ?? new Uint8Array(0), pattern(3000)), 'the body is as it was sent');
    assert.equal(tokens.size, 2, 'the new beginning has a token of its own');
  },
);

row('e: 4.08 in the middle of a body is its answer', /4\.08/, async (subject, peer) => {
  const collect = collectBlocks(peer, []);
  peer.answer = (message) => {
    if (!isRequest(message)) return [];
    const block = block1Of(message);
    return block?.num === 2
      ? [answerTo(message, Codes.REQUEST_ENTITY_INCOMPLETE, [block1(2, true, 6)])]
      : [collect(message)];
  };
  const answer = await subject.ask('PUT', peer.port, '/fw', pattern(5000));
  assert.equal(answer.code, '4.08');
});

const observe = (sequence: number): CoapOption => uintOption(OptionNumbers.OBSERVE, sequence);

row(
  'f: a notification with the message ID of a request in flight',
  /never happened: the notification is told/,
  async (subject, peer) => {
    const observing = subject.observe(peer.port, '/temperature');
    const registration = await peer.next('the registration');
    peer.send(answerTo(registration, Codes.CONTENT, [observe(1)], encodeUtf8('20')));
    await observing;
    const asking = subject.ask('GET', peer.port, '/slow');
    const request = await peer.next('the request');
    const token = [...registration.token];
    peer.send(con(Codes.CONTENT, request.messageId, token, [observe(2)], encodeUtf8('21')));
    const ack = await peer.next('the acknowledgement of the notification');
    assert.equal(ack.type, MessageTypes.ACK);
    peer.send(answerTo(request, Codes.CONTENT, [], encodeUtf8('done')));
    assert.ok(equalBytes((await asking).body, encodeUtf8('done')), 'the request has its answer');
    await eventually('the notification is told', async () =>
      (await subject.notified()).some((body) => equalBytes(body, encodeUtf8('21'))),
    );
  },
);

row(
  'g: a notification longer than a block',
  /never happened: the long notification is told/,
  async (subject, peer) => {
    const body = pattern(3000);
    let observedAgain = false;
    const observing = subject.observe(peer.port, '/log');
    const registration = await peer.next('the registration');
    peer.send(answerTo(registration, Codes.CONTENT, [observe(1)], encodeUtf8('short')));
    await observing;
    peer.answer = (message) => {
      if (!isRequest(message)) return [];
      observedAgain ||= findOption(message.options, OptionNumbers.OBSERVE) !== undefined;
      return [serveBlock(message, body)];
    };
    const options = [observe(2), block2(0, true, 6)];
    const token = [...registration.token];
    peer.send(con(Codes.CONTENT, 4711, token, options, body.subarray(0, 1024)));
    await eventually('the long notification is told', async () =>
      (await subject.notified()).some((told) => equalBytes(told, body)),
    );
    assert.ok(!observedAgain, 'the rest is fetched without Observe');
  },
);

row('k: a separate response comes again after it was taken', /acknowledged again/, async (subject, peer) => {
  const asking = subject.ask('GET', peer.port, '/slow');
  const request = await peer.next('the request');
  peer.send(ackOf(request));
  const response = con(Codes.CONTENT, 900, [...request.token], [], encodeUtf8('late'));
  peer.send(response);
  assert.equal((await peer.next('its acknowledgement')).type, MessageTypes.ACK);
  await asking;
  peer.send(response);
  const second = await peer.next('the second acknowledgement');
  assert.equal(second.type, MessageTypes.ACK, 'acknowledged again');
});
