import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPure, only, serving, valuesOf } from './bench';

const VALUE = '/3303/0/5700';

test('interrupted: 130, and the device no longer notifies', async (t) => {
  const { server, begin, ask, simulate } = await serving(t);
  await simulate('dev1');
  const observing = await begin('observe', VALUE);
  const notified = await observing.event('notify');
  assert.equal(notified['endpoint'], 'dev1');
  assert.equal(typeof notified['at'], 'number');
  assert.deepEqual(
    valuesOf(notified).map(({ path, type }) => [path, type]),
    [[VALUE, 'float']],
  );
  const { code, stdout, lastLine } = await observing.interrupt();
  assert.equal(code, 130);
  assert.ok(isPure(stdout));
  assert.match(lastLine, /Interrupted\. \S/);
  const before = server.events.filter(({ event }) => event === 'notify').length;
  // a second observation of the same lasts longer than the device's sampling period
  const other = await ask('observe', '/3304/0/5700', '--count', '2');
  assert.equal(other.code, 0);
  const after = server.events.filter(
    (event) => event.event === 'notify' && valuesOf(event)[0]?.path === VALUE,
  ).length;
  assert.equal(after, before);
});

test('one that has seen enough does not end what another watches', async (t) => {
  const { begin, ask, simulate } = await serving(t);
  await simulate('dev1');
  const watching = await begin('observe', VALUE);
  await watching.event('notify');
  const short = await ask('observe', VALUE, '--count', '1');
  assert.equal(short.code, 0);
  const seen = watching.events.length;
  await watching.event('notify', (event) => watching.events.indexOf(event) > seen);
});

test('it ends by time, and when the server ends, and where nothing can be observed', async (t) => {
  const { server, begin, ask, simulate } = await serving(t);
  await simulate('dev1');
  const timed = await ask('observe', VALUE, '/3/0/9', '--for', '0.3');
  assert.equal(timed.code, 0, timed.stderr);
  assert.equal(timed.events[0]?.event, 'answer');
  const absent = await ask('observe', '/3/0/99');
  assert.equal(absent.code, 1);
  assert.equal(only(absent.events)['code'], '4.04');
  const left = await begin('observe', VALUE);
  await left.event('answer');
  await server.interrupt();
  const { code, events } = await left.ended;
  assert.equal(code, 3);
  assert.equal(events.at(-1)?.['code'], 'SERVER_GONE');
});
