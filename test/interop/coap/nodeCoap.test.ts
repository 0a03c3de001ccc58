import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createServer, request as coapRequest, type IncomingMessage } from 'coap';
import { Codes } from '../../../src/coap/code';
import type { CoapService, Observer } from '../../../src/coap/exchange';
import { openEndpoint, peerAt } from '../../support/coapOverUdp';

/* node-coap for what it does right; what it gets wrong are the rows in test/unit/coap/rows. */

const SMALL = randomBytes(500);

test("node-coap's server answers, separately too, and its notifications are acknowledged", async (t) => {
  let finished: () => void = () => undefined;
  const finish = new Promise<void>((resolve) => (finished = resolve));
  const server = createServer((request, response) => {
    if (request.url === '/separate') return void setTimeout(() => response.end('late'), 400);
    if (request.headers['Observe'] !== undefined) {
      let n = 0;
      response.write(String(n));
      const ticking = setInterval(() => response.write(String(++n)), 50);
      response.on('finish', () => {
        clearInterval(ticking);
        finished();
      });
      return;
    }
    response.code = request.method === 'PUT' ? '2.04' : '2.05';
    response.end(request.method === 'PUT' ? '' : SMALL);
  });
  await new Promise<void>((resolve) => server.listen(25_721, '127.0.0.1', () => resolve()));
  const endpoint = await openEndpoint();
  t.after(async () => {
    await endpoint.close();
    server.close();
  });
  const to = peerAt(endpoint, 25_721);

  const got = await endpoint.request(to, { method: Codes.GET, path: ['small'] });
  assert.deepEqual(Buffer.from(got.body), SMALL);
  const put = await endpoint.request(to, { method: Codes.PUT, path: ['small'], body: SMALL });
  assert.equal(put.code, Codes.CHANGED);
  const late = await endpoint.request(to, { method: Codes.GET, path: ['separate'] });
  assert.equal(Buffer.from(late.body).toString(), 'late');

  const { observation } = await endpoint.observe(to, { method: Codes.GET, path: ['counter'] });
  assert.ok(observation);
  const seen: string[] = [];
  await new Promise<void>((resolve) =>
    observation.onNotification(({ response }) => {
      seen.push(Buffer.from(response.body).toString());
      if (seen.length === 3) resolve();
    }),
  );
  assert.deepEqual(seen, ['1', '2', '3']);
  // The next notification is reset, and the server stops.
  observation.dispose();
  await finish;
});

test("node-coap's client reads, writes, and observes", async (t) => {
  let written: Uint8Array | undefined;
  let observer: Observer | undefined;
  const service: CoapService = {
    handle: (request) => {
      observer = request.observed() ?? observer;
      if (request.method === Codes.PUT) written = request.body;
      return request.method === Codes.PUT
        ? { code: Codes.CHANGED }
        : { code: Codes.CONTENT, contentFormat: 42, body: SMALL };
    },
  };
  const endpoint = await openEndpoint(service);
  t.after(() => endpoint.close());
  const { port } = endpoint.channel.local;
  const ask = (options: object, body?: Uint8Array) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const asked = coapRequest({ host: '127.0.0.1', port, pathname: '/small', ...options });
      asked.on('response', resolve).on('error', reject);
      asked.end(body === undefined ? undefined : Buffer.from(body));
    });

  assert.deepEqual((await ask({ method: 'GET' })).payload, SMALL);
  assert.equal((await ask({ method: 'PUT' }, SMALL)).code, '2.04');
  assert.deepEqual(written && Buffer.from(written), SMALL);

  const observed = await ask({ method: 'GET', observe: true });
  assert.ok(observer);
  const notified = new Promise<string>((resolve) => {
    observed.on('data', (chunk: Buffer) => {
      if (chunk.toString() === 'news') resolve('news');
    });
  });
  const answered = await observer.notify({ code: Codes.CONTENT, body: Buffer.from('news') });
  assert.equal(answered, 'acknowledged');
  assert.equal(await notified, 'news');
  (observed as unknown as { close(): void }).close();
});
