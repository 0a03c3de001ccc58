import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { CaptureWriter } from '../../../src/trace/captureWriter';
import { SessionMemory } from '../../../src/trace/sessionMemory';
import { TcpStreams } from '../../../src/trace/tcpStreams';
import type { CapturedDatagram } from '../../../src/trace/pcapng';
import { VirtualClock, settle } from '../../support/virtualClock';

const A = { host: '192.0.2.1', port: 5684 };
const B = { host: '192.0.2.2', port: 40_000 };

const datagram = (payload: Uint8Array): CapturedDatagram => ({ at: 0, source: B, destination: A, payload });
const random = (n: number) =>
  new Uint8Array(32)
    .fill(1)
    .fill(n >> 8, 0, 1)
    .fill(n & 255, 1, 2);
const secretOf = (n: number) => ({ clientRandom: random(n), masterSecret: new Uint8Array(48) });

/** The beginning of a ClientHello: record header, handshake header, version, random. */
function hello(n: number, length = 100): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set([22, 0xfe, 0xfd, 0, 0]);
  bytes[13] = 1;
  bytes.set(random(n), 27);
  return bytes;
}

describe('what is remembered of DTLS sessions', () => {
  test('a handshake, both its hellos and what follows, with its secret; an older one of the address is another', () => {
    const memory = new SessionMemory();
    memory.datagram('a', datagram(hello(1)));
    memory.datagram('a', datagram(hello(1)));
    memory.datagram('a', datagram(Uint8Array.of(20, 0xfe, 0xfd)));
    memory.datagram('a', datagram(Uint8Array.of(23, 0xfe, 0xfd)));
    const session = memory.secret(secretOf(1));
    memory.datagram('a', datagram(Uint8Array.of(22, 0xfe, 0xfd, 0, 1)));
    assert.deepEqual([session.key, session.datagrams.length], ['a', 4]);
    memory.datagram('a', datagram(hello(2)));
    assert.equal(memory.secret(secretOf(2)).datagrams.length, 1);
    assert.equal(memory.of('a').length, 2);
    assert.equal(memory.of('b').length, 0);
  });

  test('is bounded, whoever knocks: sessions, handshakes, and the bytes of each and all', () => {
    const memory = new SessionMemory();
    for (let n = 0; n < 3000; n++) {
      for (let flight = 0; flight < 40; flight++) memory.datagram(`p${n}`, datagram(hello(n, 1200)));
      memory.secret(secretOf(n));
    }
    const sessions = memory.of();
    const bytes = sessions
      .flatMap(({ datagrams }) => datagrams)
      .reduce((sum, { payload }) => sum + payload.length, 0);
    assert.ok(sessions.length <= 1024);
    assert.ok(bytes <= 4 * 1024 * 1024);
    assert.ok(sessions.every(({ datagrams }) => datagrams.length <= 32));
    assert.equal(sessions.at(-1)?.key, 'p2999');
  });

  test('any bytes are taken', () => {
    const memory = new SessionMemory();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => memory.datagram('x', datagram(bytes))),
    );
  });
});

describe('segments made for a connection', () => {
  test('go on where the last ended, each way, and acknowledge what came the other way', () => {
    const streams = new TcpStreams();
    const numbers = (from: typeof A, to: typeof A, length: number) =>
      streams
        .blocks({ at: 0, source: from, destination: to, payload: new Uint8Array(length) })
        .map((block) => {
          // block header 8, fields 20, IPv4 header 20: the TCP header
          const tcp = new DataView(block.buffer, block.byteOffset + 48);
          return [tcp.getUint32(4), tcp.getUint32(8)];
        });
    assert.deepEqual(numbers(A, B, 10), [[1, 1]]);
    assert.deepEqual(numbers(B, A, 5), [[1, 11]]);
    assert.deepEqual(numbers(A, B, 70_000), [
      [11, 6],
      [65_506, 6],
    ]);
    assert.deepEqual(numbers(B, A, 1), [[6, 70_011]]);
  });
});

describe('a file that grows', () => {
  function written(mostBytes?: number) {
    const clock = new VirtualClock();
    const pieces: Uint8Array[] = [];
    const sink = {
      append: (bytes: Uint8Array) => Promise.resolve(void pieces.push(bytes)),
      close: () => Promise.resolve(),
    };
    return { clock, pieces, writer: new CaptureWriter(sink, clock, 'test', mostBytes) };
  }

  test('begins with its head, and a secret goes before the packets of its moment', async () => {
    const { clock, pieces, writer } = written();
    writer.packet(Uint8Array.of(1));
    writer.secret(Uint8Array.of(2));
    writer.packet(Uint8Array.of(3));
    await clock.advance(1000);
    await settle();
    assert.equal(pieces.length, 1);
    assert.deepEqual([...(pieces[0] ?? [])].slice(0, 4), [0x0a, 0x0d, 0x0d, 0x0a]);
    assert.deepEqual([...(pieces[0] ?? [])].slice(-3), [2, 1, 3]);
    assert.equal(clock.timers, 0);
  });

  test('ends at its longest, and says so', async () => {
    const { pieces, writer } = written(2000);
    for (let i = 0; i < 10; i++) writer.packet(new Uint8Array(500));
    await writer.close();
    assert.ok(writer.size <= 2000);
    assert.equal(
      pieces.reduce((sum, { length }) => sum + length, 0),
      writer.size,
    );
    assert.match(writer.note ?? '', /1 GiB/);
  });
});
