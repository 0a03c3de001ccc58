import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { equalBytes } from '../../../src/base/bytes';
import { millis } from '../../../src/base/clock';
import { isOperationError } from '../../../src/base/errors';
import { channelOpener } from '../../../src/transport/channelOpener';
import { STREAM_LIMITS, type StreamLimits } from '../../../src/transport/streamLimits';
import { tcpOpener } from '../../../src/transport/tcp';
import { Heard, LOOPBACK, hello } from './streamScene';

async function listening(t: TestContext, limits: Partial<StreamLimits> = {}, host = '127.0.0.1') {
  const heard = new Heard(await tcpOpener({ ...STREAM_LIMITS, ...limits }).open({ host, port: 0 }));
  t.after(() => heard.channel.close());
  return heard;
}

function connecting(
  t: TestContext,
  limits: Partial<StreamLimits> = {},
  local = { host: '0.0.0.0', port: 0 },
) {
  const heard = new Heard(tcpOpener({ ...STREAM_LIMITS, ...limits }).connect(local));
  t.after(() => heard.channel.close());
  return heard;
}

/** A foreign client's socket. */
function foreign(t: TestContext, { channel }: Heard): Socket {
  const socket = connect(channel.local.port, channel.local.host);
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  return socket;
}

/** A port where nothing listens any more. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a TCP channel', () => {
  for (const host of ['127.0.0.1', '::1']) {
    test(`carries bytes both ways over ${host}, a peer for each connection`, async (t) => {
      const server = await listening(t, {}, host);
      const client = connecting(t);
      assert.deepEqual([server.channel.scheme, server.channel.reliable], ['coap+tcp', true]);
      const there = client.channel.peerAt(server.channel.local);
      assert.equal(client.channel.peerAt(server.channel.local), there, 'one peer before it is sent to');
      client.channel.send(hello, there);
      assert.equal(client.channel.peerAt(server.channel.local), there, 'and after');
      const here = await server.peer();
      assert.equal(server.text(here), 'hello');
      assert.deepEqual(here.address, client.channel.local, 'its local address is that of its connection');
      assert.equal(server.channel.peerAt(here.address), here, 'the connection that stands');
      server.channel.send(hello, here);
      assert.equal(Buffer.from(await client.bytes(there, 5)).toString(), 'hello');
    });
  }

  test('1 MiB each way at once, in pieces, arrives whole and in order', async (t) => {
    const server = await listening(t);
    const client = connecting(t);
    const image = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
    const there = client.channel.peerAt(server.channel.local);
    for (let at = 0; at < image.length; at += 1031) client.channel.send(image.slice(at, at + 1031), there);
    const here = await server.peer();
    for (let at = 0; at < image.length; at += 4093) server.channel.send(image.slice(at, at + 4093), here);
    assert.ok(equalBytes(await server.bytes(here, image.length), image));
    assert.ok(equalBytes(await client.bytes(there, image.length), image));
  });

  test('a peer that ends is told once, and again to whoever sends to it afterwards', async (t) => {
    const server = await listening(t);
    const socket = foreign(t, server);
    socket.write('x');
    const peer = await server.peer();
    socket.end();
    const { peer: ended, error } = await server.fault();
    assert.equal(ended, peer);
    assert.equal(error.code, 'CONNECTION_CLOSED');
    server.channel.send(hello, peer);
    assert.equal((await server.fault(1)).error.code, 'CONNECTION_CLOSED');
    assert.equal(server.faults.length, 2);
    assert.notEqual(server.channel.peerAt(peer.address).key, peer.key, 'a new connection is a new peer');
  });

  test('a connection reset in the middle is a fault of its peer, no exception', async (t) => {
    const server = await listening(t);
    const socket = foreign(t, server);
    socket.write('x');
    await server.peer();
    socket.resetAndDestroy();
    const { error } = await server.fault();
    assert.equal(error.code, 'CONNECTION_CLOSED');
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNRESET');
  });

  test('where nothing listens, the peer is unreachable, with what to do', async (t) => {
    const client = connecting(t);
    const peer = client.channel.peerAt({ host: '127.0.0.1', port: await deadPort() });
    client.channel.send(hello, peer);
    const fault = await client.fault();
    assert.equal(fault.peer, peer);
    assert.equal(fault.error.code, 'UNREACHABLE');
    assert.match(fault.error.message, /ECONNREFUSED/);
    assert.ok(fault.error.next);
  });

  test('an address that can be none is a fault as well', async (t) => {
    const client = connecting(t);
    client.channel.send(hello, client.channel.peerAt({ host: '127.0.0.1', port: 70_000 }));
    assert.equal((await client.fault()).error.code, 'UNREACHABLE');
  });

  test('our own address that is not of this machine is named', async (t) => {
    const server = await listening(t);
    const client = connecting(t, {}, { host: '192.0.2.1', port: 0 });
    client.channel.send(hello, client.channel.peerAt(server.channel.local));
    assert.equal((await client.fault()).error.code, 'ADDRESS_NOT_LOCAL');
  });

  test('a connection that we end: what was sent arrives first, then the end', async (t) => {
    const server = await listening(t);
    const client = connecting(t);
    const there = client.channel.peerAt(server.channel.local);
    client.channel.send(new Uint8Array(300_000).fill(7), there);
    client.channel.disconnect?.(there);
    assert.notEqual(client.channel.peerAt(server.channel.local), there);
    const { error } = await server.fault();
    assert.equal(error.code, 'CONNECTION_CLOSED');
    assert.equal(server.from(await server.peer()).length, 300_000);
    assert.equal((await client.fault()).peer, there);
  });

  test('a peer that does not take what is sent to it is cut, and the others are not', async (t) => {
    const server = await listening(t, { unsentBytes: 100_000 });
    const [deaf, other] = [foreign(t, server), foreign(t, server)];
    deaf.pause();
    deaf.write('d');
    const peer = await server.peer();
    other.write('o');
    const otherPeer = await server.peer(1);
    const piece = new Uint8Array(64 * 1024);
    while (server.faults.length === 0) {
      server.channel.send(piece, peer);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { peer: cut, error } = await server.fault();
    assert.equal(cut, peer);
    assert.match(error.message, /does not take/);
    server.channel.send(hello, otherPeer);
    const [told] = (await once(other, 'data')) as [Buffer];
    assert.equal(told.toString(), 'hello');
  });

  test('what waits for a connection is bounded too', async (t) => {
    const client = connecting(t, { unsentBytes: 1000 });
    const server = await listening(t);
    const peer = client.channel.peerAt(server.channel.local);
    client.channel.send(new Uint8Array(1001), peer);
    assert.match((await client.fault()).error.message, /does not take/);
  });

  test('connections beyond the limit of a host are refused, and let in once others have ended', async (t) => {
    const server = await listening(t, { connectionsPerHost: 2 });
    const [first, second] = [foreign(t, server), foreign(t, server)];
    first.write('1');
    second.write('2');
    await server.peer(1);
    const third = foreign(t, server);
    await once(third, 'close');
    first.end();
    await server.fault();
    const fourth = foreign(t, server);
    fourth.write('4');
    assert.equal(server.text(await server.peer(2)), '4');
  });

  test('connections beyond the limit in all are refused, those we begin as well', async (t) => {
    const server = await listening(t, { connections: 1 });
    foreign(t, server).write('1');
    await server.peer();
    await once(foreign(t, server), 'close');
    server.channel.send(hello, server.channel.peerAt({ host: '127.0.0.1', port: 9 }));
    const { error } = await server.fault();
    assert.equal(error.code, 'UNREACHABLE');
    assert.match(error.message, /1 connections are open/);
  });

  test('a connection that never brings a byte is ended; one that did is not', async (t) => {
    const server = await listening(t, { silentTimeout: millis(50) });
    const speaks = foreign(t, server);
    speaks.write('x');
    await server.peer();
    const silent = foreign(t, server);
    await once(silent, 'close');
    const { error, peer } = await server.fault();
    assert.match(error.message, /sent nothing/);
    assert.notEqual(peer?.key, (await server.peer()).key);
    speaks.write('y');
    await server.bytes(await server.peer(), 2);
  });

  test('a taken port and an address of another machine are refused by name', async (t) => {
    const { local } = (await listening(t)).channel;
    await assert.rejects(channelOpener().open('coap+tcp', local), (error) => {
      assert.ok(isOperationError(error, 'PORT_IN_USE'));
      assert.match(error.message, new RegExp(`127.0.0.1:${local.port} \\(TCP\\)`));
      return true;
    });
    await assert.rejects(channelOpener().open('coap+tcp', { host: '192.0.2.1', port: 0 }), {
      code: 'ADDRESS_NOT_LOCAL',
    });
    await assert.rejects(channelOpener().connect('coap' as 'coap+tcp'), { code: 'UNSUPPORTED_SCHEME' });
  });

  test('closing lets out what was sent, ends the connections and lets the port go', async (t) => {
    const server = await listening(t);
    const socket = foreign(t, server);
    socket.write('x');
    const peer = await server.peer();
    server.channel.send(new Uint8Array(100_000), peer);
    let got = 0;
    socket.on('data', (bytes: Buffer) => (got += bytes.length));
    const gone = once(socket, 'close');
    await Promise.all([server.channel.close(), server.channel.close()]);
    await gone;
    assert.equal(got, 100_000);
    assert.equal(server.faults.length, 0, 'nobody is told any more');
    server.channel.send(hello, peer);
    const again = await channelOpener().open('coap+tcp', { ...LOOPBACK, port: server.channel.local.port });
    await again.close();
  });

  test('closing while a connection is being made calls it off', async (t) => {
    const server = await listening(t);
    const client = connecting(t);
    client.channel.send(hello, client.channel.peerAt(server.channel.local));
    await client.channel.close();
    assert.deepEqual(client.faults, []);
  });
});
