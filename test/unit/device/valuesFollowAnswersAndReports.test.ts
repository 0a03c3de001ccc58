import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Emitter } from '../../../src/base/event';
import { Codes, type Code } from '../../../src/coap/code';
import { createDeviceStore, type DeviceChange } from '../../../src/device/deviceStore';
import type { KnownValueLimits } from '../../../src/device/knownValues';
import type { Answered } from '../../../src/lwm2m/mountedServer';
import type { Leaf } from '../../../src/lwm2m/content/leaf';
import type { Registration } from '../../../src/lwm2m/registration/registration';
import type { Operation, RemovalReason, Report } from '../../../src/lwm2m/server';
import { parsePath, printPath } from '../../../src/objects/path';
import { VirtualClock } from '../../support/virtualClock';

const path = (text: string) => {
  const parsed = parsePath(text);
  assert.ok(parsed.ok);
  return parsed.value;
};
const float = (at: string, value: number, time?: number): Leaf => ({
  path: path(at),
  value: { type: 'float', value },
  ...(time === undefined ? {} : { at: time }),
});

function setting(limits: Partial<KnownValueLimits> = {}) {
  const clock = new VirtualClock();
  const answers = new Emitter<Answered>();
  const reports = new Emitter<Report>();
  const removals = new Emitter<{ registration: Registration; reason: RemovalReason }>();
  const registrations = new Emitter<{ registration: Registration }>();
  const store = createDeviceStore({
    server: {
      onAnswer: answers.event,
      onReport: reports.event,
      onRemoved: removals.event,
      onRegistered: registrations.event,
    },
    clock,
    limits,
  });
  const changes: DeviceChange[] = [];
  store.onChange((change) => changes.push(change));
  const registration = { endpointName: 'dev' } as Registration;
  return {
    clock,
    store,
    changes,
    answer: (
      operation: Operation,
      at: string,
      code: Code,
      values: readonly Leaf[] = [],
      written?: readonly Leaf[],
    ) =>
      answers.fire({
        operation,
        answer: {
          endpointName: 'dev',
          path: path(at),
          code,
          values,
          problems: [],
          payload: new Uint8Array(0),
        },
        ...(written ? { written } : {}),
      }),
    report: (kind: 'notify' | 'send', values: readonly Leaf[]) =>
      reports.fire({ endpointName: 'dev', kind, values, paths: [], at: clock.wallTime(), problems: [] }),
    removed: (reason: RemovalReason) => removals.fire({ registration, reason }),
    registered: () => registrations.fire({ registration }),
    known: () =>
      store
        .values('dev')
        .map((known) => `${printPath(known.path)} ${String(known.value.value)} ${known.source}`),
  };
}

describe('what a device has', () => {
  test('is what was read, notified, sent and written, the newest last', () => {
    const { answer, report, known, changes, store } = setting();
    answer('read', '/3303/0', Codes.CONTENT, [float('/3303/0/5700', 1), float('/3303/0/5601', 0)]);
    report('notify', [float('/3303/0/5700', 2)]);
    report('send', [float('/3303/0/5601', -1)]);
    answer('write', '/3303/0/5700', Codes.CHANGED, [], [float('/3303/0/5700', 9)]);
    answer('write', '/3303/0/5700', Codes.METHOD_NOT_ALLOWED, [], [float('/3303/0/5700', 10)]);
    assert.deepEqual(known(), ['/3303/0/5601 -1 send', '/3303/0/5700 9 write']);
    assert.deepEqual(
      changes.map(({ revision, changed, removed }) => [revision, changed.length, removed.length]),
      [
        [1, 2, 0],
        [2, 1, 0],
        [3, 1, 0],
        [4, 1, 0],
      ],
    );
    assert.equal(store.snapshot('dev').revision, 4);
  });

  test('is no longer there when a read of the whole doesn’t show it, or says 4.04, or it was deleted', () => {
    const { answer, known, changes } = setting();
    answer('read', '/3', Codes.CONTENT, [float('/3/0/1', 1), float('/3/0/2', 2), float('/3/0/3', 3)]);
    answer('read', '/3/0', Codes.CONTENT, [float('/3/0/1', 1), float('/3/0/2', 2)]);
    assert.deepEqual(changes.at(-1)?.removed.map(printPath), ['/3/0/3']);
    answer('read', '/3/0/2', Codes.NOT_FOUND);
    assert.deepEqual(known(), ['/3/0/1 1 read']);
    answer('read', '/3/0/1', Codes.UNAUTHORIZED);
    assert.deepEqual(known(), ['/3/0/1 1 read']);
    answer('delete', '/3/0', Codes.DELETED);
    assert.deepEqual(known(), []);
    assert.deepEqual(changes.at(-1)?.removed.map(printPath), ['/3/0/1']);
  });

  test('a composite answer takes nothing away', () => {
    const { answer, known } = setting();
    answer('read', '/3/0/1', Codes.CONTENT, [float('/3/0/1', 1)]);
    answer('read', '/', Codes.CONTENT, [float('/3/0/2', 2)]);
    assert.deepEqual(known(), ['/3/0/1 1 read', '/3/0/2 2 read']);
  });

  test('an older value that arrives late is history, not the present; none is from the future', () => {
    const { clock, report, store } = setting();
    const now = clock.wallTime() / 1000;
    report('send', [float('/3303/0/5700', 1, now), float('/3303/0/5700', 0, now - 60)]);
    assert.equal(store.value('dev', path('/3303/0/5700'))?.value.value, 1);
    assert.deepEqual(
      store.history('dev', path('/3303/0/5700')).map(({ value }) => value),
      [0, 1],
    );
    report('send', [float('/3303/0/5601', 7, now + 1e9)]);
    assert.equal(store.value('dev', path('/3303/0/5601'))?.at, clock.wallTime());
  });

  test('is bounded: values, their size, the courses of numbers and their points', () => {
    const { report, known, store, changes } = setting({ values: 3, valueSize: 10, points: 2, courses: 1 });
    for (let i = 1; i <= 4; i++) report('notify', [float(`/3303/0/${i}`, i)]);
    assert.deepEqual(known(), ['/3303/0/2 2 notify', '/3303/0/3 3 notify', '/3303/0/4 4 notify']);
    assert.deepEqual(changes.at(-1)?.removed.map(printPath), ['/3303/0/1']);
    report('notify', [{ path: path('/3/0/0'), value: { type: 'string', value: 'x'.repeat(11) } }]);
    assert.equal(known().length, 3);
    for (let i = 0; i < 5; i++) report('notify', [float('/3303/0/9', i)]);
    assert.deepEqual(
      store.history('dev', path('/3303/0/9')).map(({ value }) => value),
      [3, 4],
    );
    report('notify', [float('/3303/0/10', 1)]);
    assert.deepEqual(store.history('dev', path('/3303/0/10')), []);
  });

  test('outlives its registration for ten minutes, should it come back', async () => {
    const { clock, report, removed, registered, known, changes } = setting();
    report('notify', [float('/3303/0/1', 1)]);
    removed('replaced');
    removed('deregistered');
    await clock.advance(599_000);
    assert.equal(known().length, 1);
    registered();
    await clock.advance(3_600_000);
    assert.equal(known().length, 1);
    removed('expired');
    await clock.advance(600_001);
    assert.deepEqual(known(), []);
    assert.deepEqual(changes.at(-1)?.removed.map(printPath), ['/3303/0/1']);
    assert.equal(clock.timers, 0);
  });
});
