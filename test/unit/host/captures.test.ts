import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { encodeUtf8, toHex } from '../../../src/base/bytes';
import { isOperationError } from '../../../src/base/errors';
import { openCaptureFile } from '../../../src/storage/captureFile';
import { capturedServer } from '../../support/captured';
import { temporaryFolder } from '../../support/temporaryFolder';
import { settle } from '../../support/virtualClock';

/** A file in memory. */
function memoryFile(fails = false) {
  const pieces: Uint8Array[] = [];
  let closed = false;
  return {
    open: () =>
      Promise.resolve({
        append: (bytes: Uint8Array) =>
          fails ? Promise.reject(new Error('no space left')) : Promise.resolve(void pieces.push(bytes)),
        close: () => Promise.resolve(void (closed = true)),
      }),
    hex: () => pieces.map(toHex).join(''),
    closed: () => closed,
  };
}

const refusal = (code: string) => (error: unknown) => isOperationError(error, code);
const hexOf = (text: string) => toHex(new TextEncoder().encode(text));

describe('a running capture', () => {
  test('tells the messages from its beginning to its end, and nothing before or after', async () => {
    const scene = capturedServer();
    const ask = scene.device('10.0.0.9', 'coap');
    await ask('/3/0/0');
    assert.equal(scene.captures.active, false);
    const { capture } = await scene.captures.start({});
    assert.equal(scene.captures.active, true);
    await ask('/3/0/3');
    const view = await scene.end(capture);
    await ask('/3/0/9');
    assert.deepEqual(
      scene.traced.map(({ message }) => [message.direction, message.code, message.path]),
      [
        ['in', 'GET', '/3/0/3'],
        ['out', '2.05', '/3/0/3'],
      ],
    );
    assert.deepEqual(view, { capture, messages: 2, size: 0 });
    await assert.rejects(scene.captures.stop(capture), refusal('NO_SUCH_CAPTURE'));
  });

  test('of one device holds nothing of another, on the wire neither', async () => {
    const file = memoryFile();
    const scene = capturedServer(file.open);
    const [one, other] = [scene.device('10.0.0.9', 'coap'), scene.device('10.0.0.8', 'coap')];
    scene.names.set('10.0.0.9', '10.0.0.9').set('10.0.0.8', '10.0.0.8');
    const { capture } = await scene.captures.start({ file: '/x', endpoint: '10.0.0.9' });
    await one('/mine/1');
    await other('/theirs/1');
    const view = await scene.end(capture);
    assert.deepEqual(
      scene.traced.map(({ message }) => message.path),
      ['/mine/1', '/mine/1'],
    );
    assert.equal(view.messages, 2);
    assert.ok(file.hex().includes(hexOf('mine')));
    assert.ok(!file.hex().includes(hexOf('theirs')));
  });

  test('of one device holds what came from its new address before it was known whose it is', async () => {
    const file = memoryFile();
    const scene = capturedServer(file.open);
    scene.device('10.0.0.9', 'coap');
    const moved = scene.device('10.0.0.7', 'coap');
    const { capture } = await scene.captures.start({ file: '/x', endpoint: '10.0.0.9' });
    await moved('/unknown/1');
    scene.names.set('10.0.0.7', '10.0.0.9');
    await moved('/known/1');
    await scene.end(capture);
    assert.ok(file.hex().includes(hexOf('unknown')));
    assert.ok(file.hex().includes(hexOf('known')));
  });

  test('without its secrets holds no secret', async () => {
    for (const withSecrets of [false, true]) {
      const file = memoryFile();
      const scene = capturedServer(file.open);
      scene.secureListener(undefined);
      const { capture } = await scene.captures.start({ file: '/x', withSecrets });
      await scene.device('10.0.0.9', 'coaps')('/3/0/3');
      await scene.end(capture);
      assert.equal(file.hex().includes(hexOf('CLIENT_RANDOM')), withSecrets);
      assert.equal(file.hex().length > 1000, true);
    }
  });

  test('is in its file within a second, before it ends', async () => {
    const file = memoryFile();
    const scene = capturedServer(file.open);
    await scene.captures.start({ file: '/x' });
    await scene.device('10.0.0.9', 'coap')('/early/1');
    await scene.clock.advance(1000);
    await settle();
    assert.ok(file.hex().includes(hexOf('early')));
  });

  test('says that its file ended before it, and goes on telling', async () => {
    const scene = capturedServer(memoryFile(true).open);
    const { capture } = await scene.captures.start({ file: '/x' });
    const ask = scene.device('10.0.0.9', 'coap');
    await ask('/3/0/3');
    await scene.clock.advance(1000);
    await settle();
    await ask('/3/0/3');
    const view = await scene.end(capture);
    assert.deepEqual([view.messages, view.size, view.note], [4, 0, 'no space left.']);
  });

  for (const withSecrets of [true, false])
    test(`over TLS: ${withSecrets ? 'decrypted in the file' : 'not in the file, which is said'}`, async () => {
      const file = memoryFile();
      const scene = capturedServer(file.open);
      const { capture } = await scene.captures.start({ file: '/x', withSecrets });
      const peer = { key: 'p', address: { host: '10.0.0.9', port: 1 } };
      const local = { host: '10.0.0.1', port: 5684 };
      const bytes = Uint8Array.of(0x40, 0xe1, 0xff, ...encodeUtf8('in the clear'));
      scene.captures.datagram({ at: 0, direction: 'in', scheme: 'coaps+tcp', local, peer, bytes });
      scene.captures.message(
        { scheme: 'coaps+tcp', local },
        { at: 0, direction: 'in', peer, bytes, repeat: 0 },
      );
      const view = await scene.end(capture);
      assert.equal(file.hex().includes(hexOf('in the clear')), withSecrets);
      if (withSecrets) assert.equal(view.note, undefined);
      else assert.match(view.note ?? '', /^1 message over TLS is in the trace only/);
    });

  test('ends with the host, its file closed', async () => {
    const file = memoryFile();
    const scene = capturedServer(file.open);
    await scene.captures.start({ file: '/x' });
    await scene.captures.close();
    assert.ok(file.closed());
    assert.equal(scene.captures.active, false);
  });
});

describe('what can not be captured', () => {
  test('a device that is not registered, one capture too many, a file that is written already', async () => {
    const scene = capturedServer(memoryFile().open);
    await assert.rejects(scene.captures.start({ endpoint: 'nobody' }), refusal('NO_SUCH_DEVICE'));
    await scene.captures.start({ file: '/x' });
    await assert.rejects(scene.captures.start({ file: '/x' }), refusal('UNWRITABLE'));
    const begun = await Promise.allSettled(Array.from({ length: 20 }, () => scene.captures.start({})));
    assert.equal(begun.filter(({ status }) => status === 'fulfilled').length, 15);
    await assert.rejects(scene.captures.start({}), refusal('TOO_MANY_CAPTURES'));
  });
});

describe("a capture's file", () => {
  test('is written over where it is a capture or empty, and is its owner’s alone then', async (t) => {
    const folder = temporaryFolder(t);
    for (const [name, before] of [
      ['empty.pcapng', Uint8Array.of()],
      ['earlier.pcapng', Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a, 1, 2, 3, 4, 5, 6, 7, 8)],
    ] as const) {
      const file = path.join(folder, name);
      writeFileSync(file, before);
      chmodSync(file, 0o644);
      const open = await openCaptureFile(file);
      await open.append(Uint8Array.of(1, 2));
      await open.append(Uint8Array.of(3));
      await open.close();
      assert.deepEqual([...readFileSync(file)], [1, 2, 3]);
      if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
    }
  });

  test('is left as it is where it is anything else', async (t) => {
    const folder = temporaryFolder(t);
    const file = path.join(folder, 'notes.txt');
    for (const text of ['x', 'my notes']) {
      writeFileSync(file, text);
      await assert.rejects(openCaptureFile(file), refusal('UNWRITABLE'));
      assert.equal(readFileSync(file, 'utf8'), text);
    }
    mkdirSync(path.join(folder, 'sub'));
    await assert.rejects(openCaptureFile(path.join(folder, 'sub')), refusal('UNWRITABLE'));
    await assert.rejects(openCaptureFile(path.join(folder, 'none', 'x')), refusal('UNWRITABLE'));
  });
});
