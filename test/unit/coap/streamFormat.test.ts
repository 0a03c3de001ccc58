import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { fc } from '../../support/properties';
import { NO_BYTES, concatBytes, encodeUtf8, fromHex, toHex } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { textOption, uintOption } from '../../../src/coap/optionValue';
import { Reassembly } from '../../../src/coap/reassembly';
import {
  decodeStreamMessage,
  encodeStreamMessage,
  streamMessageLength,
  type StreamMessage,
} from '../../../src/coap/streamMessage';
import { seed } from '../../support/seed';

const bytes = (hex: string): Uint8Array => fromHex(hex) ?? NO_BYTES;
const MOST = 70_000;

const vectors: readonly { name: string; hex: string; message: StreamMessage }[] = [
  {
    name: 'an empty message without a token (RFC 8323 figure 5: two bytes)',
    hex: '0000',
    message: { code: Codes.EMPTY, token: NO_BYTES, options: [], payload: NO_BYTES },
  },
  {
    name: 'a 7.03 with the token 42',
    hex: '01e3 42',
    message: { code: Codes.PONG, token: bytes('42'), options: [], payload: NO_BYTES },
  },
  {
    name: 'the capabilities of java-coap: 1152 bytes, blocks',
    hex: '40e1 220480 20',
    message: {
      code: Codes.CSM,
      token: NO_BYTES,
      options: [uintOption(2, 1152), { number: 4, value: NO_BYTES }],
      payload: NO_BYTES,
    },
  },
  {
    name: 'a GET /temperature with an option of 11 bytes',
    hex: 'c101 20 bb74656d7065726174757265',
    message: {
      code: Codes.GET,
      token: bytes('20'),
      options: [textOption(11, 'temperature')],
      payload: NO_BYTES,
    },
  },
  {
    name: 'its answer',
    hex: '7145 20 ff32322e332043',
    message: { code: Codes.CONTENT, token: bytes('20'), options: [], payload: encodeUtf8('22.3 C') },
  },
];

describe('a message in a stream', () => {
  for (const { name, hex, message } of vectors) {
    test(`${name}, both ways`, () => {
      assert.equal(toHex(encodeStreamMessage(message)), hex.replace(/ /g, ''));
      assert.deepEqual(decodeStreamMessage(bytes(hex)), { ok: true, value: message });
    });
  }

  // payload and marker alone make up the length
  const boundaries: readonly [number, string][] = [
    [12, 'c0'],
    [13, 'd000'],
    [268, 'd0ff'],
    [269, 'e00000'],
    [270, 'e00001'],
    [65_804, 'e0ffff'],
    [65_805, 'f000000000'],
    [65_806, 'f000000001'],
    [65_805 + 65_536, 'f000010000'],
    [65_805 + 0x123_4567, 'f001234567'],
  ];
  for (const [length, head] of boundaries) {
    test(`of length ${length} begins with ${head}`, () => {
      const payload = new Uint8Array(length - 1).fill(0x61);
      const encoded = encodeStreamMessage({ code: Codes.CONTENT, token: NO_BYTES, options: [], payload });
      const headBytes = head.length / 2;
      assert.equal(toHex(encoded.subarray(0, headBytes + 2)), `${head}45ff`);
      assert.equal(encoded.length, headBytes + 1 + length);
      const result = decodeStreamMessage(encoded);
      assert.ok(result.ok);
      assert.equal(result.value.payload.length, length - 1);
    });
  }

  test('tells its length up to 32 bits, before it has come', () => {
    assert.deepEqual(streamMessageLength(bytes('f8ffffffff')), {
      ok: true,
      value: 6 + 8 + 65_805 + 0xffffffff,
    });
    for (const cut of ['', 'd0', 'e000', 'f0000000']) {
      assert.deepEqual(streamMessageLength(bytes(cut)), { ok: true, value: undefined }, cut);
    }
  });
});

describe('bytes that are no message', () => {
  const problems: readonly [string, string, number, string][] = [
    ['none', '', 0, 'SHORT'],
    ['with a reserved token length', '0900', 0, 'FORMAT'],
    ['with the length cut off', 'e000', 2, 'SHORT'],
    ['with the code cut off', '00', 1, 'SHORT'],
    ['with the token cut off', '0401 0102', 4, 'SHORT'],
    ['with options cut off', '3001 b161', 4, 'SHORT'],
    ['longer than they say', '0000 00', 2, 'FORMAT'],
    ['with a payload marker and no payload', '1045 ff', 2, 'FORMAT'],
    ['with option delta 15', '2001 f100', 2, 'FORMAT'],
    ['with an option longer than the message', '3001 b16162 b3', 5, 'FORMAT'],
    ['with an option value beyond the end', '2001 b461', 2, 'FORMAT'],
  ];
  for (const [name, hex, offset, code] of problems) {
    test(name, () => {
      const result = decodeStreamMessage(bytes(hex));
      assert.ok(!result.ok);
      assert.deepEqual([result.problem.offset, result.problem.code], [offset, code]);
    });
  }
});

const anyMessage = fc
  .record({
    code: fc.integer({ min: 0, max: 255 }),
    token: fc.uint8Array({ maxLength: 8 }),
    options: fc.array(
      fc.record({
        number: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 0xffff })),
        value: fc.oneof(fc.uint8Array({ maxLength: 16 }), fc.uint8Array({ maxLength: 400 })),
      }),
      { maxLength: 8 },
    ),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.integer({ min: 240, max: 280 }).map((n) => new Uint8Array(n).fill(n)),
      fc.integer({ min: 65_790, max: 65_810 }).map((n) => new Uint8Array(n).fill(n)),
    ),
  })
  .map((message) => ({ ...message, options: message.options.sort((a, b) => a.number - b.number) }));

describe('any stream', () => {
  test(`a message is read as it was written (seed ${seed})`, () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const result = decodeStreamMessage(encodeStreamMessage(message));
        assert.ok(result.ok);
        const { code, token, options, payload } = result.value;
        assert.equal(code, message.code);
        assert.equal(toHex(token), toHex(message.token));
        assert.equal(toHex(payload), toHex(message.payload));
        assert.deepEqual(
          options.map(({ number, value }) => [number, toHex(value)]),
          message.options.map(({ number, value }) => [number, toHex(value)]),
        );
      }),
      { numRuns: 200 },
    );
  });

  test(`cut anywhere, gives the same messages (seed ${seed})`, () => {
    const cuts = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9000 })), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 4 }), cuts, (messages, lengths) => {
        const encoded = messages.map(encodeStreamMessage);
        const stream = concatBytes(encoded);
        const reassembly = new Reassembly(MOST);
        const told: string[] = [];
        for (let at = 0, n = 0; at < stream.length; n++) {
          // small cuts first, and the rest at once where they'd take too many turns
          const length = n > 200 ? stream.length : (lengths[n % lengths.length] ?? 1);
          const problem = reassembly.push(stream.subarray(at, at + length), (message) => {
            told.push(toHex(message));
            return true;
          });
          assert.equal(problem, undefined);
          at += length;
        }
        assert.deepEqual(told, encoded.map(toHex));
      }),
      { numRuns: 100 },
    );
  });

  test(`random bytes: messages or a problem within them, never an exception (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1 }), (pieces) => {
        const reassembly = new Reassembly(300);
        for (const piece of pieces) {
          const alone = decodeStreamMessage(piece);
          if (!alone.ok) assert.ok(alone.problem.offset >= 0 && alone.problem.offset <= piece.length);
          const problem = reassembly.push(piece, (message) => {
            assert.ok(message.length <= 300);
            const result = decodeStreamMessage(message);
            assert.ok(result.ok || result.problem.offset < message.length);
            return true;
          });
          if (problem) return;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a message too long is refused by its head', () => {
    const reassembly = new Reassembly(1000);
    const fits = encodeStreamMessage({
      code: Codes.PUT,
      token: NO_BYTES,
      options: [],
      payload: new Uint8Array(1000 - 5),
    });
    assert.equal(fits.length, 1000);
    let taken = 0;
    assert.equal(
      reassembly.push(fits, () => ++taken > 0),
      undefined,
    );
    assert.equal(taken, 1);
    const head = bytes('e002d7');
    const problem = reassembly.push(head, () => true);
    assert.equal(problem, undefined);
    const longer = new Reassembly(1000).push(bytes('e002d8'), () => true);
    assert.equal(longer?.code, 'TOO_LARGE');
  });

  test('nothing more is told once the receiver has had enough', () => {
    let taken = 0;
    new Reassembly(100).push(bytes('0000 0000 0000'), () => ++taken < 2);
    assert.equal(taken, 2);
  });
});
