import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { connected, say, Scene } from './pair';

test('a server that is to speak to an address it has no session with says so, and keeps nothing for later', async () => {
  const scene = new Scene();
  const server = scene.server();
  const client = scene.client();
  say(server, 'to nobody', server.channel.peerAt(client.below.local));
  assert.deepEqual(
    server.faults.map(({ error, lasting }) => [isOperationError(error, 'NO_SESSION'), lasting]),
    [[true, true]],
  );
  await connected(scene, server, client);
  await scene.clock.advance(100_000);
  assert.deepEqual(client.text(), []);
  say(server, 'to you', server.channel.peerAt(client.below.local));
  await scene.clock.advance(10);
  assert.deepEqual(client.text(), ['to you']);
});
