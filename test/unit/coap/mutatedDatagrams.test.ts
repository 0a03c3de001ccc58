import { test } from 'node:test';
import assert from 'node:assert/strict';
import { NO_BYTES, toHex } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import { MessageTypes, decodeMessage, encodeMessage } from '../../../src/coap/message';
import { uintOption } from '../../../src/coap/optionValue';
import { nodeHash } from '../../../src/transport/nodeHash';
import { MemoryNetwork } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';
import { pattern } from './pair';
import { ackOf, answerTo, block1, block2, con, path } from './rows/scriptedPeer';
import { seed } from '../../support/seed';

const MUTATIONS = Number(process.env['MUTATIONS'] ?? 3000);

test(`${MUTATIONS} mutated datagrams in the middle of all an endpoint does (seed ${seed})`, async () => {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const channel = network.open('10.0.0.1', 5683);
  const dice = seededRandom(seed);
  const below = (n: number): number => Math.floor(dice.unit() * n);
  const errors: string[] = [];
  const out: Uint8Array[] = [];
  const endpoint = createCoapEndpoint(
    channel,
    {
      receiveBody: (head) => {
        if (head.path[0] !== 'sink') return undefined;
        return {
          write: () => undefined,
          close: () => Promise.resolve(),
          abort: () => Promise.resolve(),
        };
      },
      handle: (request) => {
        request.observed();
        return { code: Codes.CONTENT, body: pattern(3000) };
      },
    },
    {
      clock,
      random: seededRandom(seed + 1),
      hash: nodeHash,
      log: { log: (level, message) => void (level === 'error' && errors.push(message)) },
    },
  );
  endpoint.onWire((message) => message.direction === 'out' && out.push(message.bytes));
  const stranger = { host: '10.0.0.66', port: 1 };
  const peer = channel.peerAt(stranger);

  // A request, a push and an observation of our own are open all the while, for answers that only look like theirs.
  const open = [
    endpoint.request(peer, { method: Codes.PUT, path: ['fw'], body: pattern(5000) }),
    endpoint.request(peer, { method: Codes.GET, path: ['x'] }, { confirmable: false }),
    endpoint.observe(peer, { method: Codes.GET, path: ['3'] }),
  ].map((asking) => asking.then(() => 'answered').catch(() => 'failed'));
  await clock.advance(0);
  const ours = out.map(decodeMessage).flatMap((result) => (result.ok ? [result.value] : []));

  const observe = uintOption(6, 0);
  const originals = [
    con(Codes.GET, 1, [1, 2], [observe, path('x')]),
    con(Codes.GET, 2, [3], [path('x'), block2(1, false, 6)]),
    con(Codes.PUT, 3, [4], [path('fw'), block1(0, true, 2)], pattern(64)),
    con(Codes.PUT, 4, [4], [path('fw'), block1(1, false, 2)], pattern(20)),
    con(Codes.PUT, 5, [4], [path('sink'), block1(0, true, 0)], pattern(16)),
    con(Codes.FETCH, 6, [5], [path('x'), block2(0, false, 1)], pattern(9)),
    con(Codes.EMPTY, 7, []),
    ...ours.flatMap((message) => [
      answerTo(message, Codes.CONTINUE, [block1(0, true, 6)]),
      answerTo(message, Codes.CONTENT, [observe, block2(0, true, 0)], pattern(16)),
      con(Codes.CONTENT, 8, [...message.token], [observe], pattern(5)),
      ackOf(message),
      { ...ackOf(message), type: MessageTypes.RST },
    ]),
  ].map(encodeMessage);

  for (let run = 0; run < MUTATIONS; run++) {
    const original = originals[below(originals.length)] ?? NO_BYTES;
    const length = below(4) === 0 ? below(original.length + 1) : original.length;
    const mutant = original.slice(0, length);
    for (let flips = below(4); flips > 0 && mutant.length > 0; flips--) {
      mutant[below(mutant.length)] = below(256);
    }
    // New IDs: a duplicate would be answered from memory.
    if (mutant.length >= 4 && below(2) === 0) mutant.set([run >> 8, run], 2);
    channel.receive(mutant, stranger);
    assert.deepEqual(errors, [], toHex(mutant));
    if (run % 100 === 0) await clock.advance(below(2000));
  }
  const before = out.length;
  channel.receive(encodeMessage(con(Codes.GET, 9, [9], [path('y')])), { host: '10.0.0.67', port: 1 });
  const answer = decodeMessage(out[before] ?? NO_BYTES);
  assert.ok(answer.ok && answer.value.code === Codes.CONTENT, 'it still serves');

  await endpoint.close();
  await Promise.all(open);
  assert.deepEqual(errors, []);
  await clock.advance(0);
  assert.equal(clock.timers, 0);
});
