import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectPlain, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { connect as connectTls, createServer as createTlsServer, type ConnectionOptions } from 'node:tls';
import { equalBytes } from '../../../src/base/bytes';
import { millis } from '../../../src/base/clock';
import { certifyDevice, certifyServer, createAuthority } from '../../../src/security/authority';
import { channelOpener } from '../../../src/transport/channelOpener';
import { nodeClock } from '../../../src/transport/nodeClock';
import type { TlsIdentity } from '../../../src/transport/ports';
import { LOOPBACK, hello, type Heard } from './streamScene';
import { issued, judgeOf, pem, secureClient, secureServer } from './tlsScene';

/** A foreign TLS client, that trusts everybody. */
function foreign(t: TestContext, { channel }: Heard, options: ConnectionOptions = {}) {
  const { host, port } = channel.local;
  const socket = connectTls({ host, port, rejectUnauthorized: false, ...options });
  socket.on('error', () => undefined);
  t.after(() => socket.destroy());
  return socket;
}

/** Its end, whatever it ends by. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()));

const withDevice = ({ certificate, privateKey }: TlsIdentity) => ({ cert: certificate, key: privateKey });

describe('a TLS channel', () => {
  test('both sides by certificate: each knows the other by name, 1 MiB each way', async (t) => {
    const { server: own, device, judge } = await issued();
    const server = await secureServer(t, { own: () => own, judge, certificateRequired: true });
    const client = secureClient(t, { own: () => device, judge });
    const image = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
    const there = client.channel.peerAt(server.channel.local);
    assert.equal(there.identity, undefined);
    for (let at = 0; at < image.length; at += 1031) client.channel.send(image.slice(at, at + 1031), there);
    const here = await server.peer();
    assert.equal(here.identity, 'device-1');
    assert.deepEqual(here.address, client.channel.local);
    for (let at = 0; at < image.length; at += 4093) server.channel.send(image.slice(at, at + 4093), here);
    assert.ok(equalBytes(await server.bytes(here, image.length), image));
    assert.ok(equalBytes(await client.bytes(there, image.length), image));
    assert.equal(there.identity, '127.0.0.1');
    assert.deepEqual(await server.event('established'), {
      kind: 'established',
      role: 'server',
      address: client.channel.local,
      identity: 'device-1',
      identityKind: 'certificate',
      suite: 'TLS_AES_128_GCM_SHA256',
      version: 'TLSv1.3',
      resumed: false,
    });
    assert.equal((await client.event('established')).identity, '127.0.0.1');
  });

  test('ALPN: coap is chosen where it is offered, and none where none is; who offers only others is refused', async (t) => {
    const { server: own, judge } = await issued();
    const server = await secureServer(t, { own: () => own, judge });
    for (const [offered, chosen] of [
      [['h2', 'coap'], 'coap'],
      [[], false],
    ] as const) {
      const socket = foreign(t, server, { ALPNProtocols: [...offered] });
      await once(socket, 'secureConnect');
      assert.equal(socket.alpnProtocol, chosen);
    }
    await closed(foreign(t, server, { ALPNProtocols: ['h2'] }));
  });

  test('ALPN: a server that insists on coap has it offered', async (t) => {
    const { server: own, judge } = await issued();
    const listener = createTlsServer({
      ...withDevice(own),
      ALPNCallback: ({ protocols }) => (protocols.includes('coap') ? 'coap' : undefined),
    });
    t.after(() => listener.close());
    await new Promise<void>((resolve) => listener.listen(0, LOOPBACK.host, resolve));
    const client = secureClient(t, { judge });
    const { port } = listener.address() as AddressInfo;
    const [socket] = await Promise.all([
      once(listener, 'secureConnection'),
      Promise.resolve(client.channel.send(hello, client.channel.peerAt({ host: LOOPBACK.host, port }))),
    ]);
    assert.equal((socket as { alpnProtocol: string }[])[0]?.alpnProtocol, 'coap');
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`a client that speaks ${version} alone, without a certificate where none is required`, async (t) => {
      const { server: own, judge } = await issued();
      const server = await secureServer(t, { own: () => own, judge });
      foreign(t, server, { minVersion: version, maxVersion: version }).write('hello');
      const peer = await server.peer();
      assert.deepEqual([server.text(peer), peer.identity], ['hello', undefined]);
      assert.equal((await server.event('established')).version, version);
    });

    test(`a ${version} client without a certificate is refused where one is required`, async (t) => {
      const { server: own, judge } = await issued();
      const server = await secureServer(t, { own: () => own, judge, certificateRequired: true });
      const socket = foreign(t, server, { minVersion: version, maxVersion: version });
      socket.write('hello');
      await closed(socket);
      assert.equal((await server.event('failed')).code, 'CERTIFICATE_MISSING');
      assert.deepEqual([server.peers, server.faults], [[], []]);
    });

    test(`a ${version} client whose certificate the judge refuses: nothing of it is told as a message`, async (t) => {
      const { server: own, expired, judge } = await issued();
      const server = await secureServer(t, { own: () => own, judge });
      const only = { minVersion: version, maxVersion: version };
      const socket = foreign(t, server, { ...only, ...withDevice(expired) });
      socket.write('hello');
      await closed(socket);
      const failed = await server.event('failed');
      assert.deepEqual([failed.code, failed.message], ['CERTIFICATE_REFUSED', 'it has expired']);
      assert.equal(failed.presented?.length, 1);
      assert.deepEqual(server.peers, []);
    });

    test(`a ${version} session is taken up again, and judged again, until the certificate is another`, async (t) => {
      const { authority, server: first, device, judge } = await issued();
      const held = { own: first, trusted: true };
      const server = await secureServer(t, {
        own: () => held.own,
        judge: (chain, address) =>
          held.trusted ? judge(chain, address) : { trusted: false, reason: 'withdrawn' },
        certificateRequired: true,
      });
      const options = { minVersion: version, maxVersion: version, ...withDevice(device) };
      const socket = foreign(t, server, options);
      const ticket = once(socket, 'session');
      socket.write('hello');
      const [session] = (await ticket) as [Buffer];
      const again = foreign(t, server, { ...options, session });
      again.write('again');
      assert.equal((await server.event('established', 1)).resumed, true);
      assert.equal((await server.peer(1)).identity, 'device-1');
      assert.equal(again.isSessionReused(), true);

      held.trusted = false;
      await closed(foreign(t, server, { ...options, session }));
      assert.equal((await server.event('failed')).message, 'withdrawn');
      held.trusted = true;

      held.own = pem(await certifyServer(authority, ['second.example'], nodeClock));
      const third = foreign(t, server, { ...options, session });
      third.write('third');
      assert.equal((await server.event('established', 2)).resumed, false);
      assert.equal(third.getPeerCertificate().subject.CN, 'second.example');
      again.write('still here');
      await server.until(() =>
        server.text(server.peers[1] ?? server.channel.peerAt(LOOPBACK)).includes('still'),
      );
    });
  }

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    test(`a chain is judged whole in a ${version} session that is taken up again`, async (t) => {
      const { server: own } = await issued();
      const issuer = await createAuthority(nodeClock, 'issuer');
      const device = pem(await certifyDevice(issuer, 'device-2', nodeClock));
      const lengths: number[] = [];
      const server = await secureServer(t, {
        own: () => own,
        judge: (chain) => {
          lengths.push(chain.length);
          return { trusted: true, name: 'device-2' };
        },
      });
      const options = {
        minVersion: version,
        maxVersion: version,
        cert: device.certificate + pem(issuer).certificate,
        key: device.privateKey,
      };
      const first = foreign(t, server, options);
      const ticket = once(first, 'session');
      first.write('1');
      const [session] = (await ticket) as [Buffer];
      foreign(t, server, { ...options, session }).write('2');
      assert.equal((await server.event('established', 1)).resumed, true);
      assert.deepEqual(lengths, [2, 2]);
    });

  test('a server that our judge does not know is told nothing, and why', async (t) => {
    const { server: own } = await issued();
    const server = await secureServer(t, { own: () => own });
    const stranger = await createAuthority(nodeClock, 'another');
    const client = secureClient(t, { judge: judgeOf(stranger) });
    const peer = client.channel.peerAt(server.channel.local);
    client.channel.send(hello, peer);
    const { error, peer: refused } = await client.fault();
    assert.equal(refused, peer);
    assert.equal(error.code, 'TLS_REFUSED');
    assert.match(error.message, /its issuer is not known/);
    assert.match(error.next ?? '', /certificates/);
    const failed = await client.event('failed');
    assert.deepEqual(
      [failed.role, failed.code, failed.presented?.length],
      ['client', 'CERTIFICATE_REFUSED', 1],
    );
    assert.deepEqual(server.peers, []);
  });

  test('a client without a judge takes no server', async (t) => {
    const { server: own } = await issued();
    const server = await secureServer(t, { own: () => own });
    const client = secureClient(t, {});
    client.channel.send(hello, client.channel.peerAt(server.channel.local));
    assert.match((await client.fault()).error.message, /which authorities are trusted/);
  });

  test('a client that comes with a certificate where none is judged stays nameless', async (t) => {
    const { server: own, device } = await issued();
    const server = await secureServer(t, { own: () => own });
    foreign(t, server, withDevice(device)).write('hello');
    assert.equal((await server.peer()).identity, undefined);
  });

  test('a foreign server that hangs up right after the handshake: our certificate is what to look at', async (t) => {
    const { server: own, device, judge } = await issued();
    const server = createTlsServer({
      ...withDevice(own),
      requestCert: true,
      ca: own.certificate,
      minVersion: 'TLSv1.3',
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => void server.close());
    const client = secureClient(t, { own: () => device, judge });
    const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    client.channel.send(hello, client.channel.peerAt(address));
    const { error } = await client.fault();
    assert.equal(error.code, 'CONNECTION_CLOSED');
    assert.match(error.next ?? '', /trusts our certificate/);
  });

  test('the name that is asked for goes out; an address does not', async (t) => {
    const { server: own, judge } = await issued();
    const asked: (string | false)[] = [];
    const server = createTlsServer({ ...withDevice(own) }, (socket) => {
      asked.push((socket as unknown as { readonly servername: string | false }).servername);
      socket.on('error', () => undefined).end('x');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => void server.close());
    const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    for (const serverName of ['workbench.local', '192.0.2.1']) {
      const client = secureClient(t, { judge, serverName });
      client.channel.send(hello, client.channel.peerAt(address));
      await client.fault();
    }
    assert.deepEqual(asked, ['workbench.local', false]);
  });

  test('plain bytes on the secured port are told with what came, and get no answer', async (t) => {
    const { server: own } = await issued();
    const server = await secureServer(t, { own: () => own });
    for (const [index, plain] of [
      Buffer.from('0000e1', 'hex'),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ].entries()) {
      const socket = connectPlain(server.channel.local.port, '127.0.0.1');
      let answer = 0;
      socket.on('error', () => undefined).on('data', (bytes: Buffer) => (answer += bytes.length));
      socket.write(plain);
      await closed(socket);
      const failed = await server.event('failed', index);
      assert.deepEqual([failed.code, answer], ['NOT_TLS', 0]);
      assert.deepEqual([...(failed.notTls ?? [])], [...plain]);
    }
  });

  test('a client that hangs in the handshake, or never begins it, is cut by time', async (t) => {
    const { server: own } = await issued();
    const server = await secureServer(t, { own: () => own }, { handshakeTimeout: millis(80) });
    for (const [index, bytes] of [Buffer.alloc(0), Buffer.from('1603010124', 'hex')].entries()) {
      const socket = connectPlain(server.channel.local.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(bytes);
      await closed(socket);
      assert.equal((await server.event('failed', index)).code, 'HANDSHAKE_TIMEOUT');
    }
  });

  test('a hello cut into single bytes is one all the same', async (t) => {
    const { server: own } = await issued();
    const server = await secureServer(t, { own: () => own });
    const relay = createServer((from) => {
      const to = connectPlain({ ...server.channel.local, noDelay: true });
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      to.on('error', () => from.destroy()).pipe(from);
      let sent = Promise.resolve();
      from.on('data', (bytes: Buffer) => {
        for (const byte of bytes)
          sent = sent.then(
            () => new Promise((resolve) => to.write(Uint8Array.of(byte), () => setImmediate(resolve))),
          );
      });
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    t.after(() => void relay.close());
    const { port } = relay.address() as AddressInfo;
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false });
    t.after(() => socket.destroy());
    socket.on('error', () => undefined).write('hello');
    const peer = await server.peer();
    await server.bytes(peer, 5);
    assert.equal(server.text(peer), 'hello');
  });

  test('whoever leaves during the handshake is told as failed; a mere probe of the port is not', async (t) => {
    const { server: own } = await issued();
    const server = await secureServer(t, { own: () => own });
    const probe = connectPlain(server.channel.local.port, '127.0.0.1');
    await once(probe, 'connect');
    probe.end();
    await closed(probe);
    const leaves = connectPlain(server.channel.local.port, '127.0.0.1');
    leaves.end(Buffer.from('1603010124', 'hex'));
    await closed(leaves.resume());
    assert.equal((await server.event('failed')).code, 'ECONNRESET');
    assert.equal(server.events.length, 1);
  });

  test('no suite in common is told by the name the runtime has for it', async (t) => {
    const { server: own } = await issued();
    const server = await secureServer(t, { own: () => own });
    const socket = foreign(t, server, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' });
    await closed(socket);
    const failed = await server.event('failed');
    assert.equal(failed.code, 'ERR_SSL_NO_SHARED_CIPHER');
    assert.equal(failed.message, 'no shared cipher');
  });

  test('a server that speaks no TLS, and one that only listens', async (t) => {
    const { judge } = await issued();
    const plain = createServer((socket) => {
      socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }).listen(0, '127.0.0.1');
    const deaf = createServer((socket) => void socket.on('error', () => undefined).resume()).listen(
      0,
      '127.0.0.1',
    );
    for (const server of [plain, deaf]) {
      if (!server.listening) await once(server, 'listening');
      t.after(() => void server.close());
      const client = secureClient(t, { judge }, { handshakeTimeout: millis(150) });
      const { port } = server.address() as AddressInfo;
      client.channel.send(hello, client.channel.peerAt({ host: '127.0.0.1', port }));
      const { error } = await client.fault();
      assert.equal(error.code, 'TLS_REFUSED');
      assert.match(error.next ?? '', /port/);
      await client.channel.close();
    }
  });

  test('without a certificate, or with a damaged one, nothing listens', async () => {
    const { server } = await issued();
    await assert.rejects(channelOpener().open('coaps+tcp', LOOPBACK), { code: 'NO_CERTIFICATE' });
    await assert.rejects(
      channelOpener().open('coaps+tcp', LOOPBACK, { own: () => ({ ...server, privateKey: 'damaged' }) }),
      { code: 'NO_CERTIFICATE' },
    );
  });

  test('a certificate that is withdrawn or damaged while running fails its handshakes, nothing else', async (t) => {
    const { server: own } = await issued();
    const held: { own: TlsIdentity } = { own };
    const server = await secureServer(t, { own: () => held.own });
    const first = foreign(t, server);
    first.write('1');
    await server.peer();
    held.own = { ...own, certificate: 'damaged' };
    await closed(foreign(t, server));
    assert.equal((await server.event('failed')).code, 'NO_CERTIFICATE');
    held.own = own;
    foreign(t, server).write('2');
    await server.peer(1);
    first.write('3');
    await server.bytes(await server.peer(), 2);
  });
});
