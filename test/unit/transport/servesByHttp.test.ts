import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { millis } from '../../../src/base/clock';
import { isOperationError } from '../../../src/base/errors';
import { httpOpener } from '../../../src/transport/http';
import type { HttpListener, HttpRequest, HttpResponse } from '../../../src/transport/ports';

const LOOPBACK = { host: '127.0.0.1', port: 0 };

type Handle = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

async function serving(t: TestContext, handle: Handle, opener = httpOpener()): Promise<HttpListener> {
  const listener = await opener.listen(LOOPBACK, async (request) => handle(request));
  t.after(() => listener.close());
  return listener;
}

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The connection ended before the body did. */
  readonly cut: boolean;
}

function get(
  { local }: HttpListener,
  options: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Record<string, string>;
  } = {},
  onData: () => void = () => undefined,
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', path = '/f/x', headers = {} } = options;
    const asked = httpRequest({ host: local.host, port: local.port, agent: false, method, path, headers });
    asked.on('error', reject).on('response', (response) => {
      const parts: Buffer[] = [];
      const end = (cut: boolean) =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
          cut,
        });
      response.on('data', (part: Buffer) => {
        parts.push(part);
        onData();
      });
      response.on('end', () => end(false)).on('error', () => end(true));
    });
    asked.end();
  });
}

/** What `onSent` is told. */
function sentOf(): {
  readonly onSent: NonNullable<HttpResponse['onSent']>;
  readonly told: Promise<[number, boolean]>;
} {
  let onSent: NonNullable<HttpResponse['onSent']> = () => undefined;
  const told = new Promise<[number, boolean]>((resolve) => {
    onSent = (bytes, complete) => resolve([bytes, complete]);
  });
  return { onSent, told };
}

async function* pieces(count: number, length: number, pulled?: (n: number) => void) {
  for (let n = 0; n < count; n++) {
    pulled?.(n + 1);
    yield Promise.resolve(new Uint8Array(length).fill(n));
    await Promise.resolve();
  }
}

test('the request as it came, without its query; the answer as it is given', async (t) => {
  let asked: HttpRequest | undefined;
  const listener = await serving(t, (request) => {
    asked = request;
    return { status: 206, headers: { etag: '"a"', 'content-length': '3' }, body: Buffer.from('abc') };
  });
  const { status, headers, body } = await get(listener, {
    path: '/f/x?y=1',
    headers: { Range: 'bytes=1-', 'If-Range': '"a"' },
  });
  assert.deepEqual([status, headers['etag'], body.toString()], [206, '"a"', 'abc']);
  assert.deepEqual(
    [asked?.method, asked?.path, asked?.headers['range'], asked?.headers['if-range'], asked?.peer.host],
    ['GET', '/f/x', 'bytes=1-', '"a"', '127.0.0.1'],
  );
});

test('a target that is a whole URI means its path (RFC 9112 §3.2.2)', async (t) => {
  const paths: string[] = [];
  const listener = await serving(t, ({ path }) => {
    paths.push(path);
    return { status: 200, headers: {} };
  });
  for (const path of ['http://192.0.2.1:8080/f/x?v=2', 'HTTP://h', 'http://h?q', '/http://x/y'])
    await get(listener, { path });
  assert.deepEqual(paths, ['/f/x', '/', '/', '/http://x/y']);
});

test('a streamed body arrives whole, and what went out is told', async (t) => {
  const { onSent, told } = sentOf();
  const listener = await serving(t, () => ({
    status: 200,
    headers: { 'content-length': '500000' },
    body: pieces(50, 10_000),
    onSent,
  }));
  const { body } = await get(listener);
  assert.equal(body.length, 500_000);
  assert.ok(body.every((byte, i) => byte === Math.floor(i / 10_000)));
  assert.deepEqual(await told, [500_000, true]);
});

test('HEAD gets the head alone, also of a stream that is then not read', async (t) => {
  let pulled = 0;
  const listener = await serving(t, () => ({
    status: 200,
    headers: { 'content-length': '500000' },
    body: pieces(50, 10_000, (n) => (pulled = n)),
  }));
  const { status, headers, body } = await get(listener, { method: 'HEAD' });
  assert.deepEqual([status, headers['content-length'], body.length, pulled], [200, '500000', 0, 0]);
});

test('whoever does not read is given no more than the connection holds, and an end', async (t) => {
  let pulled = 0;
  const { onSent, told } = sentOf();
  const listener = await serving(
    t,
    () => ({ status: 200, headers: {}, body: pieces(10_000, 64 * 1024, (n) => (pulled = n)), onSent }),
    httpOpener(undefined, { idleTimeout: millis(300) }),
  );
  const socket = connect(listener.local.port, '127.0.0.1');
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  socket.write('GET /f/x HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.pause();
  const [bytes, complete] = await told;
  assert.equal(complete, false);
  // 655 MB would have been read; the buffers of the system take some MB
  assert.ok(pulled < 1000 && bytes < 1000 * 64 * 1024, `${pulled} pieces`);
});

test('whoever goes in the middle ends the reading, and that is told', async (t) => {
  let ended = false;
  const { onSent, told } = sentOf();
  async function* endless() {
    try {
      for (;;) yield Promise.resolve(new Uint8Array(64 * 1024));
    } finally {
      ended = true;
    }
  }
  const listener = await serving(t, () => ({ status: 200, headers: {}, body: endless(), onSent }));
  const socket = connect(listener.local.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET /f/x HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.once('data', () => socket.destroy());
  const [bytes, complete] = await told;
  assert.deepEqual([complete, ended], [false, true]);
  assert.ok(bytes > 0);
});

test('a body that fails in the middle cuts the connection: never a shorter image that looks whole', async (t) => {
  const { onSent, told } = sentOf();
  let fail: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => (fail = resolve));
  async function* failing() {
    yield* pieces(3, 1000);
    await arrived;
    throw new Error('withdrawn');
  }
  const listener = await serving(t, () => ({
    status: 200,
    headers: { 'content-length': '5000' },
    body: failing(),
    onSent,
  }));
  const { body, cut } = await get(listener, {}, fail);
  assert.equal(cut, true);
  assert.ok(body.length > 0 && body.length <= 3000);
  assert.equal((await told)[1], false);
});

test('a handler that throws is answered 500 and logged', async (t) => {
  const lines: string[] = [];
  const opener = httpOpener({ log: (level, message) => lines.push(`${level} ${message}`) });
  const listener = await serving(t, () => Promise.reject(new Error('broken')), opener);
  assert.equal((await get(listener)).status, 500);
  assert.deepEqual(lines, ['error an HTTP request could not be served: broken']);
});

test('closing ends the downloads under way and lets the port go', async (t) => {
  const { onSent, told } = sentOf();
  const listener = await serving(t, () => ({
    status: 200,
    headers: {},
    body: pieces(10_000, 64 * 1024),
    onSent,
  }));
  const socket = connect(listener.local.port, '127.0.0.1');
  const gone = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
  socket.write('GET /f/x HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('readable', resolve));
  await listener.close();
  assert.equal((await told)[1], false);
  socket.resume();
  await gone;
  const again = await httpOpener().listen(listener.local, () =>
    Promise.resolve({ status: 204, headers: {} }),
  );
  await again.close();
});

test('a port that is taken, and an address of another machine, say so and what to do', async (t) => {
  const first = await serving(t, () => ({ status: 204, headers: {} }));
  const handle = () => Promise.resolve({ status: 204, headers: {} });
  await assert.rejects(
    httpOpener().listen(first.local, handle),
    (error) => isOperationError(error, 'PORT_IN_USE') && error.next !== undefined,
  );
  await assert.rejects(
    httpOpener().listen({ host: '192.0.2.1', port: 0 }, handle),
    (error) => isOperationError(error, 'ADDRESS_NOT_LOCAL') && error.next !== undefined,
  );
});

test('what is no HTTP is refused, and the next request served', async (t) => {
  const listener = await serving(t, () => ({ status: 204, headers: {} }));
  const socket = connect(listener.local.port, '127.0.0.1');
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (part) => (text += part.toString())).once('close', () => resolve(text));
  });
  socket.write(Buffer.from('\u0016\u0003\u0001 this is no HTTP\r\n\r\n', 'latin1'));
  assert.match(await answer, /^HTTP\/1\.1 400/);
  assert.equal((await get(listener)).status, 204);
});
