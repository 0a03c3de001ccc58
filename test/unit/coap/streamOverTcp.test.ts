import { test } from 'node:test';
import assert from 'node:assert/strict';
import { bytesSource } from '../../../src/base/files';
import { isOperationError } from '../../../src/base/errors';
import { Codes } from '../../../src/coap/code';
import type { IncomingRequest } from '../../../src/coap/exchange';
import type { Peer } from '../../../src/transport/ports';
import { connectingEndpoint, listeningEndpoint } from '../../support/coapOverTcp';
import { pattern } from './pair';

test('over real sockets: a device registers, is asked, observed and pushed to over its one connection, and leaves', async (t) => {
  const image = pattern(1 << 20);
  let device: Peer | undefined;
  const server = await listeningEndpoint({
    handle: ({ peer }) => {
      device = peer;
      return { code: Codes.CREATED };
    },
  });
  let pushed: Uint8Array | undefined;
  const client = connectingEndpoint({
    handle: (request: IncomingRequest) => {
      if (request.method === Codes.PUT) {
        pushed = request.body;
        return { code: Codes.CHANGED };
      }
      request.observed();
      return { code: Codes.CONTENT, body: bytesSource(image) };
    },
  });
  t.after(async () => {
    await client.close();
    await server.close();
  });
  const toServer = client.channel.peerAt(server.channel.local);
  const registered = await client.request(toServer, { method: Codes.POST, path: ['rd'] });
  assert.equal(registered.code, Codes.CREATED);
  assert.ok(device);

  await server.ping(device);
  const read = await server.request(
    device,
    { method: Codes.GET, path: ['5', '0', '0'] },
    { maxBodyBytes: image.length },
  );
  assert.deepEqual(Buffer.from(read.body), Buffer.from(image));
  const put = await server.request(device, {
    method: Codes.PUT,
    path: ['5', '0', '0'],
    body: bytesSource(image),
  });
  assert.equal(put.code, Codes.CHANGED);
  assert.deepEqual(pushed && Buffer.from(pushed), Buffer.from(image));

  const { observation } = await server.observe(device, { method: Codes.GET, path: ['3'] });
  assert.ok(observation);
  const gone = new Promise<string>((resolve) => observation.onEnd(({ reason }) => resolve(reason)));
  await client.close();
  assert.equal(await gone, 'forgotten');
  await assert.rejects(server.request(device, { method: Codes.GET, path: ['3'] }), (error: unknown) =>
    isOperationError(error, 'CONNECTION_CLOSED'),
  );
});
