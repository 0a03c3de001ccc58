import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { millis, seconds } from '../../../src/base/clock';
import { concatBytes } from '../../../src/base/bytes';
import { nodeFetch } from '../../../src/transport/httpFetch';
import { TroublesomeTcpRelay } from '../../support/relay';

async function serving(
  listener: RequestListener,
  then: (url: string, server: Server) => Promise<void>,
): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  try {
    await then(`http://127.0.0.1:${(server.address() as AddressInfo).port}/f/x`, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return concatBytes(parts);
}

const IMAGE = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) & 0xff);

test('the head comes first, the body streams, headers are passed on', async () => {
  await serving(
    (request, response) => {
      assert.equal(request.headers.range, 'bytes=5-');
      response.writeHead(206, { etag: '"a"', 'content-range': 'bytes 5-99999/100000' });
      response.end(IMAGE.subarray(5));
    },
    async (url) => {
      const { status, headers, body } = await nodeFetch.get({
        url,
        headers: { range: 'bytes=5-' },
        stallTimeout: seconds(5),
      });
      assert.equal(status, 206);
      assert.equal(headers['etag'], '"a"');
      assert.deepEqual(await collect(body), IMAGE.subarray(5));
    },
  );
});

test('a connection cut before its length is no end', async () => {
  await serving(
    (_, response) => response.writeHead(200, { 'content-length': IMAGE.length }).end(IMAGE),
    async (url) => {
      const { hostname, port } = new URL(url);
      const relay = await TroublesomeTcpRelay.open({ host: hostname, port: Number(port) }, [
        { cutAfter: 50_000 },
      ]);
      const through = `http://127.0.0.1:${relay.address.port}/f/x`;
      const { body } = await nodeFetch.get({ url: through, stallTimeout: seconds(5) });
      await assert.rejects(collect(body), { code: 'CONNECTION_LOST' });
      relay.close();
    },
  );
});

test('a body that stalls, and a server that never answers, end by time', async () => {
  await serving(
    (request, response) => {
      if (request.url === '/f/silent') return;
      response.writeHead(200, { 'content-length': IMAGE.length });
      response.write(IMAGE.subarray(0, 1000));
    },
    async (url) => {
      const { body } = await nodeFetch.get({ url, stallTimeout: millis(100) });
      await assert.rejects(collect(body), { code: 'TIMEOUT' });
      const silent = nodeFetch.get({ url: url.replace('/f/x', '/f/silent'), stallTimeout: millis(100) });
      await assert.rejects(silent, { code: 'TIMEOUT' });
    },
  );
});

test('nobody there, no address, called off', async () => {
  let closed = '';
  await serving(
    (_, response) => response.end(),
    (url) => {
      closed = url;
      return Promise.resolve();
    },
  );
  await assert.rejects(nodeFetch.get({ url: closed, stallTimeout: seconds(5) }), { code: 'UNREACHABLE' });
  await assert.rejects(nodeFetch.get({ url: 'coap://x/', stallTimeout: seconds(5) }), { code: 'BAD_URL' });
  await assert.rejects(nodeFetch.get({ url: 'nonsense', stallTimeout: seconds(5) }), { code: 'BAD_URL' });
  const ending = new AbortController();
  await serving(
    () => ending.abort(),
    async (url) => {
      const waiting = nodeFetch.get({ url, stallTimeout: seconds(5), signal: ending.signal });
      await assert.rejects(waiting, { code: 'ABORTED' });
    },
  );
});
