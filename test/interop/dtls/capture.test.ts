import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { concatBytes, encodeUtf8, toHex } from '../../../src/base/bytes';
import { CIPHER_SUITES } from '../../../src/dtls/cipherSuite';
import { createDtlsChannel } from '../../../src/dtls/dtlsChannel';
import { uint16 } from '../../../src/dtls/wire';
import { MemoryNetwork } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';
import { runWell } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';
import { KEY, IDENTITY, program, temporary } from './peers';

/** tshark 4.0 has the names of ECDHE_PSK with GCM and CCM (RFC 8442), but decrypts none of them. */
const SUITES = CIPHER_SUITES.filter((s) => s.keyExchange === 'PSK' || s.id === 0xc037);

describe('tshark decrypts what we send to ourselves', () => {
  for (const suite of SUITES) {
    for (const cidLength of [undefined, 6]) {
      test(`${suite.name}, connection ID ${cidLength ?? 'none'}`, async (t) => {
        const file = requirePeer(t, program('tshark', 'tshark'));
        if (!file) return;
        const clock = new VirtualClock();
        const network = new MemoryNetwork(clock);
        const packets: Uint8Array[] = [];
        network.fate = (from, to, bytes) => {
          packets.push(packet(from, to, bytes));
          return [0];
        };
        const secrets: string[] = [];
        const cid = cidLength === undefined ? {} : { cidLength };
        const server = createDtlsChannel(network.open('10.0.0.1', 5684), {
          clock,
          random: seededRandom(1),
          server: { psk: () => KEY },
          keyLog: (random, master) => secrets.push(`CLIENT_RANDOM ${toHex(random)} ${toHex(master)}`),
          ...cid,
        });
        server.onMessage(({ bytes, peer }) => server.send(bytes, peer));
        const client = createDtlsChannel(network.open('10.0.0.2', 7000), {
          clock,
          random: seededRandom(2),
          client: { psk: { identity: encodeUtf8(IDENTITY), key: KEY } },
          suites: [suite],
          ...cid,
        });
        // a confirmable GET of /tell-me, and the same as an answer
        const coap = concatBytes([Uint8Array.of(0x40, 1, 0x12, 0x34, 0xb7), encodeUtf8('tell-me')]);
        client.send(coap, client.peerAt({ host: '10.0.0.1', port: 5684 }));
        await clock.advance(10);

        const folder = temporary(t);
        const keys = path.join(folder, 'keys');
        const capture = path.join(folder, 'capture.pcap');
        writeFileSync(keys, `${secrets.join('\n')}\n`);
        writeFileSync(capture, pcap(packets));
        const shown = await runWell({
          file,
          args: [
            ...['-r', capture, '-o', `tls.keylog_file:${keys}`, '-Y', 'coap'],
            ...['-T', 'fields', '-e', 'coap.mid', '-e', 'coap.opt.uri_path'],
          ],
        });
        assert.equal(shown.stdout.toString().trim(), ['4660\ttell-me', '4660\ttell-me'].join('\n'));
      });
    }
  }
});

/** IPv4 and UDP around a datagram; no checksums, which nobody asks for here. */
function packet(
  from: { host: string; port: number },
  to: { host: string; port: number },
  bytes: Uint8Array,
): Uint8Array {
  const address = (host: string) => Uint8Array.from(host.split('.').map(Number));
  return concatBytes([
    Uint8Array.of(0x45, 0),
    uint16(28 + bytes.length),
    Uint8Array.of(0, 0, 0, 0, 64, 17, 0, 0),
    address(from.host),
    address(to.host),
    uint16(from.port),
    uint16(to.port),
    uint16(8 + bytes.length),
    uint16(0),
    bytes,
  ]);
}

/** A capture of raw IP packets, a second apart. */
function pcap(packets: readonly Uint8Array[]): Uint8Array {
  const words = (...list: number[]) => new Uint8Array(Uint32Array.from(list).buffer);
  const LINKTYPE_RAW = 101;
  return concatBytes([
    words(0xa1b2c3d4, 0x00040002, 0, 0, 65_535, LINKTYPE_RAW),
    ...packets.flatMap((bytes, second) => [words(second, 0, bytes.length, bytes.length), bytes]),
  ]);
}
