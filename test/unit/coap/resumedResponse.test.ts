import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Codes } from '../../../src/coap/code';
import { createCoapEndpoint } from '../../../src/coap/createEndpoint';
import type { ResponseSoFar, Szx } from '../../../src/coap/exchange';
import { nodeHash } from '../../../src/transport/nodeHash';
import { MemoryNetwork } from '../../support/memoryNetwork';
import { seededRandom } from '../../support/seededRandom';
import { VirtualClock } from '../../support/virtualClock';

const BODY = Uint8Array.from({ length: 5000 }, (_, at) => (at * 7) & 0xff);
const TAG = Uint8Array.of(1, 2);

/** Asks for the rest of the body after what is there; what came, and which bytes the server was asked for. */
async function fetched(soFar: ResponseSoFar, szx: Szx = 6) {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock);
  const ports = (seed: number) => ({ clock, random: seededRandom(seed), hash: nodeHash });
  const reached: number[] = [];
  const server = createCoapEndpoint(
    network.open('10.0.0.1', 5683),
    {
      handle: () => ({
        code: Codes.CONTENT,
        etag: TAG,
        body: BODY,
        onProgress: ({ bytes }) => void reached.push(bytes),
      }),
    },
    ports(1),
  );
  const client = createCoapEndpoint(
    network.open('10.0.0.2'),
    { handle: () => ({ code: Codes.NOT_FOUND }) },
    ports(2),
  );
  const came: Uint8Array[] = [];
  const sink = {
    write: (bytes: Uint8Array) => void came.push(bytes.slice()),
    close: () => Promise.resolve(),
    abort: () => Promise.resolve(),
  };
  const asked = client.request(
    client.channel.peerAt({ host: '10.0.0.1', port: 5683 }),
    { method: Codes.GET, path: ['fw'] },
    { sink, soFar, szx },
  );
  const end = asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  await clock.advance(10_000);
  const error = await end;
  await client.close();
  await server.close();
  return { bytes: new Uint8Array(Buffer.concat(came)), reached, error };
}

test('a response goes on where it broke off', async () => {
  for (const [there, first] of [
    [0, 1024],
    [2048, 3072],
    [1536, 2048],
    [16, 32],
  ] as const) {
    const soFar = { bytes: there, etag: there === 0 ? undefined : TAG };
    const { bytes, reached, error } = await fetched(soFar);
    assert.equal(error, undefined);
    assert.deepEqual(bytes, BODY.subarray(there));
    assert.equal(reached[0], first);
    assert.deepEqual(soFar, { bytes: BODY.length, etag: TAG });
  }
});

test('of another state of the resource nothing is taken', async () => {
  const { bytes, error } = await fetched({ bytes: 2048, etag: Uint8Array.of(9) });
  assert.equal((error as { code?: string } | undefined)?.code, 'CHANGED_DURING_TRANSFER');
  assert.equal(bytes.length, 0);
});
