import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds } from '../../../src/base/clock';
import { Codes } from '../../../src/coap/code';
import { Bench } from './bench';

test('registers with its objects, and de-registers when it stops', async () => {
  const bench = await new Bench({ lifetime: 60 }).up();
  assert.deepEqual(bench.received, ['POST /rd?ep=sim&lt=60&lwm2m=1.1&b=U']);
  const links = bench.bodies[0] ?? '';
  assert.match(links, /^<\/>;rt="oma.lwm2m";ct="0 42 60 110 112 11542"/);
  assert.match(links, /<\/5>;ver=1\.1,<\/5\/0>/);
  assert.match(links, /<\/3303\/0>,<\/3303\/1>/);
  assert.doesNotMatch(links, /<\/0/);
  assert.deepEqual(bench.kinds(), ['registered']);
  await bench.down();
  assert.equal(bench.received.at(-1), 'DELETE /rd/r0');
  assert.equal(bench.kinds().at(-1), 'deregistered');
  assert.equal(bench.clock.timers, 0);
});

test('a 1.0 device in queue mode tells its binding as UQ', async () => {
  const bench = await new Bench({ lwm2mVersion: '1.0', queueMode: { awake: seconds(3) } }).up();
  assert.deepEqual(bench.received, ['POST /rd?ep=sim&lt=300&lwm2m=1.0&b=UQ']);
  assert.match(bench.bodies[0] ?? '', /^<\/>;rt="oma.lwm2m",<\/1\/0>/);
  await bench.down();
});

test('updates before its lifetime ends, and registers anew where the server forgot it', async () => {
  const bench = await new Bench({ lifetime: 60 }).up();
  await bench.clock.advance(46_000);
  assert.equal(bench.received.at(-1), 'POST /rd/r0');
  bench.location = 'forgotten';
  await bench.clock.advance(46_000);
  assert.equal(bench.received.at(-1), 'POST /rd?ep=sim&lt=60&lwm2m=1.1&b=U');
  await bench.down();
});

test('a new lifetime and the trigger each bring an Update', async () => {
  const bench = await new Bench().up();
  assert.equal(await bench.code(Codes.PUT, '/1/0/1', Buffer.from('120'), 0), Codes.CHANGED);
  await bench.clock.advance(100);
  assert.equal(bench.received.at(-1), 'POST /rd/r0?lt=120');
  const before = bench.received.length;
  assert.equal(await bench.code(Codes.POST, '/1/0/8'), Codes.CHANGED);
  await bench.clock.advance(100);
  assert.equal(bench.received.length, before + 1);
  await bench.down();
});

test('in queue mode it hears nothing once it sleeps, and wakes by its own message', async () => {
  const bench = await new Bench({ lifetime: 60, queueMode: { awake: seconds(3) } }).up();
  assert.equal(await bench.text('/3/0/3'), '1.0.0');
  await bench.clock.advance(4000);
  const asked = bench.server.request(
    bench.server.channel.peerAt(bench.device.localAddress ?? { host: '', port: 0 }),
    { method: Codes.GET, path: ['3', '0', '3'] },
    { stallTimeout: seconds(10) },
  );
  await assert.rejects(bench.settled(asked), { code: 'TIMEOUT' });
  while (bench.received.at(-1) !== 'POST /rd/r0') await bench.clock.advance(100);
  assert.equal(await bench.text('/3/0/3'), '1.0.0');
  await bench.down();
});

test('Reboot: silent, a new socket, registered anew', async () => {
  const bench = await new Bench().up();
  const before = bench.device.localAddress?.port;
  assert.equal(await bench.code(Codes.POST, '/3/0/4'), Codes.CHANGED);
  await bench.clock.advance(3000);
  assert.deepEqual(bench.kinds(), ['registered', 'rebooted', 'registered']);
  assert.notEqual(bench.device.localAddress?.port, before);
  await bench.down();
});

test('Disable: de-registers and comes back after its timeout', async () => {
  const bench = await new Bench().up();
  await bench.code(Codes.PUT, '/1/0/5', Buffer.from('30'), 0);
  assert.equal(await bench.code(Codes.POST, '/1/0/4'), Codes.CHANGED);
  await bench.clock.advance(2000);
  assert.equal(bench.received.at(-1), 'DELETE /rd/r0');
  await bench.clock.advance(32_000);
  assert.deepEqual(bench.kinds(), ['registered', 'deregistered', 'registered']);
  await bench.down();
});
