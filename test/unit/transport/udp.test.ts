import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isOperationError } from '../../../src/base/errors';
import { equalBytes } from '../../../src/base/bytes';
import type { Channel, ChannelFault, Received } from '../../../src/transport/ports';
import { nodeHash } from '../../../src/transport/nodeHash';
import { nodeRandom } from '../../../src/transport/nodeRandom';
import { toHex, encodeUtf8 } from '../../../src/base/bytes';
import { udpOpener } from '../../../src/transport/udp';

const open = (host: string, port = 0): Promise<Channel> => udpOpener().open('coap', { host, port });

const nextMessage = (channel: Channel): Promise<Received> =>
  new Promise((resolve) => {
    const subscription = channel.onMessage((received) => {
      subscription.dispose();
      resolve(received);
    });
  });

const nextFault = (channel: Channel): Promise<ChannelFault> =>
  new Promise((resolve) => {
    const subscription = channel.onFault((fault) => {
      subscription.dispose();
      resolve(fault);
    });
  });

describe('a UDP channel', () => {
  for (const host of ['127.0.0.1', '::1']) {
    test(`carries datagrams both ways over ${host}`, async () => {
      const [a, b] = [await open(host), await open(host)];
      assert.notEqual(a.local.port, 0);
      const arriving = nextMessage(b);
      const ask = new Uint8Array(1100).map((_, i) => i);
      a.send(ask, a.peerAt(b.local));
      const { bytes, peer } = await arriving;
      assert.ok(equalBytes(bytes, ask));
      assert.equal(peer.key, host === '::1' ? `[::1]:${a.local.port}` : `127.0.0.1:${a.local.port}`);
      assert.deepEqual(peer.address, a.local);
      assert.equal(b.peerAt(a.local), peer, 'one peer is one object');
      const answered = nextMessage(a);
      b.send(Uint8Array.of(1, 2, 3), peer);
      assert.deepEqual([...(await answered).bytes], [1, 2, 3]);
      await Promise.all([a.close(), b.close()]);
      await a.close();
    });
  }

  test('a taken port is refused by name, with what to do', async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    await assert.rejects(open('127.0.0.1', port), (error) => {
      assert.ok(isOperationError(error, 'PORT_IN_USE'));
      assert.match(error.message, new RegExp(`127.0.0.1:${port}`));
      assert.match(error.next ?? '', /another port/);
      return true;
    });
    taken.close();
  });

  test('an address of another machine, or none at all, is refused', async () => {
    for (const host of ['192.0.2.1', 'example']) {
      await assert.rejects(open(host), (error) => isOperationError(error, 'ADDRESS_NOT_LOCAL'), host);
    }
  });

  test('what can never be sent is a lasting fault of its peer, not an exception', async () => {
    const channel = await open('127.0.0.1');
    const peer = channel.peerAt({ host: '127.0.0.1', port: 9 });
    const faulted = nextFault(channel);
    channel.send(new Uint8Array(70_000), peer);
    const fault = await faulted;
    assert.equal(fault.peer, peer);
    assert.equal(fault.lasting, true);
    const named = nextFault(channel);
    channel.send(new Uint8Array(4), channel.peerAt({ host: 'no.address', port: 5683 }));
    assert.equal((await named).lasting, true);
    await channel.close();
    channel.send(new Uint8Array(4), peer);
  });
});

test('the hash is SHA-256, over pieces', () => {
  const hasher = nodeHash.sha256();
  hasher.update(encodeUtf8('a'));
  hasher.update(encodeUtf8('bc'));
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(toHex(hasher.digest()), expected);
});

test('random bytes are of the length asked for and do not repeat', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 3000; i++) seen.add(toHex(nodeRandom.bytes(8)));
  assert.equal(seen.size, 3000);
  assert.equal(nodeRandom.bytes(10_000).length, 10_000);
  assert.ok(nodeRandom.unit() < 1);
});
