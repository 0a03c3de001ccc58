import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_LOG } from '../../../src/base/log';
import { registrationFiles } from '../../../src/host/registrationFiles';
import type { Registration } from '../../../src/lwm2m/registration/registration';
import { VirtualClock } from '../../support/virtualClock';

const at = (port: number, host = '127.0.0.1'): Registration['local'] => ({
  scheme: 'coap',
  address: { host, port },
});

const registration = (endpointName: string, local = at(5683)): Registration => ({
  location: `l-${endpointName}`,
  endpointName,
  lwm2mVersion: '1.1',
  lifetime: 300,
  binding: 'U',
  queueMode: false,
  rootPath: [],
  objectLinks: [],
  peer: { key: '127.0.0.1:1', address: { host: '127.0.0.1', port: 1 } },
  local,
  registeredAt: 0,
  lastSeen: 0,
});

/** A folder that several processes write into, and how often each was written. */
class Folder {
  readonly clock = new VirtualClock(0);
  readonly files = new Map<string, unknown>();
  writes = 0;

  process() {
    return registrationFiles(
      {
        names: () => [...this.files.keys()],
        read: (name) => this.files.get(name),
        write: (name, text) => {
          this.writes++;
          this.files.set(name, JSON.parse(text));
        },
        remove: (name) => void this.files.delete(name),
      },
      this.clock,
      NO_LOG,
    );
  }

  async loaded(...listeners: readonly Registration['local'][]): Promise<readonly string[]> {
    return (await this.process().load(listeners)).map(({ endpointName }) => endpointName);
  }
}

test('many changes are one writing, of what there is then', async () => {
  const folder = new Folder();
  const file = folder.process();
  const all: Registration[] = [];
  for (let n = 0; n < 1000; n++) {
    all.push(registration(`dev${n}`));
    file.save(() => all);
  }
  assert.equal(folder.writes, 0);
  await folder.clock.advance(1100);
  assert.equal(folder.writes, 1);
  assert.equal((await folder.loaded(at(5683))).length, 1000);
  await folder.clock.advance(10_000);
  assert.equal(folder.writes, 1);
  assert.equal(folder.clock.timers, 0);
});

test('what changes while it is written is written next', async () => {
  const folder = new Folder();
  const file = folder.process();
  file.save(() => [registration('a')]);
  await folder.clock.advance(1100);
  assert.deepEqual(await folder.loaded(at(5683)), ['a']);
  file.save(() => [registration('a'), registration('b')]);
  await folder.clock.advance(1100);
  assert.deepEqual(await folder.loaded(at(5683)), ['a', 'b']);
  assert.equal(folder.writes, 2);
});

test('the end of the process writes what was not written yet', async () => {
  const folder = new Folder();
  const file = folder.process();
  file.save(() => [registration('a')]);
  await file.flush();
  assert.deepEqual(await folder.loaded(at(5683)), ['a']);
  assert.equal(folder.clock.timers, 0);
  await file.flush();
  assert.equal(folder.writes, 1);
});

test('a process gets what registered at its own listeners, and writes over nobody else’s', async () => {
  const folder = new Folder();
  const serve = folder.process();
  await serve.load([at(5683)]);
  serve.save(() => [registration('dev')]);
  await serve.flush();
  const update = folder.process();
  assert.deepEqual(await update.load([at(5690)]), []);
  // the same device comes to the other's port, and goes
  update.save(() => [registration('dev', at(5690)), registration('bench', at(5690))]);
  await update.flush();
  assert.deepEqual(await folder.loaded(at(5683)), ['dev']);
  assert.deepEqual(await folder.loaded(at(5690)), ['dev', 'bench']);
  update.save(() => []);
  await update.flush();
  assert.deepEqual(await folder.loaded(at(5683), at(5690)), ['dev']);
});

test('another scheme or address is another listener; a wildcard is every address of its port', async () => {
  const folder = new Folder();
  const before = folder.process();
  const here = at(5683, '192.0.2.1');
  before.save(() => [registration('here', here), registration('six', at(5683, '2001:db8::1'))]);
  await before.flush();
  assert.deepEqual(await folder.loaded({ ...here, scheme: 'coap+tcp' }, at(5683, '192.0.2.2')), []);
  assert.deepEqual(await folder.loaded(at(5683, '2001:db8::1')), ['six']);
  assert.deepEqual(await folder.loaded(at(5684, '0.0.0.0')), []);
  assert.deepEqual(await folder.loaded(at(5683, '0.0.0.0')), ['here', 'six']);
});

test('a file of a free port that none comes back for goes when its registrations are over', async () => {
  const folder = new Folder();
  const before = folder.process();
  before.save(() => [registration('dev', at(43_210))]);
  await before.flush();
  await folder.loaded(at(5683));
  assert.equal(folder.files.size, 1);
  await folder.clock.advance(301_000);
  await folder.loaded(at(5683));
  assert.equal(folder.files.size, 0);
});

test('a file that somebody else put there is passed over', async () => {
  const folder = new Folder();
  folder.files.set('coap_127.0.0.1_5683', [{ odd: 1 }, 7]);
  folder.files.set('notes', 'mine');
  assert.deepEqual(await folder.loaded(at(5683)), []);
  assert.equal(folder.files.size, 2);
});
