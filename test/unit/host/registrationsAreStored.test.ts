import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_LOG } from '../../../src/base/log';
import { registrationFile } from '../../../src/host/registrationFile';
import type { Registration } from '../../../src/lwm2m/registration/registration';
import { VirtualClock } from '../../support/virtualClock';

const registration = (endpointName: string): Registration => ({
  location: `l-${endpointName}`,
  endpointName,
  lwm2mVersion: '1.1',
  lifetime: 300,
  binding: 'U',
  queueMode: false,
  rootPath: [],
  objectLinks: [],
  peer: { key: '127.0.0.1:1', address: { host: '127.0.0.1', port: 1 } },
  local: { scheme: 'coap', address: { host: '127.0.0.1', port: 5683 } },
  registeredAt: 0,
  lastSeen: 0,
});

function stored() {
  const clock = new VirtualClock();
  const written: (readonly Registration[])[] = [];
  const file = registrationFile(
    {
      read: () => written.at(-1),
      write: (text) => void written.push(JSON.parse(text) as readonly Registration[]),
    },
    clock,
    NO_LOG,
  );
  return { clock, written, file };
}

test('many changes are one writing, of what there is then', async () => {
  const { clock, written, file } = stored();
  const all: Registration[] = [];
  for (let n = 0; n < 1000; n++) {
    all.push(registration(`dev${n}`));
    file.save(() => all);
  }
  assert.equal(written.length, 0);
  await clock.advance(1100);
  assert.equal(written.length, 1);
  assert.equal(written[0]?.length, 1000);
  assert.equal((await file.load()).length, 1000);
  await clock.advance(10_000);
  assert.equal(written.length, 1);
  assert.equal(clock.timers, 0);
});

test('what changes while it is written is written next', async () => {
  const { clock, written, file } = stored();
  file.save(() => [registration('a')]);
  await clock.advance(1100);
  file.save(() => [registration('a'), registration('b')]);
  await clock.advance(1100);
  assert.deepEqual(
    written.map((list) => list.length),
    [1, 2],
  );
});

test('the end of the process writes what was not written yet', async () => {
  const { clock, written, file } = stored();
  file.save(() => [registration('a')]);
  await file.flush();
  assert.deepEqual(
    written.map((list) => list.map(({ endpointName }) => endpointName)),
    [['a']],
  );
  assert.equal(clock.timers, 0);
  await file.flush();
  assert.equal(written.length, 1);
});

test('a file that somebody else put there is passed over', async () => {
  const file = registrationFile(
    { read: () => [{ odd: 1 }, 7], write: () => undefined },
    new VirtualClock(),
    NO_LOG,
  );
  assert.deepEqual(await file.load(), []);
});
