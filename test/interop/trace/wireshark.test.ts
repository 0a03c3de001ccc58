import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { concatBytes, encodeUtf8, fromHex } from '../../../src/base/bytes';
import {
  captureHeader,
  capturedPacket,
  decryptionSecrets,
  type CapturedDatagram,
  type SessionSecret,
} from '../../../src/trace/pcapng';
import { freeUdpPort } from '../../support/freeUdpPort';
import { temporaryFolder } from '../../support/temporaryFolder';
import type { Prepared } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';

const program = (name: string, asks: string, from: string): Prepared<string> =>
  spawnSync(name, [asks]).error
    ? { missing: `${name} is not here: apt-get install ${from}` }
    : { peer: name };

/** What tshark reads in a capture: the fields of each packet, tab between them. */
function read(t: TestContext, tshark: string, parts: readonly Uint8Array[], ...fields: string[]): string[] {
  const file = path.join(temporaryFolder(t), 'capture.pcapng');
  writeFileSync(file, concatBytes(parts));
  const checked = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
  const shown = fields.flatMap((field) => ['-e', field]);
  const { status, stdout, stderr } = spawnSync(tshark, ['-r', file, ...checked, '-T', 'fields', ...shown], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split('\n');
}

const packet = (datagram: CapturedDatagram): Uint8Array => {
  const block = capturedPacket(datagram);
  assert.ok(block);
  return block;
};

test('Wireshark reads addresses, time, comment and CoAP of a capture, and its checksums are right', (t) => {
  const tshark = requirePeer(t, program('tshark', '--version', 'tshark'));
  if (tshark === undefined) return;
  // GET /3/0/3, confirmable
  const payload = fromHex('40011234b13301300133') ?? new Uint8Array();
  const at = 1_700_000_000_123.456;
  const ways = [
    ['192.0.2.1', '198.51.100.7'],
    ['2001:db8::1', '2001:db8::2'],
    ['::ffff:192.0.2.1', '198.51.100.7'],
  ] as const;
  const rows = read(
    t,
    tshark,
    [
      captureHeader('test'),
      ...ways.map(([from, to], i) =>
        packet({
          at: at + i,
          source: { host: from, port: 40_000 },
          destination: { host: to, port: 5683 },
          payload,
          comment: `dev${i}`,
        }),
      ),
    ],
    'frame.time_epoch',
    'frame.comment',
    'ip.dst',
    'ipv6.dst',
    'udp.dstport',
    'ip.checksum.status',
    'udp.checksum.status',
    'coap.opt.uri_path_recon',
  );
  assert.deepEqual(
    rows.map((row) => row.split('\t')),
    [
      ['1700000000.123456000', 'dev0', '198.51.100.7', '', '5683', '1', '1', '/3/0/3'],
      ['1700000000.124456000', 'dev1', '', '2001:db8::2', '5683', '', '1', '/3/0/3'],
      ['1700000000.125456000', 'dev2', '198.51.100.7', '', '5683', '1', '1', '/3/0/3'],
    ],
  );
});

/** Every datagram of a DTLS session between OpenSSL and OpenSSL that carried `message`, and its secret. */
async function session(t: TestContext, openssl: string, message: Uint8Array) {
  const keyLog = path.join(temporaryFolder(t), 'keys.log');
  const suite = ['-cipher', 'PSK-AES128-CCM8:@SECLEVEL=0', '-psk', '00112233', '-psk_identity', 'dev1'];
  const port = await freeUdpPort();
  const server = spawn(openssl, [
    's_server',
    '-dtls1_2',
    '-nocert',
    '-quiet',
    '-accept',
    String(port),
    ...suite,
  ]);
  t.after(() => server.kill());
  const taken: CapturedDatagram[] = [];
  const relay = createSocket('udp4');
  const onward = createSocket('udp4');
  t.after(() => [relay, onward].forEach((socket) => socket.close()));
  let client: { readonly port: number } | undefined;
  const device = { host: '192.0.2.1', port: 40_000 };
  const here = { host: '192.0.2.2', port: 5684 };
  const now = () => Date.now();
  relay.on('message', (bytes, from) => {
    client = from;
    taken.push({ at: now(), source: device, destination: here, payload: new Uint8Array(bytes) });
    onward.send(bytes, port, '127.0.0.1');
  });
  onward.on('message', (bytes) => {
    taken.push({ at: now(), source: here, destination: device, payload: new Uint8Array(bytes) });
    if (client) relay.send(bytes, client.port, '127.0.0.1');
  });
  await bound(relay);
  await bound(onward);
  // Until the server listens, the client's first flight is lost and sent again.
  const through = ['-connect', `127.0.0.1:${relay.address().port}`];
  const sender = spawn(openssl, [
    's_client',
    '-dtls1_2',
    '-quiet',
    '-keylogfile',
    keyLog,
    ...through,
    ...suite,
  ]);
  t.after(() => sender.kill());
  sender.stdin.write(message);
  const [arrived] = (await once(server.stdout, 'data')) as [Uint8Array];
  assert.deepEqual(new Uint8Array(arrived), message);
  const [, clientRandom, masterSecret] = /CLIENT_RANDOM (\w+) (\w+)/.exec(readFileSync(keyLog, 'utf8')) ?? [];
  const secret: SessionSecret = {
    clientRandom: fromHex(clientRandom ?? '') ?? new Uint8Array(),
    masterSecret: fromHex(masterSecret ?? '') ?? new Uint8Array(),
  };
  return { taken, secret };
}

async function bound(socket: Socket): Promise<void> {
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
}

test('Wireshark decrypts a session whose secret is in the capture, and none whose secret is not', async (t) => {
  const tshark = requirePeer(t, program('tshark', '--version', 'tshark'));
  const openssl = requirePeer(t, program('openssl', 'version', 'openssl'));
  if (tshark === undefined || openssl === undefined) return;
  // PUT /5/0/1, non-confirmable
  const message = concatBytes([
    fromHex('50031234b13501300131ff') ?? new Uint8Array(),
    encodeUtf8('coap://x'),
  ]);
  const { taken, secret } = await session(t, openssl, message);
  const packets = taken.map(packet);
  const paths = (parts: readonly Uint8Array[]) =>
    read(t, tshark, [captureHeader('test'), ...parts], 'coap.opt.uri_path_recon').filter((one) => one !== '');
  assert.deepEqual(paths([decryptionSecrets([secret]), ...packets]), ['/5/0/1']);
  assert.deepEqual(paths(packets), []);
});
