import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { concatBytes, encodeUtf8, fromHex, toHex } from '../../../src/base/bytes';
import { wireAddress } from '../../../src/trace/ipPacket';
import {
  captureHeader,
  capturedPacket,
  decryptionSecrets,
  type CapturedDatagram,
} from '../../../src/trace/pcapng';

const datagram: CapturedDatagram = {
  at: 1_700_000_000_123.456,
  source: { host: '192.0.2.1', port: 5683 },
  destination: { host: '192.0.2.2', port: 40000 },
  payload: Uint8Array.of(0x60, 0x00, 0x12, 0x34, 0xff),
};

interface Block {
  readonly type: number;
  readonly body: DataView;
}

/** The blocks of a capture file, as the format says they are read: lengths at both ends, whole words. */
function blocksOf(file: Uint8Array): Block[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const blocks: Block[] = [];
  for (let at = 0; at < file.length;) {
    const length = view.getUint32(at + 4, true);
    assert.equal(length % 4, 0);
    assert.ok(length >= 12 && at + length <= file.length);
    assert.equal(view.getUint32(at + length - 4, true), length);
    blocks.push({
      type: view.getUint32(at, true),
      body: new DataView(file.buffer, file.byteOffset + at + 8, length - 12),
    });
    at += length;
  }
  return blocks;
}

const bytesOf = (view: DataView, from: number, length: number) =>
  new Uint8Array(view.buffer, view.byteOffset + from, length);

/** The packet inside an enhanced packet block. */
function packetOf(block: Uint8Array | undefined): Uint8Array {
  assert.ok(block);
  const [only] = blocksOf(block);
  assert.ok(only);
  const length = only.body.getUint32(12, true);
  assert.equal(only.body.getUint32(16, true), length);
  return bytesOf(only.body, 20, length);
}

const sumOf = (bytes: Uint8Array): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) sum += (bytes[i] ?? 0) * (i % 2 === 0 ? 256 : 1);
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
};

test('the beginning is a section header and one interface of raw IP packets', () => {
  assert.equal(
    toHex(captureHeader('x')),
    '0a0d0d0a28000000' +
      '4d3c2b1a01000000ffffffffffffffff' +
      '0400010078000000' +
      '00000000' +
      '28000000' +
      ('0100000020000000' + '6500000000000000' + '0900010006000000' + '00000000' + '20000000'),
  );
});

test('secrets are a key log that Wireshark reads', () => {
  const clientRandom = new Uint8Array(32).fill(0xab);
  const masterSecret = new Uint8Array(48).fill(0xcd);
  const [block, ...more] = blocksOf(
    decryptionSecrets([
      { clientRandom, masterSecret },
      { clientRandom: masterSecret.subarray(16), masterSecret },
    ]),
  );
  assert.ok(block && more.length === 0);
  assert.equal(block.type, 10);
  assert.equal(toHex(bytesOf(block.body, 0, 4)), '4b534c54');
  const log = new TextDecoder().decode(bytesOf(block.body, 8, block.body.getUint32(4, true)));
  assert.equal(
    log,
    `CLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}\nCLIENT_RANDOM ${'cd'.repeat(32)} ${'cd'.repeat(48)}\n`,
  );
});

test('a datagram stands under headers of IPv4 and UDP, to the byte', () => {
  assert.equal(
    toHex(packetOf(capturedPacket(datagram))),
    '45000021000000004011f6c8c0000201c0000202' + '16339c40000d5827' + '60001234ff',
  );
});

test('its time is in microseconds, in two halves', () => {
  const [block] = blocksOf(capturedPacket(datagram) ?? new Uint8Array());
  assert.ok(block);
  assert.equal(block.type, 6);
  const time = block.body.getUint32(4, true) * 2 ** 32 + block.body.getUint32(8, true);
  assert.equal(time, 1_700_000_000_123_456);
});

test('a comment is bounded, and cut at the end of a character', () => {
  const [block] = blocksOf(capturedPacket({ ...datagram, comment: 'ü'.repeat(5000) }) ?? new Uint8Array());
  assert.ok(block);
  const at = 20 + 36;
  assert.equal(block.body.getUint16(at, true), 1);
  const length = block.body.getUint16(at + 2, true);
  assert.equal(length, 1000);
  new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(block.body, at + 4, length));
  const [odd] = blocksOf(
    capturedPacket({ ...datagram, comment: 'a' + 'ü'.repeat(5000) }) ?? new Uint8Array(),
  );
  assert.equal(odd?.body.getUint16(at + 2, true), 999);
});

test('what is no datagram of IP is left out', () => {
  const to = (host: string, payload = datagram.payload) =>
    capturedPacket({ ...datagram, destination: { host, port: 1 }, payload });
  for (const host of ['::1', 'host', '', '1.2.3', '1.2.3.256', '::1::'])
    assert.equal(to(host), undefined, host);
  assert.equal(to('1.2.3.4', new Uint8Array(65_508)), undefined);
  assert.ok(to('1.2.3.4', new Uint8Array(65_507)));
  assert.ok(to('::ffff:1.2.3.4'));
});

describe('whatever went over the wire', () => {
  const payloads = fc.uint8Array({ maxLength: 1500 });
  const ports = fc.nat({ max: 65535 });
  const hosts = fc.oneof(fc.tuple(fc.ipV4(), fc.ipV4()), fc.tuple(fc.ipV6(), fc.ipV6()));

  test('is a packet whose sums are right and whose payload is whole', () => {
    fc.assert(
      fc.property(hosts, ports, ports, payloads, ([from, to], a, b, payload) => {
        const source = wireAddress(from);
        const destination = wireAddress(to);
        const block = capturedPacket({
          ...datagram,
          source: { host: from, port: a },
          destination: { host: to, port: b },
          payload,
        });
        if (source?.length !== destination?.length) return assert.equal(block, undefined);
        const packet = packetOf(block);
        const four = packet[0] === 0x45;
        if (four) assert.equal(sumOf(packet.subarray(0, 20)), 0xffff);
        const udp = packet.subarray(four ? 20 : 40);
        const length = fromHex(udp.length.toString(16).padStart(4, '0')) ?? new Uint8Array();
        const addresses = packet.subarray(four ? 12 : 8, four ? 20 : 40);
        assert.equal(sumOf(concatBytes([addresses, Uint8Array.of(0, 17), length, udp])), 0xffff);
        assert.deepEqual(udp.subarray(8), payload);
      }),
    );
  });
});

test('a file grows by blocks', () => {
  const file = concatBytes([
    captureHeader('LwM2M Workbench'),
    decryptionSecrets([]),
    capturedPacket(datagram) ?? new Uint8Array(),
    capturedPacket({ ...datagram, comment: 'dev1' }) ?? new Uint8Array(),
    encodeUtf8(''),
  ]);
  assert.deepEqual(
    blocksOf(file).map(({ type }) => type),
    [0x0a0d0d0a, 1, 10, 6, 6],
  );
});
