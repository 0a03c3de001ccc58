import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { NO_BYTES, fromHex, toHex } from '../../../src/base/bytes';
import { CIPHER_SUITES, cipherSuite } from '../../../src/dtls/cipherSuite';
import {
  NULL_COMPRESSION,
  decodeClientHello,
  decodeHelloVerifyRequest,
  encodeClientHello,
  encodeHelloVerifyRequest,
} from '../../../src/dtls/clientHello';
import {
  HandshakeReassembler,
  decodeFragments,
  encodeHandshake,
  fragmentsOf,
  type HandshakeMessage,
} from '../../../src/dtls/handshakeMessage';
import { ContentTypes, DTLS_1_2, decodeRecord, encodeRecord } from '../../../src/dtls/record';
import { RecordLayer } from '../../../src/dtls/recordLayer';
import { epochKeys } from '../../../src/dtls/recordProtection';
import { ReplayWindow } from '../../../src/dtls/replayWindow';
import { decodeServerHello, encodeServerHello } from '../../../src/dtls/serverHello';
import { seededRandom } from '../../support/seededRandom';

const random32 = new Uint8Array(32).fill(7);

const extensions = fc.record(
  {
    maxFragmentLength: fc.constantFrom(512, 1024, 2048, 4096),
    encryptThenMac: fc.constant(true as const),
    extendedMasterSecret: fc.constant(true as const),
    connectionId: fc.uint8Array({ maxLength: 20 }),
    renegotiationInfo: fc.constant(NO_BYTES),
  },
  { requiredKeys: [] },
);

describe('hellos', () => {
  test('a ClientHello is read as it was written', () => {
    fc.assert(
      fc.property(
        extensions,
        fc.uint8Array({ maxLength: 32 }),
        fc.uint8Array({ maxLength: 255 }),
        fc.array(fc.nat(0xffff), { maxLength: 60 }),
        (given, sessionId, cookie, cipherSuites) => {
          const hello = {
            version: DTLS_1_2,
            random: random32,
            sessionId,
            cookie,
            cipherSuites,
            compressionMethods: NULL_COMPRESSION,
            extensions: {
              ...given,
              serverName: 'lab.example',
              supportedGroups: [23, 29],
              signatureAlgorithms: [0x0403],
              serverCertificateTypes: [2, 0],
            },
          };
          const read = decodeClientHello(encodeClientHello(hello));
          assert.ok(read.ok, read.ok ? '' : read.problem.message);
          const { numbers, ...rest } = read.value.extensions;
          assert.equal(numbers.length, Object.keys(hello.extensions).length + 1);
          assert.deepEqual({ ...read.value, extensions: rest }, hello);
        },
      ),
    );
  });

  test('a ServerHello is read as it was written', () => {
    fc.assert(
      fc.property(extensions, fc.uint8Array({ maxLength: 32 }), (given, sessionId) => {
        const hello = {
          version: DTLS_1_2,
          random: random32,
          sessionId,
          cipherSuite: 0xc0a8,
          compressionMethod: 0,
          extensions: { ...given },
        };
        const read = decodeServerHello(encodeServerHello(hello));
        assert.ok(read.ok);
        const { numbers: _, ...rest } = read.value.extensions;
        assert.deepEqual({ ...read.value, extensions: rest }, hello);
      }),
    );
  });

  test('an extension that comes twice is a fault of the hello', () => {
    const body = encodeClientHello({
      version: DTLS_1_2,
      random: random32,
      sessionId: NO_BYTES,
      cookie: NO_BYTES,
      cipherSuites: [0xc0a8],
      compressionMethods: NULL_COMPRESSION,
      extensions: {},
    });
    const twice = Uint8Array.from([...body, 0, 8, 0, 23, 0, 0, 0, 23, 0, 0]);
    const once = Uint8Array.from([...body, 0, 4, 0, 23, 0, 0]);
    const fault = (bytes: Uint8Array) => {
      const read = decodeClientHello(bytes);
      return read.ok ? read.value.extensions.fault : assert.fail();
    };
    assert.deepEqual(fault(twice), { kind: 'twice', type: 23 });
    assert.equal(fault(once), undefined);
    const cut = Uint8Array.from([...body, 0, 4, 0, 23, 0]);
    assert.deepEqual(fault(cut), { kind: 'malformed', type: undefined });
  });

  test('a cookie comes back out of a HelloVerifyRequest', () => {
    const cookie = Uint8Array.of(1, 2, 3);
    assert.deepEqual(decodeHelloVerifyRequest(encodeHelloVerifyRequest(0xfeff, cookie)), {
      ok: true,
      value: cookie,
    });
  });

  test('any bytes are refused or read, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeClientHello(bytes);
        decodeServerHello(bytes);
        decodeHelloVerifyRequest(bytes);
        decodeFragments(bytes);
        for (let at = 0; at < bytes.length;) {
          const read = decodeRecord(bytes, at, 8);
          if (!read.ok) break;
          assert.ok(read.value.next > at);
          at = read.value.next;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('handshake messages in pieces', () => {
  const message = (sequence: number, length: number): HandshakeMessage => ({
    type: 11,
    sequence,
    body: seededRandom(length + 1).bytes(length),
  });

  test('come out whole, once and in order, however they are cut, shuffled and repeated', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(900), fc.integer({ min: 13, max: 400 })), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (shapes, order) => {
          const messages = shapes.map(([length], i) => message(i, length));
          const pieces = messages.flatMap((m, i) => [
            ...fragmentsOf(m, shapes[i]?.[1] ?? 20),
            ...fragmentsOf(m, 40),
          ]);
          const keyed = pieces.map((piece) => ({ piece, key: order.next().value ?? 0 }));
          keyed.sort((a, b) => a.key - b.key);
          const reassembler = new HandshakeReassembler(0);
          const out: HandshakeMessage[] = [];
          for (const { piece } of keyed) {
            const read = decodeFragments(piece);
            assert.ok(read.ok);
            for (const fragment of read.value) reassembler.add(fragment);
            for (let m = reassembler.take(); m; m = reassembler.take()) out.push(m);
          }
          assert.deepEqual(out.map(encodeHandshake).map(toHex), messages.map(encodeHandshake).map(toHex));
        },
      ),
    );
  });

  test('far ahead, contradicting or outside their message are not kept', () => {
    const reassembler = new HandshakeReassembler(1);
    const piece = (sequence: number, length: number) => ({
      type: 11,
      sequence,
      length,
      offset: 0,
      bytes: NO_BYTES,
    });
    assert.equal(reassembler.add(piece(0, 10)), 'repeated');
    assert.equal(reassembler.add(piece(1, 10)), 'taken');
    assert.equal(reassembler.add(piece(1, 11)), 'dropped');
    assert.equal(reassembler.add(piece(500, 10)), 'dropped');
    assert.equal(reassembler.add(piece(2, 16_384)), 'taken');
    assert.equal(reassembler.add(piece(3, 16_384)), 'dropped');
    const outside = fromHex('0b 000004 0000 000002 000003 010203');
    assert.ok(outside);
    assert.equal(decodeFragments(outside).ok, false);
  });
});

test('the replay window takes each of the last 64 numbers once, like a set would', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 200 }), (numbers) => {
      const window = new ReplayWindow();
      const seen = new Set<number>();
      let highest = -1;
      for (const n of numbers) {
        const expected = n > highest || (highest - n < 64 && !seen.has(n));
        assert.equal(window.fresh(n), expected, `${n} after ${[...seen].join()}`);
        assert.equal(window.newest(n), n > highest);
        if (!expected) continue;
        window.accept(n);
        seen.add(n);
        highest = Math.max(highest, n);
      }
    }),
  );
});

describe('records', () => {
  test('a header of 0xFE00 and a sequence number of 48 bits are read', () => {
    const header = {
      type: ContentTypes.HANDSHAKE,
      version: 0xfe00,
      epoch: 0,
      sequence: 0xfedcba987654,
      cid: NO_BYTES,
    };
    const bytes = encodeRecord(header, Uint8Array.of(1, 2));
    assert.equal(toHex(bytes), '16fe000000fedcba98765400020102');
    const read = decodeRecord(bytes, 0, 8);
    assert.deepEqual(read.ok && read.value, {
      record: { header, fragment: Uint8Array.of(1, 2) },
      next: 15,
    });
  });

  for (const { id, name } of CIPHER_SUITES) {
    for (const cid of ['none', 'agreed'] as const) {
      test(`${name}, connection ID ${cid}: opened once, and not after a change`, () => {
        fc.assert(
          fc.property(
            fc.uint8Array({ maxLength: 200 }),
            fc.boolean(),
            fc.nat(),
            (text, encryptThenMac, change) => {
              const suite = cipherSuite(id) ?? assert.fail();
              const keys = () =>
                epochKeys(suite, new Uint8Array(48), random32, random32, encryptThenMac, seededRandom(1));
              const ownCid = cid === 'none' ? NO_BYTES : Uint8Array.of(9, 9, 9, 9);
              const sender = new RecordLayer();
              sender.writeWith(keys().client, ownCid);
              const receiver = new RecordLayer();
              receiver.readWith(keys().client, ownCid.length > 0);
              const bytes = sender.seal(1, ContentTypes.APPLICATION_DATA, text) ?? assert.fail();
              assert.equal(bytes[0], cid === 'none' ? 23 : 25);
              assert.ok(bytes.length <= text.length + sender.overhead(1));

              const changed = bytes.slice();
              const at = change % changed.length;
              changed[at] = (changed[at] ?? 0) ^ 0x10;
              const misread = decodeRecord(changed, 0, 4);
              if (misread.ok) assert.equal(typeof receiver.open(misread.value.record), 'string');

              const read = decodeRecord(bytes, 0, 4);
              assert.ok(read.ok);
              const opened = receiver.open(read.value.record);
              assert.ok(typeof opened === 'object');
              assert.equal(opened.type, ContentTypes.APPLICATION_DATA);
              assert.deepEqual(Uint8Array.from(opened.plaintext), text);
              assert.equal(receiver.open(read.value.record), 'replayed');
            },
          ),
          { numRuns: 40 },
        );
      });
    }
  }

  test('where a connection ID was agreed, a record without one is not taken', () => {
    const suite = cipherSuite(0xc0a8) ?? assert.fail();
    const keys = epochKeys(suite, new Uint8Array(48), random32, random32, false, seededRandom(1));
    const sender = new RecordLayer();
    sender.writeWith(keys.client, NO_BYTES);
    const receiver = new RecordLayer();
    receiver.readWith(keys.client, true);
    const read = decodeRecord(sender.seal(1, 23, random32) ?? assert.fail(), 0, 4);
    assert.equal(read.ok && receiver.open(read.value.record), 'unverified');
  });
});
