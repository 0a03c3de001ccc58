import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { concatBytes, equalBytes } from '../../../src/base/bytes';
import { millis, seconds } from '../../../src/base/clock';
import { certifyServer, createAuthority } from '../../../src/security/authority';
import { httpOpener } from '../../../src/transport/http';
import { nodeFetch } from '../../../src/transport/httpFetch';
import { nodeClock } from '../../../src/transport/nodeClock';
import type { HttpListener, HttpResponse, TlsEvent, TlsSettings } from '../../../src/transport/ports';
import { LOOPBACK } from './streamScene';
import { issued, judgeOf, pem } from './tlsScene';

const IMAGE = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);

/** Serves the image from where the range begins. */
function answer(range: string | undefined): HttpResponse {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const body = IMAGE.subarray(from);
  return {
    status: from === 0 ? 200 : 206,
    headers: { 'content-length': String(body.length), etag: '"a"' },
    body,
  };
}

async function serving(t: TestContext, tls: TlsSettings): Promise<HttpListener & { readonly url: string }> {
  const listener = await httpOpener().listen(
    LOOPBACK,
    (request) => Promise.resolve(answer(request.headers['range'])),
    tls,
  );
  t.after(() => listener.close());
  return { ...listener, url: `https://127.0.0.1:${listener.local.port}/f/x` };
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return concatBytes(parts);
}

/** A foreign server on a free port. */
async function foreign(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('HTTPS', () => {
  test('an image, and its rest by a range, to a client that trusts our authority', async (t) => {
    const { server: own, judge } = await issued();
    const { url, scheme } = await serving(t, { own: () => own });
    assert.equal(scheme, 'https');
    const asked: { host: string; port: number }[] = [];
    const tls: TlsSettings = {
      judge: (chain, address) => {
        asked.push(address);
        return judge(chain, address);
      },
    };
    const whole = await nodeFetch.get({ url, stallTimeout: seconds(5), tls });
    assert.deepEqual([whole.status, whole.headers['etag']], [200, '"a"']);
    assert.ok(equalBytes(await collect(whole.body), IMAGE));
    const rest = await nodeFetch.get({
      url,
      headers: { range: 'bytes=100000-' },
      stallTimeout: seconds(5),
      tls,
    });
    assert.equal(rest.status, 206);
    assert.ok(equalBytes(await collect(rest.body), IMAGE.subarray(100_000)));
    assert.deepEqual(asked[0], { host: '127.0.0.1', port: Number(new URL(url).port) });
  });

  test('the judge is given the name as it stands in the URL', async (t) => {
    const { server: own, judge } = await issued();
    const { local } = await serving(t, { own: () => own });
    let host = '';
    const tls: TlsSettings = {
      judge: (chain, address) => {
        host = address.host;
        return judge(chain, address);
      },
    };
    const url = `https://localhost:${local.port}/`;
    const { body } = await nodeFetch.get({ url, stallTimeout: seconds(5), tls });
    await collect(body);
    assert.equal(host, 'localhost');
  });

  test('a server that the judge refuses is asked nothing; the runtime refuses it as well', async (t) => {
    const { server: own } = await issued();
    let requests = 0;
    const server = createSecureServer({ cert: own.certificate, key: own.privateKey }, (_, response) => {
      requests++;
      response.end();
    });
    const url = await foreign(t, server);
    const judge = judgeOf(await createAuthority(nodeClock, 'another'));
    await assert.rejects(nodeFetch.get({ url, stallTimeout: seconds(5), tls: { judge } }), (error: Error) => {
      assert.equal((error as { code?: string }).code, 'TLS_REFUSED');
      assert.match(error.message, /its issuer is not known/);
      return true;
    });
    await assert.rejects(nodeFetch.get({ url, stallTimeout: seconds(5) }), { code: 'TLS_REFUSED' });
    assert.equal(requests, 0);
  });

  test('a client shows its certificate where one is required; without it is refused, and that is told', async (t) => {
    const { server: own, device, judge } = await issued();
    const events: TlsEvent[] = [];
    const { url } = await serving(t, {
      own: () => own,
      judge,
      certificateRequired: true,
      observer: (event) => void events.push(event),
    });
    const tls = { own: () => device, judge };
    const { status, body } = await nodeFetch.get({ url, stallTimeout: seconds(5), tls });
    assert.deepEqual([status, (await collect(body)).length], [200, IMAGE.length]);
    assert.deepEqual(
      events.map((event) => event.kind === 'established' && event.identity),
      ['device-1'],
    );
    await assert.rejects(nodeFetch.get({ url, stallTimeout: seconds(5), tls: { judge } }));
    assert.equal(events[1]?.kind === 'failed' && events[1].code, 'CERTIFICATE_MISSING');
  });

  test('a new certificate is used at once', async (t) => {
    const { authority, server, judge } = await issued();
    const held = { own: server };
    const { url } = await serving(t, { own: () => held.own });
    const names: string[] = [];
    const tls: TlsSettings = {
      judge: (chain, address) => {
        const verdict = judge(chain, address);
        if (verdict.trusted) names.push(verdict.name);
        return verdict;
      },
    };
    await collect((await nodeFetch.get({ url, stallTimeout: seconds(5), tls })).body);
    held.own = pem(await certifyServer(authority, ['second.example'], nodeClock));
    await collect((await nodeFetch.get({ url, stallTimeout: seconds(5), tls })).body);
    assert.deepEqual(names, ['127.0.0.1', 'second.example']);
  });

  test('plain HTTP on the secured port is told with what came; nothing is answered', async (t) => {
    const { server: own } = await issued();
    const events: TlsEvent[] = [];
    const { local } = await serving(t, { own: () => own, observer: (event) => void events.push(event) });
    const socket = connect(local.port, '127.0.0.1');
    let answered = 0;
    socket.on('error', () => undefined).on('data', (bytes) => (answered += bytes.length));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    assert.equal(answered, 0);
    const [event] = events;
    assert.ok(event?.kind === 'failed');
    assert.equal(event.code, 'NOT_TLS');
    assert.equal(Buffer.from(event.notTls ?? []).toString(), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  });

  test('closing cuts a handshake that is under way, and lets the port go', async (t) => {
    const { server: own } = await issued();
    const listener = await serving(t, { own: () => own });
    const socket = connect(listener.local.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const whole = await nodeFetch.get({
      url: listener.url,
      stallTimeout: seconds(5),
      tls: { judge: () => ({ trusted: true, name: 'x' }) },
    });
    await collect(whole.body);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    await listener.close();
    await gone;
  });

  test('a port without TLS, nobody there, and being called off during the handshake', async (t) => {
    const { judge } = await issued();
    const tls = { judge };
    const plain = await foreign(t, createPlainServer());
    await assert.rejects(nodeFetch.get({ url: plain, stallTimeout: seconds(5), tls }), {
      code: 'TLS_REFUSED',
    });
    await assert.rejects(nodeFetch.get({ url: plain, stallTimeout: seconds(5) }), { code: 'TLS_REFUSED' });
    await assert.rejects(nodeFetch.get({ url: 'https://127.0.0.1:1/', stallTimeout: seconds(5), tls }), {
      code: 'UNREACHABLE',
    });
    const calledOff = new AbortController();
    const { server: own } = await issued();
    const slow = await serving(t, { own: () => own });
    const waiting = nodeFetch.get({
      url: slow.url,
      stallTimeout: seconds(5),
      signal: calledOff.signal,
      tls: {
        judge: () => {
          calledOff.abort();
          return { trusted: true, name: 'x' };
        },
      },
    });
    await assert.rejects(waiting, { code: 'ABORTED' });
  });

  test('a server that is silent in the handshake, or before its head, ends by time', async (t) => {
    const { server: own, judge } = await issued();
    const server = createSecureServer({ cert: own.certificate, key: own.privateKey }, () => undefined);
    const url = await foreign(t, server);
    await assert.rejects(nodeFetch.get({ url, stallTimeout: millis(300), tls: { judge } }), {
      code: 'TIMEOUT',
    });
    const deaf = createPlainServer();
    deaf.removeAllListeners('connection');
    deaf.on('connection', (socket: NodeJS.ReadableStream) => void socket.resume());
    const silent = await foreign(t, deaf);
    await assert.rejects(nodeFetch.get({ url: silent, stallTimeout: millis(100), tls: { judge } }), {
      code: 'TIMEOUT',
    });
  });
});
