import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { NO_BYTES, encodeUtf8 } from '../../../src/base/bytes';
import { DEFAULT_PORTS } from '../../../src/base/scheme';
import { Codes } from '../../../src/coap/code';
import { OptionNumbers } from '../../../src/coap/option';
import { textOption } from '../../../src/coap/optionValue';
import { capabilities } from '../../../src/coap/signal';
import { encodeStreamMessage } from '../../../src/coap/streamMessage';
import { capturedServer } from '../../support/captured';
import { temporaryFolder } from '../../support/temporaryFolder';
import { findProgram } from '../peers/process.mjs';
import { requirePeer } from '../peers/required';

const tsharkHere = (t: TestContext): string | undefined => {
  const file = findProgram('tshark');
  return requirePeer(
    t,
    file === undefined ? { missing: 'tshark is not here: apt-get install tshark' } : { peer: file },
  );
};

/** What tshark reads in a file: of each CoAP message the IP destination, code and path. */
function coapIn(tshark: string, file: string): string[] {
  const fields = ['ip.dst', 'coap.code', 'coap.opt.uri_path_recon'].flatMap((field) => ['-e', field]);
  const checked = ['-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
  const { status, stdout, stderr } = spawnSync(
    tshark,
    ['-r', file, ...checked, '-Y', 'coap', '-T', 'fields', ...fields],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter((row) => row !== '');
}

const READ = ['10.0.0.1\t1\t/3/0/3', '10.0.0.9\t69\t/3/0/3'];

test('a plain session is read', async (t) => {
  const tshark = tsharkHere(t);
  if (tshark === undefined) return;
  const { captures, device, end } = capturedServer();
  const file = path.join(temporaryFolder(t), 'plain.pcapng');
  const { capture } = await captures.start({ file });
  await device('10.0.0.9', 'coap')('/3/0/3');
  const view = await end(capture);
  assert.deepEqual(coapIn(tshark, file), READ);
  assert.deepEqual([view.messages, view.note], [2, undefined]);
});

describe('a secured session', () => {
  for (const cid of [undefined, 6]) {
    for (const begun of ['before', 'after']) {
      test(`connection ID ${cid ?? 'none'}, captured from ${begun} its handshake`, async (t) => {
        const tshark = tsharkHere(t);
        if (tshark === undefined) return;
        const scene = capturedServer();
        scene.secureListener(cid);
        const folder = temporaryFolder(t);
        const files = [path.join(folder, 'with.pcapng'), path.join(folder, 'without.pcapng')] as const;
        const read = scene.device('10.0.0.9', 'coaps', cid);
        if (begun === 'after') await read('/1/0/1');
        const open = await scene.captures.start({ file: files[0], withSecrets: true });
        const closed = await scene.captures.start({ file: files[1] });
        await read('/3/0/3');
        await scene.end(open.capture);
        await scene.end(closed.capture);
        assert.deepEqual(coapIn(tshark, files[0]), READ);
        assert.deepEqual(coapIn(tshark, files[1]), []);
      });
    }
  }

  test("of one device: its handshake and its secret are inside, another's are not", async (t) => {
    const tshark = tsharkHere(t);
    if (tshark === undefined) return;
    const scene = capturedServer();
    scene.secureListener(undefined);
    const file = path.join(temporaryFolder(t), 'one.pcapng');
    const one = scene.device('10.0.0.9', 'coaps');
    const other = scene.device('10.0.0.8', 'coaps');
    scene.names.set('10.0.0.9', '10.0.0.9').set('10.0.0.8', '10.0.0.8');
    await one('/1/0/1');
    await other('/1/0/1');
    const { capture } = await scene.captures.start({ file, endpoint: '10.0.0.9', withSecrets: true });
    await other('/3/0/0');
    await one('/3/0/3');
    await scene.end(capture);
    assert.deepEqual(coapIn(tshark, file), READ);
  });
});

for (const scheme of ['coap+tcp', 'coaps+tcp'] as const)
  test(`${scheme}: a connection is put together, wherever its bytes were cut`, async (t) => {
    const tshark = tsharkHere(t);
    if (tshark === undefined) return;
    const { captures, end } = capturedServer();
    const file = path.join(temporaryFolder(t), 'tcp.pcapng');
    const { capture } = await captures.start({ file, withSecrets: scheme === 'coaps+tcp' });
    const token = Uint8Array.of(1);
    const segments = ['3', '0', '3'].map((text) => textOption(OptionNumbers.URI_PATH, text));
    const asked = encodeStreamMessage({ code: Codes.GET, token, options: segments, payload: NO_BYTES });
    const answer = encodeStreamMessage({
      code: Codes.CONTENT,
      token,
      options: [],
      payload: encodeUtf8('v'.repeat(3000)),
    });
    const bytes = (direction: 'in' | 'out', piece: Uint8Array) =>
      captures.datagram({
        at: Date.UTC(2026, 0, 1),
        direction,
        scheme,
        local: { host: '10.0.0.1', port: DEFAULT_PORTS[scheme] },
        peer: { address: { host: '10.0.0.9', port: 40_000 } },
        bytes: piece,
      });
    bytes('in', encodeStreamMessage(capabilities(1152)));
    bytes('out', encodeStreamMessage(capabilities(70_000)));
    bytes('in', asked.subarray(0, 3));
    bytes('in', asked.subarray(3));
    for (let at = 0; at < answer.length; at += 1000) bytes('out', answer.subarray(at, at + 1000));
    await end(capture);
    assert.deepEqual(
      coapIn(tshark, file).map((row) => row.split('\t').slice(0, 2).join(' ')),
      ['10.0.0.1 225', '10.0.0.9 225', '10.0.0.1 1', '10.0.0.9 69'],
    );
  });
