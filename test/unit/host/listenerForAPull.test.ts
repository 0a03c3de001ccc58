import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printUri } from '../../../src/host/listenUri';
import { listenFor } from '../../../src/host/listenFor';
import type { OpenListener } from '../../../src/host/listeners';
import type { Listen } from '../../../src/host/ports';

const OPEN: OpenListener = { scheme: 'coap', address: { host: '127.0.0.1', port: 5683 } };

/** What is opened for a pull by HTTP of a device that registered at a host. */
async function openedFor(host: string | undefined, ...http: readonly string[]): Promise<readonly string[]> {
  const opened: string[] = [];
  const listeners = {
    all: () => [
      OPEN,
      ...http.map((at): OpenListener => ({ scheme: 'http', address: { host: at, port: 80 } })),
    ],
    open: (listen: Listen) => {
      opened.push(printUri(listen.scheme, listen.address));
      return Promise.resolve(listen);
    },
  };
  await listenFor(listeners, 'http', host === undefined ? undefined : { host, port: 5683 });
  return opened;
}

test('a device on a loopback address gets its listener there', async () => {
  assert.deepEqual(await openedFor('::1'), ['http://[::1]:0']);
  assert.deepEqual(await openedFor('127.0.0.2', '127.0.0.1'), ['http://127.0.0.2:0']);
  assert.deepEqual(await openedFor('::1', '::1'), []);
  assert.deepEqual(await openedFor('127.0.0.1', '0.0.0.0'), []);
});

test('for a device elsewhere nothing opens beyond loopback', async () => {
  assert.deepEqual(await openedFor('192.0.2.1'), ['http://127.0.0.1:0']);
  assert.deepEqual(await openedFor(undefined), ['http://127.0.0.1:0']);
  assert.deepEqual(await openedFor('192.0.2.1', '192.0.2.1'), []);
});
