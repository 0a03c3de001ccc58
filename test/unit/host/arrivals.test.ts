import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { fromHex } from '../../../src/base/bytes';
import { Arrivals } from '../../../src/host/arrivals';
import { summarize } from '../../../src/host/datagramSummary';

const peer = { key: 'p', address: { host: '192.0.2.7', port: 40123 } };
const bytes = (hex: string): Uint8Array => {
  const read = fromHex(hex.replaceAll(' ', ''));
  if (!read) throw new Error(`no hex: ${hex}`);
  return read;
};
const RD = 'b2 72 64'; // Uri-Path rd
const EP = '46 65 70 3d 64 65 76'; // Uri-Query ep=dev

test('what arrives is told in a few words: datagrams, and messages of connections', () => {
  for (const [stream, hex, words] of [
    [false, `44 02 00 01 aabbccdd ${RD} ${EP}`, 'CON POST /rd?ep=dev'],
    [false, '40 00 00 07', 'ping'],
    [false, '64 45 00 01 aabbccdd', 'ACK 2.05'],
    [true, `a4 02 aabbccdd ${RD} ${EP}`, 'TCP POST /rd?ep=dev'],
    // lengths of one, two and four more bytes, with the payload cut off
    [true, `d4 40 02 aabbccdd ${RD} ${EP} ff 3c`, 'TCP POST /rd?ep=dev'],
    [true, `e4 0400 02 aabbccdd ${RD} ${EP} ff 3c`, 'TCP POST /rd?ep=dev'],
    [true, `f4 00010000 02 aabbccdd ${RD} ${EP} ff 3c`, 'TCP POST /rd?ep=dev'],
    [true, '40 e1 22 0480 20', 'TCP CSM'],
    [true, '00 e2', 'TCP ping'],
    [true, '00 e5', 'TCP Abort'],
    [true, '04 45 aabbccdd', 'TCP 2.05'],
    [true, '16 03 01 02 00 01', 'a TLS handshake: this listener is plain CoAP, the device uses coaps+tcp://'],
    [false, '16 fe fd 00 00 00', 'a DTLS handshake: this listener is plain CoAP, the device uses coaps://'],
  ] as const)
    assert.equal(summarize(bytes(hex), stream), words, hex);
});

test('a message of a connection that was cut at any place, or is noise, never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (head, stream) => {
      assert.equal(typeof summarize(head, stream), 'string');
    }),
  );
});

test('the newest come first, and the oldest go', () => {
  const arrivals = new Arrivals();
  for (let at = 0; at < 60; at++)
    arrivals.keep({ at, direction: 'in', peer, bytes: bytes('00 e1'), repeat: 0 }, true);
  const kept = arrivals.newestFirst();
  assert.deepEqual([kept.length, kept[0]?.at, kept.at(-1)?.at], [50, 59, 10]);
  assert.equal(kept[0]?.summary, 'TCP CSM');
});
