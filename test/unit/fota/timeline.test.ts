import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_LOG } from '../../../src/base/log';
import { Timeline } from '../../../src/fota/timeline';
import { VirtualClock } from '../../support/virtualClock';
import { imageOf, MemoryHistory } from './scene';

const begun = () => {
  const [clock, history] = [new VirtualClock(), new MemoryHistory()];
  const request = { endpointName: 'dev1', image: imageOf(), method: 'auto' } as const;
  return { clock, history, timeline: Timeline.begin('run1', request, history, clock, NO_LOG) };
};

test('of a long run the first and the last 500 events are kept', () => {
  const { timeline, history } = begun();
  history.write = () => undefined;
  for (let step = 0; step < 3000; step++) timeline.step(`step ${step}`);
  const { events } = timeline.record;
  assert.equal(events.length, 1000);
  const text = (at: number) => {
    const event = events[at];
    return event?.kind === 'step' ? event.text : undefined;
  };
  assert.deepEqual(
    [text(0), text(499), text(500), text(999)],
    ['step 0', 'step 499', 'step 2500', 'step 2999'],
  );
});

test('progress is told ten times a second, written once, and only the newest is kept', async () => {
  const { clock, history, timeline } = begun();
  let told = 0;
  timeline.onEvent(() => told++);
  const before = history.writes;
  for (let bytes = 1; bytes <= 1000; bytes++) {
    timeline.tell({ kind: 'progress', bytes, total: 2000, retransmissions: 0 });
    await clock.advance(2);
  }
  assert.ok(told >= 18 && told <= 21, `${told}`);
  assert.ok(history.writes - before <= 3, `${history.writes - before}`);
  assert.equal(timeline.record.events.length, 1);
  assert.equal(timeline.record.bytes, 1000);
});

test('a listener that fails does not end the run', () => {
  const { timeline } = begun();
  timeline.onEvent(() => {
    throw new Error('a view is gone');
  });
  timeline.step('one');
  assert.equal(timeline.record.events.length, 1);
});

test('the last progress is told before the end, however soon after the one before', () => {
  const { timeline } = begun();
  const told: string[] = [];
  timeline.onEvent((event) => told.push(event.kind === 'progress' ? `${event.bytes}` : event.kind));
  for (const bytes of [100, 200, 300])
    timeline.tell({ kind: 'progress', bytes, total: 2000, retransmissions: 0 });
  assert.deepEqual(told, ['100']);
  timeline.end({
    outcome: 'failed',
    durationMs: 1,
    updateResult: undefined,
    resultName: undefined,
    versionAfter: undefined,
    stateAfter: undefined,
  });
  assert.deepEqual(told, ['100', '300', 'end']);
});
