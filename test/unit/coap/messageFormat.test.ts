import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { fc } from '../../support/properties';
import { NO_BYTES, encodeUtf8, fromHex, toHex } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import {
  MessageTypes,
  decodeMessage,
  encodeEmpty,
  encodeMessage,
  type Message,
  type MessageType,
} from '../../../src/coap/message';
import { decodeBlock, decodeUint, encodeUint } from '../../../src/coap/optionValue';
import { decodeText, textOption } from '../../../src/coap/optionValue';
import { seed } from '../../support/seed';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? NO_BYTES;
const text = encodeUtf8;

/** Datagrams of RFC 7252 appendix A and their messages. */
const vectors: readonly { name: string; hex: string; message: Message }[] = [
  {
    name: 'a confirmable GET /temperature (RFC 7252 appendix A, figure 16)',
    hex: '4001 7d34 bb74656d7065726174757265',
    message: {
      type: MessageTypes.CON,
      code: Codes.GET,
      messageId: 0x7d34,
      token: NO_BYTES,
      options: [textOption(11, 'temperature')],
      payload: NO_BYTES,
    },
  },
  {
    name: 'its piggybacked answer',
    hex: '6045 7d34 ff32322e332043',
    message: {
      type: MessageTypes.ACK,
      code: Codes.CONTENT,
      messageId: 0x7d34,
      token: NO_BYTES,
      options: [],
      payload: text('22.3 C'),
    },
  },
  {
    name: 'the same with a token (figure 17)',
    hex: '6145 7d35 20 ff32322e332043',
    message: {
      type: MessageTypes.ACK,
      code: Codes.CONTENT,
      messageId: 0x7d35,
      token: bytes('20'),
      options: [],
      payload: text('22.3 C'),
    },
  },
  {
    name: 'an option beyond 269 and a value beyond 12 bytes',
    hex: '5002 0001 ed 0017 01 3132333435363738393031323334',
    message: {
      type: MessageTypes.NON,
      code: Codes.POST,
      messageId: 1,
      token: NO_BYTES,
      options: [textOption(292, '12345678901234')],
      payload: NO_BYTES,
    },
  },
];

describe('the datagram of a message', () => {
  for (const { name, hex, message } of vectors) {
    test(`${name}, both ways`, () => {
      assert.equal(toHex(encodeMessage(message)), hex.replace(/ /g, ''));
      const result = decodeMessage(bytes(hex));
      assert.deepEqual(result, { ok: true, value: message });
    });
  }

  test('an empty message has four bytes', () => {
    assert.equal(toHex(encodeEmpty(MessageTypes.RST, 0xabcd)), '7000abcd');
  });

  test('options in any order come out in theirs, equal numbers in the order given', () => {
    const options = [textOption(15, 'b=2'), textOption(11, 'x'), textOption(15, 'a=1')];
    const message = { ...(vectors[0] as { message: Message }).message, options };
    const result = decodeMessage(encodeMessage(message));
    assert.ok(result.ok);
    assert.deepEqual(
      result.value.options.map((o) => decodeText(o.value)),
      ['x', 'b=2', 'a=1'],
    );
  });
});

describe('a datagram that is no message', () => {
  const problems: readonly [string, string, number][] = [
    ['shorter than a header', '4001 7d', 0],
    ['of another version', '8001 7d34', 0],
    ['with a reserved token length', '4901 7d34', 0],
    ['with its token cut off', '4401 7d34 0102', 4],
    ['empty, with a token', '4100 7d34 01', 4],
    ['with a payload marker and no payload', '4001 7d34 ff', 4],
    ['with option delta 15', '4001 7d34 f1 00', 4],
    ['with option length 15', '4001 7d34 1f 00', 4],
    ['with an option value cut off', '4001 7d34 b1 61 b474', 6],
    ['with an extended delta cut off', '4001 7d34 e0 00', 4],
    ['with an option number beyond 65535', '4001 7d34 e0 fff0', 4],
  ];
  for (const [name, hex, offset] of problems) {
    test(name, () => {
      const result = decodeMessage(bytes(hex));
      assert.ok(!result.ok);
      assert.equal(result.problem.offset, offset);
    });
  }
});

const anyMessage = fc
  .record({
    type: fc.constantFrom<MessageType>(0, 1, 2, 3),
    code: fc.integer({ min: 1, max: 255 }),
    messageId: fc.integer({ min: 0, max: 0xffff }),
    token: fc.uint8Array({ maxLength: 8 }),
    options: fc.array(
      fc.record({
        number: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 0xffff })),
        value: fc.oneof(fc.uint8Array({ maxLength: 16 }), fc.uint8Array({ maxLength: 400 })),
      }),
      { maxLength: 12 },
    ),
    payload: fc.uint8Array({ maxLength: 1100 }),
  })
  .map((message) => ({ ...message, options: message.options.sort((a, b) => a.number - b.number) }));

const plain = (b: Uint8Array): string => toHex(b);

describe('any message', () => {
  const runs = Number(process.env['MUTATIONS'] ?? 3000);

  test(`is read as it was written (seed ${seed})`, () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const result = decodeMessage(encodeMessage(message));
        assert.ok(result.ok);
        const { value } = result;
        assert.equal(value.type, message.type);
        assert.equal(value.code, message.code);
        assert.equal(value.messageId, message.messageId);
        assert.equal(plain(value.token), plain(message.token));
        assert.equal(plain(value.payload), plain(message.payload));
        assert.deepEqual(
          value.options.map((o) => [o.number, plain(o.value)]),
          message.options.map((o) => [o.number, plain(o.value)]),
        );
      }),
      { numRuns: 300 },
    );
  });

  test(`mutated ${runs} times: a message or a problem within it, never an exception (seed ${seed})`, () => {
    const originals = fc.sample(anyMessage, { seed, numRuns: 50 }).map(encodeMessage);
    let state = seed >>> 0;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 4294967296) * below);
    };
    for (let run = 0; run < runs; run++) {
      const original = originals[next(originals.length)] ?? NO_BYTES;
      let mutant = original.slice(0, next(3) === 0 ? next(original.length + 1) : original.length);
      if (next(4) === 0) mutant = new Uint8Array([...mutant, next(256), next(256)]);
      for (let flips = 1 + next(4); flips > 0 && mutant.length > 0; flips--) {
        mutant[next(mutant.length)] = next(256);
      }
      const result = decodeMessage(mutant);
      if (result.ok) assert.ok(result.value.options.length <= 128);
      else assert.ok(result.problem.offset >= 0 && result.problem.offset <= mutant.length, toHex(mutant));
    }
  });

  test('integers of options are as short as they can be', () => {
    for (const n of [0, 1, 255, 256, 65_535, 65_536, 0xffffff, 0x1000000, 0xffffffff]) {
      assert.equal(decodeUint(encodeUint(n)), n);
      assert.equal(encodeUint(n)[0] === 0, false);
    }
    assert.equal(decodeBlock(bytes('07')), undefined, 'BERT is for reliable transports');
    assert.deepEqual(decodeBlock(bytes('1e')), { num: 1, more: true, szx: 6 });
  });
});
