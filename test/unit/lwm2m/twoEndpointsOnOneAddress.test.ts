import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeUtf8 } from '../../../src/base/bytes';
import { Codes } from '../../../src/coap/code';
import { pathOf, printPath } from '../../../src/objects/path';
import type { Report } from '../../../src/lwm2m/server';
import { begun, SERVER, Setting } from './scriptedClient';

const PACK = encodeUtf8('[{"bn":"/3303/0/","bt":1767225600,"n":"5700","v":21.5},{"n":"5701","vs":"Cel"}]');
const send = { code: Codes.POST, path: '/dp', format: 110, body: PACK };

describe('two endpoints on one address and port', () => {
  test('are two registrations, each updated and removed by its own location', async () => {
    const setting = new Setting();
    const gateway = setting.client();
    const a = await gateway.registered('a', 'lt=60');
    const b = await gateway.registered('b', 'lt=600');
    await gateway.update(a, ['lt=120']);
    await setting.clock.advance(125_000);
    assert.equal(setting.server.registration('a'), undefined);
    assert.ok(setting.server.registration('b'));
    assert.equal((await gateway.request({ code: Codes.DELETE, path: `/${b}` })).code, '2.02');
    assert.equal(setting.server.registrations().length, 0);
  });

  test('are asked one after the other, and each answer is its own', async () => {
    const setting = new Setting();
    const gateway = setting.client();
    await gateway.registered('a');
    await gateway.registered('b');
    const first = await begun(setting.server.read('a', pathOf(3, 0, 0)), setting);
    const second = await begun(setting.server.read('b', pathOf(3, 0, 0)), setting);
    await gateway.answer(gateway.take(), { code: Codes.CONTENT, format: 0, body: 'A' });
    await gateway.answer(gateway.take(), { code: Codes.CONTENT, format: 0, body: 'B' });
    const answers = [await first.done, await second.done];
    assert.deepEqual(
      answers.map(({ endpointName, values }) => [endpointName, values[0]?.value.value]),
      [
        ['a', 'A'],
        ['b', 'B'],
      ],
    );
  });

  test('what is sent from there counts for who registered or updated last, with a warning', async () => {
    const setting = new Setting();
    const reports: Report[] = [];
    setting.server.onReport((report) => reports.push(report));
    const gateway = setting.client();
    const a = await gateway.registered('a');
    await gateway.registered('b');
    assert.equal((await gateway.request(send)).code, '2.04');
    await gateway.update(a);
    assert.equal((await gateway.request(send)).code, '2.04');
    assert.deepEqual(
      reports.map(({ endpointName }) => endpointName),
      ['b', 'a'],
    );
    assert.match(setting.told.join('\n'), /2 clients share/);
  });
});

describe('Send', () => {
  test('reports values with their own times and answers 2.04', async () => {
    const setting = new Setting();
    const reports: Report[] = [];
    setting.server.onReport((report) => reports.push(report));
    const client = setting.client();
    await client.registered('dev');
    assert.equal((await client.request(send)).code, '2.04');
    const [report] = reports;
    assert.equal(report?.kind, 'send');
    assert.deepEqual(
      report?.values.map(({ path, value, at }) => [printPath(path), value.value, at]),
      [
        ['/3303/0/5700', 21.5, 1767225600],
        ['/3303/0/5701', 'Cel', 1767225600],
      ],
    );
    assert.equal(
      setting.told.some((line) => line.startsWith('warning')),
      false,
    );
  });

  test('of a stranger gets 4.04, of what is no report 4.15 or 4.00 and a warning', async () => {
    const setting = new Setting();
    const client = setting.client();
    assert.equal((await client.request(send)).code, '4.04');
    const location = await client.registered('dev');
    assert.equal((await client.request({ ...send, format: 9999 })).code, '4.15');
    assert.equal((await client.request({ ...send, body: '[{' })).code, '4.00');
    assert.match(setting.told.join('\n'), /can't be read/);
    await client.request({ code: Codes.DELETE, path: `/${location}` });
    assert.equal((await client.request(send)).code, '4.04');
  });

  test('wakes the queue of a sleeping client', async () => {
    const setting = new Setting();
    const client = setting.client();
    await client.registered('dev', 'Q', 'lt=86400');
    await setting.clock.advance(100_000);
    await begun(setting.server.read('dev', pathOf(3, 0, 0)), setting);
    await client.request(send);
    assert.equal(client.take().text, 'GET /3/0/0');
  });
});

describe('a server with two addresses', () => {
  test('asks a device from the address it registered at', async () => {
    const setting = new Setting();
    const second = { host: '198.51.100.1', port: 5683 };
    setting.listen(second);
    const client = setting.client();
    const words = { code: Codes.POST, path: '/rd', query: ['ep=dev', 'lwm2m=1.1', 'lt=60'], body: '</3/0>' };
    await client.request(words, second);
    assert.deepEqual(setting.server.registration('dev')?.local.address, second);
    const from: string[] = [];
    setting.network.fate = (source) => {
      from.push(source.host);
      return [0];
    };
    await begun(setting.server.read('dev', pathOf(3, 0, 0)), setting);
    assert.deepEqual(from, [second.host]);
    await client.request(words, SERVER);
    assert.deepEqual(setting.server.registration('dev')?.local.address, SERVER);
  });
});
