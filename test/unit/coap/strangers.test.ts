import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { NO_BYTES, fromHex, toHex } from '../../../src/base/bytes';
import type { ByteSink } from '../../../src/base/files';
import { Codes } from '../../../src/coap/code';
import { CollectedBytes } from '../../../src/coap/collectedBytes';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import { Deduplication, SeenOfPeer } from '../../../src/coap/deduplication';
import type { EndpointSettings } from '../../../src/coap/endpoint';
import type { CoapService, WireMessage } from '../../../src/coap/exchange';
import { MessageTypes, decodeMessage, encodeMessage, type Message } from '../../../src/coap/message';
import { PeerLinks } from '../../../src/coap/peerLinks';
import { findUint } from '../../../src/coap/optionValue';
import { nodeHash } from '../../../src/transport/nodeHash';
import { MemoryNetwork } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';
import { nothingHere, pattern } from './pair';
import { block1, block1Of, con, path } from './rows/scriptedPeer';
import { wire } from './wire';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? NO_BYTES;

/** An endpoint, a socket that sends it anything, and what the endpoint told and answered. */
function anything(service: CoapService = nothingHere, settings?: EndpointSettings) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const stranger = network.open('10.0.0.66', 1234);
  const channel = network.open('10.0.0.1', 5683);
  const errors: string[] = [];
  const endpoint = createCoapEndpoint(
    channel,
    service,
    {
      clock,
      random: seededRandom(5),
      hash: nodeHash,
      log: {
        log: (level, message) => {
          if (level === 'error') errors.push(message);
        },
      },
    },
    settings,
  );
  const told: WireMessage[] = [];
  endpoint.onWire((message) => told.push(message));
  const answers: Uint8Array[] = [];
  stranger.onMessage((received) => answers.push(received.bytes));
  const send = async (datagram: Uint8Array): Promise<void> => {
    stranger.send(datagram, stranger.peerAt(channel.local));
    await clock.advance(0);
  };
  /** Arrives at once; what is answered can be seen in `told`. */
  const hit = (message: Message): void => channel.receive(encodeMessage(message), stranger.local);
  return { clock, endpoint, told, answers, errors, send, hit };
}

describe('a datagram that is no CoAP message', () => {
  /** The head of a DTLS 1.2 ClientHello: a device that was meant for coaps://. */
  const clientHello = `16fefd0000000000000000003601000036000000000000002a${'fefd'.padEnd(84, '0')}`;
  const cases: readonly [string, string, string | undefined][] = [
    ['a DTLS handshake on the plain port', clientHello, undefined],
    ['nothing at all', '', undefined],
    ['a byte', '40', undefined],
    ['another version', '80017d34', undefined],
    ['text', '474554202f20485454502f312e310d0a', '70005420'],
    ['a confirmable message with a cut option', '40017d34b17465', '70007d34'],
    ['a confirmable message with a reserved option length', '40017d341f00', '70007d34'],
    ['a non-confirmable message with a reserved option length', '50017d341f00', undefined],
  ];
  for (const [name, hex, answer] of cases) {
    test(`${name} is told as it came, and harms nobody`, async () => {
      const s = anything();
      const datagram = bytes(hex);
      await s.send(datagram);
      const [message] = s.told;
      assert.equal(message?.direction, 'in');
      assert.equal(message.peer.key, '10.0.0.66:1234');
      assert.equal(toHex(message.bytes), toHex(datagram));
      assert.deepEqual(s.answers.map(toHex), answer === undefined ? [] : [answer]);
      await s.send(encodeMessage(con(Codes.GET, 9, [1], [path('x')])));
      const last = decodeMessage(s.answers.at(-1) ?? NO_BYTES);
      assert.ok(last.ok && last.value.code === Codes.NOT_FOUND);
      await s.endpoint.close();
      assert.equal(s.clock.timers, 0);
    });
  }
});

test('datagrams are told both ways, a duplicate and what is sent again as such', async () => {
  const s = anything();
  const request = encodeMessage(con(Codes.GET, 9, [1], [path('x')]));
  await s.send(request);
  await s.send(request);
  assert.deepEqual(
    s.told.map((m) => `${m.direction} ${m.repeat}`),
    ['in 0', 'out 0', 'in 1', 'out 1'],
  );
  await s.endpoint.close();
});

test('every refusal of a confirmable request is in its acknowledgement, to where it came from', async () => {
  const s = anything({
    handle: (request) => {
      if (request.path[0] === 'throws') throw new Error('a bug');
      return { code: Codes.NOT_FOUND };
    },
  });
  const requests = [
    con(Codes.GET, 1, [1], [{ number: 9999, value: NO_BYTES }]),
    con(Codes.GET, 2, [2], [path('nothing')]),
    con(0x1f, 3, [3], [path('x')]),
    con(Codes.GET, 4, [4], [path('throws')]),
    con(Codes.GET, 5, [5], [{ number: 35, value: bytes('636f61703a2f2f78') }]),
    con(Codes.PUT, 6, [6], [path('x'), block1(3, true, 0)], pattern(16)),
  ];
  for (const request of requests) await s.send(encodeMessage(request));
  const answers = s.answers.map((answer) => {
    const result = decodeMessage(answer);
    assert.ok(result.ok);
    const { type, code, messageId, token } = result.value;
    assert.equal(type, MessageTypes.ACK);
    assert.deepEqual([...token], [messageId]);
    return code;
  });
  assert.deepEqual(answers, [
    Codes.BAD_OPTION,
    Codes.NOT_FOUND,
    Codes.METHOD_NOT_ALLOWED,
    Codes.INTERNAL_SERVER_ERROR,
    Codes.PROXYING_NOT_SUPPORTED,
    Codes.REQUEST_ENTITY_INCOMPLETE,
  ]);
  await s.endpoint.close();
});

describe('what fails above the messages', () => {
  test('a handler, its sink, or whoever decides about a body: 5.00, and the next is served', async () => {
    const failing: ByteSink = {
      write: () => {
        throw new Error('disk gone');
      },
      close: () => Promise.resolve(),
      abort: () => Promise.reject(new Error('still gone')),
    };
    const s = anything({
      receiveBody: (head) => {
        if (head.path[0] === 'sink') return failing;
        throw new Error('a bug');
      },
      handle: () => Promise.reject(new Error('a late bug')),
    });
    let messageId = 1;
    for (const name of ['sink', 'decision']) {
      const first = [path(name), block1(0, true, 0)];
      await s.send(encodeMessage(con(Codes.PUT, messageId++, [1], first, pattern(16))));
    }
    await s.send(encodeMessage(con(Codes.GET, messageId++, [1], [path('x')])));
    const codes = s.answers.map((answer) => answer[1]);
    assert.deepEqual(codes, Array(3).fill(Codes.INTERNAL_SERVER_ERROR));
    assert.equal(s.errors.length, 3);
    await s.endpoint.close();
    assert.equal(s.clock.timers, 0);
  });

  test('a listener of the wire: told to the log, the message is lost, the endpoint lives', async () => {
    const s = anything();
    const listening = s.endpoint.onWire(() => {
      throw new Error('a bug');
    });
    await s.send(encodeMessage(con(Codes.GET, 1, [1], [path('x')])));
    assert.equal(s.errors.length, 1);
    listening.dispose();
    await s.send(encodeMessage(con(Codes.GET, 2, [1], [path('x')])));
    assert.equal(s.answers.length, 1);
    await s.endpoint.close();
  });
});

describe('what strangers can make us keep', () => {
  test('a body begun and never finished goes after EXCHANGE_LIFETIME', async () => {
    const w = wire();
    await w.send(con(Codes.PUT, 1, [1], [path('x'), block1(0, true, 0)], pattern(16)));
    assert.equal(w.take().code, Codes.CONTINUE);
    await w.clock.advance(300_000);
    assert.equal(w.clock.timers, 0, 'nothing is left of it');
    await w.send(con(Codes.PUT, 2, [1], [path('x'), block1(1, false, 0)], pattern(16)));
    assert.equal(w.take().code, Codes.REQUEST_ENTITY_INCOMPLETE);
    await w.endpoint.close();
  });

  test('bodies under way are counted: 5.03 beyond, with when to come again', async () => {
    const s = anything();
    const begin = (n: number): Message => {
      s.hit(con(Codes.PUT, n, [1], [path(`x${n}`), block1(0, true, 0)], pattern(16)));
      const answer = decodeMessage(s.told.at(-1)?.bytes ?? NO_BYTES);
      assert.ok(answer.ok);
      return answer.value;
    };
    for (let n = 0; n < 4096; n++) assert.equal(begin(n).code, Codes.CONTINUE);
    const refused = begin(5000);
    assert.equal(refused.code, Codes.SERVICE_UNAVAILABLE);
    assert.equal(findUint(refused.options, 14), 30);
    await s.endpoint.close();
  });

  test('a body in blocks of 16 bytes is refused where it passes the limit, with the limit', async () => {
    const w = wire(nothingHere, { maxBodyBytes: 100 });
    let answer: Message | undefined;
    let num = 0;
    do {
      await w.send(con(Codes.PUT, num, [1], [path('x'), block1(num, true, 0)], pattern(16)));
      answer = w.take();
      num++;
    } while (answer.code === Codes.CONTINUE);
    assert.equal(num, 7, '6 blocks are 96 bytes');
    assert.equal(answer.code, Codes.REQUEST_ENTITY_TOO_LARGE);
    assert.equal(findUint(answer.options, 60), 100);
    assert.equal(block1Of(answer)?.szx, 0);
    await w.endpoint.close();
  });

  test('collected bytes are those that came, whatever the pieces', () => {
    const body = pattern(10_000);
    const collected = new CollectedBytes();
    for (let at = 0, size = 1; at < body.length; at += size, size = (size * 7) % 613) {
      collected.append(body.subarray(at, at + size));
    }
    assert.deepEqual(collected.whole(), body);
  });
});

describe('messages remembered', () => {
  const message = (id: number) => encodeMessage(con(Codes.POST, id, [1], [path('x')]));
  const heard = (d: Deduplication, peer: SeenOfPeer, id: number, reply?: Uint8Array): void => {
    const seen = d.note(peer, id, message(id), true);
    if (reply) d.answered(seen, reply);
  };

  test('of one peer are its last hundred or so', () => {
    const clock = new VirtualClock();
    const d = new Deduplication(clock);
    const peer = new SeenOfPeer();
    for (let id = 0; id < 1000; id++) heard(d, peer, id);
    assert.equal(peer.count, 128);
    assert.equal(peer.byId.size, 128);
    assert.equal(d.find(peer, 871, message(871)), undefined);
    assert.ok(d.find(peer, 872, message(872)));
    d.dispose();
    assert.equal(clock.timers, 0);
  });

  test('with long answers are fewer', () => {
    const d = new Deduplication(new VirtualClock());
    const peer = new SeenOfPeer();
    for (let id = 0; id < 300; id++) heard(d, peer, id, new Uint8Array(1040));
    assert.ok(peer.replyBytes <= 32 << 10);
    assert.ok(peer.count >= 30);
    assert.equal(d.find(peer, 299, message(299))?.reply?.length, 1040);
    d.dispose();
  });

  test('of a flood push out those silent longest, and the flood itself is bounded', () => {
    const d = new Deduplication(new VirtualClock());
    const silent = new SeenOfPeer();
    heard(d, silent, 1);
    const talking = new SeenOfPeer();
    heard(d, talking, 1);
    const flood: SeenOfPeer[] = [];
    for (let n = 0; n < 70_000; n++) {
      const peer = new SeenOfPeer();
      flood.push(peer);
      heard(d, peer, 1);
      if (n % 5000 === 0) heard(d, talking, n + 2);
    }
    assert.equal(d.find(silent, 1, message(1)), undefined);
    assert.ok(d.find(talking, 65_002, message(65_002)));
    const kept = flood.reduce((sum, peer) => sum + peer.count, 0);
    assert.ok(kept <= 65_536, `${kept}`);
    d.dispose();
  });

  test('expire, and leave no timer', async () => {
    const clock = new VirtualClock();
    const d = new Deduplication(clock);
    const peer = new SeenOfPeer();
    heard(d, peer, 1, NO_BYTES);
    await clock.advance(246_000);
    assert.ok(d.find(peer, 1, message(1)));
    await clock.advance(20_000);
    assert.equal(peer.count, 0);
    assert.equal(peer.byId.size, 0);
    assert.equal(clock.timers, 0);
  });

  test('an answer that comes when its message is long forgotten is not counted', () => {
    const d = new Deduplication(new VirtualClock());
    const peer = new SeenOfPeer();
    const late = d.note(peer, 0, message(0), true);
    for (let id = 1; id <= 600; id++) heard(d, peer, id);
    d.answered(late, new Uint8Array(100_000));
    assert.equal(peer.replyBytes, 0);
    d.dispose();
  });
});

test('peers are known up to a limit; one that is owed something stays', () => {
  const clock = new VirtualClock();
  const links = new PeerLinks(clock, seededRandom(1));
  const peer = (n: number) => ({ key: `p${n}`, address: { host: '10.0.0.1', port: n } });
  const owed = links.of(peer(0));
  owed.outstanding = 1;
  owed.pending.add({ link: owed, messageId: 1 } as never);
  for (let n = 1; n <= 70_000; n++) links.of(peer(n));
  assert.ok(links.size <= 65_536, `${links.size}`);
  assert.equal(links.known(peer(0)), owed);
  assert.equal(links.known(peer(1)), undefined);
  links.dispose();
  assert.equal(clock.timers, 0);
});

test('a reset for something nobody sent changes nothing', async () => {
  const w = wire();
  await w.send({ ...con(0, 4711, []), type: MessageTypes.RST });
  await w.send({ ...con(0, 4712, []), type: MessageTypes.ACK });
  assert.deepEqual(w.sent, []);
  await w.endpoint.close();
});
