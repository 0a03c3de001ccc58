import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fc } from '../../support/properties';
import { usualCause } from '../../../src/contract/failureWords';
import { applyToPanel, MOST_SAMPLES, withSample } from '../../../src/contract/panelState';
import { rateText, sizeText, spanText } from '../../../src/contract/quantities';
import { planWords } from '../../../src/contract/planWords';
import { stationsOf } from '../../../src/contract/stations';
import { paceOf, throughputBars } from '../../../src/contract/throughput';
import {
  parseFromUpdatePanel,
  type ProgressSample,
  type UpdatePanelSnapshot,
} from '../../../src/contract/updatePanel';
import type { RunRecord, UpdateEnd, UpdateEvent } from '../../../src/fota/run';
import { headline, leftText, timelineLine } from '../../../webview/update/words';
import { run } from '../extension/support';

const end = (more: Partial<UpdateEnd>): UpdateEnd => ({
  outcome: 'failed',
  updateResult: undefined,
  resultName: undefined,
  versionAfter: undefined,
  stateAfter: undefined,
  durationMs: 1000,
  ...more,
});
const state = (name: 'idle' | 'downloading' | 'downloaded' | 'updating', more: object = {}): UpdateEvent => ({
  at: 1,
  kind: 'state',
  state: name,
  updateResult: 0,
  legal: true,
  ...more,
});
const record = (more: Partial<RunRecord>): RunRecord => ({ ...run('r1'), events: [], ...more });
const snapshot = (more: Partial<RunRecord> = {}): UpdatePanelSnapshot => ({
  revision: 4,
  record: record({ phase: 'transferring', ...more }),
  running: true,
  samples: [],
  actions: [],
});
const standings = (of: RunRecord) => stationsOf(of).map(({ standing }) => standing);

describe('the stations of an update', () => {
  test('on the way: passed, now, ahead', () => {
    assert.deepEqual(standings(record({ phase: 'transferring', events: [state('downloading')] })), [
      'done',
      'current',
      'ahead',
      'ahead',
      'ahead',
    ]);
  });

  test('a state the device never told is skipped, not passed', () => {
    assert.deepEqual(
      standings(record({ phase: 'updating', events: [state('downloading'), state('updating')] })),
      ['done', 'done', 'skipped', 'current', 'ahead'],
    );
  });

  test('a success ends at the last, with the version that was verified', () => {
    const ended = record({
      end: end({ outcome: 'succeeded', versionAfter: '1.5.0' }),
      events: [state('downloading'), state('downloaded'), state('updating'), state('idle')],
    });
    assert.deepEqual(standings(ended), ['done', 'done', 'done', 'done', 'done']);
    assert.equal(stationsOf(ended)[4]?.label, 'Runs 1.5.0');
  });

  test('a failure stands where the device got to, and never claims the version', () => {
    const ended = record({
      end: end({ updateResult: 5, versionAfter: '1.4.0' }),
      events: [state('downloading'), state('idle', { updateResult: 5 })],
    });
    assert.deepEqual(standings(ended), ['done', 'failed', 'ahead', 'ahead', 'ahead']);
    assert.equal(stationsOf(ended)[4]?.label, '1.5.0+2 not reached');
  });
});

describe('snapshots and deltas', () => {
  test('the next revision is applied: the newest progress alone is kept', () => {
    const progress = (bytes: number): UpdateEvent => ({
      at: bytes,
      kind: 'progress',
      bytes,
      total: 100,
      retransmissions: 0,
    });
    const one = applyToPanel(snapshot(), { kind: 'event', revision: 5, event: progress(10), bytes: 10 });
    assert.ok(one !== 'gap');
    const two = applyToPanel(one, { kind: 'event', revision: 6, event: progress(20), bytes: 20 });
    assert.ok(two !== 'gap');
    assert.deepEqual(two.record.events, [progress(20)]);
    assert.equal(two.record.bytes, 20);
    assert.deepEqual(two.samples, [
      { at: 10, bytes: 10 },
      { at: 20, bytes: 20 },
    ]);
  });

  test('a gap, a repetition, or a delta before any snapshot asks for one', () => {
    const event = state('downloading');
    for (const revision of [3, 4, 6])
      assert.equal(applyToPanel(snapshot(), { kind: 'event', revision, event, bytes: 0 }), 'gap');
    assert.equal(applyToPanel(undefined, { kind: 'event', revision: 1, event, bytes: 0 }), 'gap');
  });

  test('facts change the run and keep its timeline', () => {
    const next = applyToPanel(snapshot({ events: [state('downloading')] }), {
      kind: 'facts',
      revision: 5,
      record: run('r1', { phase: 'ended', end: end({}) }),
    });
    assert.ok(next !== 'gap');
    assert.equal(next.record.events.length, 1);
    assert.equal(next.running, false);
  });

  test('a panel’s messages are checked: what is no known action is none', () => {
    assert.deepEqual(parseFromUpdatePanel({ kind: 'ready' }), { kind: 'ready' });
    assert.deepEqual(parseFromUpdatePanel({ kind: 'act', action: 'cancel' }), {
      kind: 'act',
      action: 'cancel',
    });
    fc.assert(
      fc.property(fc.anything(), (message) => {
        const parsed = parseFromUpdatePanel(message);
        return parsed === undefined || parsed.kind === 'ready' || parsed.kind === 'act';
      }),
    );
    assert.equal(parseFromUpdatePanel({ kind: 'act', action: 'toString' }), undefined);
    assert.equal(parseFromUpdatePanel({ kind: 'act', action: ['cancel'] }), undefined);
  });
});

describe('throughput', () => {
  const every = (ms: number, bytes: number, count: number, from: ProgressSample = { at: 0, bytes: 0 }) =>
    Array.from({ length: count }, (_, i) => ({ at: from.at + ms * i, bytes: from.bytes + bytes * i }));

  test('the pace of the last seconds, and what is left at it', () => {
    const pace = paceOf(every(100, 1000, 20), 29_000);
    assert.equal(pace?.rate, 10_000);
    assert.equal(pace?.left, 1);
    assert.equal(paceOf([], 1), undefined);
  });

  test('a stall is a row of zeros at the end', () => {
    const bars = throughputBars(every(100, 1000, 11), 10, 2000);
    assert.deepEqual(
      bars.map((bar) => Math.round(bar)),
      [10_000, 10_000, 10_000, 10_000, 10_000, 0, 0, 0, 0, 0],
    );
  });

  test('bars account for every byte, whatever the samples', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(1000), fc.nat(5000)), { minLength: 2, maxLength: 50 }),
        (steps) => {
          let at = 0;
          let bytes = 0;
          const samples = steps.map(([ms, more]) => ({ at: (at += ms + 1), bytes: (bytes += more) }));
          const [first] = samples;
          const span = at - (first?.at ?? 0);
          const bars = throughputBars(samples, 16);
          const sum = bars.reduce((all, bar) => all + (bar * span) / 16 / 1000, 0);
          assert.ok(Math.abs(sum - (bytes - (first?.bytes ?? 0))) < 0.01);
        },
      ),
    );
  });

  test('samples are thinned with their ends kept; a transfer that begins anew is another curve', () => {
    let samples: readonly ProgressSample[] = [];
    for (let i = 0; i <= 5000; i++) samples = withSample(samples, { at: i, bytes: i });
    assert.ok(samples.length <= MOST_SAMPLES);
    assert.deepEqual(samples[0], { at: 0, bytes: 0 });
    assert.deepEqual(samples.at(-1), { at: 5000, bytes: 5000 });
    assert.deepEqual(withSample(samples, { at: 5001, bytes: 3 }), [{ at: 5001, bytes: 3 }]);
  });
});

describe('words', () => {
  test('the method stands once before its reason', () => {
    const words = (method: 'push' | 'pull', why: string) => {
      const told = planWords({ method, protocol: 'coap', why });
      return told.method + told.why;
    };
    assert.equal(words('pull', 'Pull, as asked. By coap.'), 'Pull over CoAP, as asked. By coap.');
    assert.equal(words('push', 'Push: nothing else.'), 'Push over CoAP: nothing else.');
    assert.equal(words('push', 'told'), 'Push over CoAP: told');
  });

  test('what a failure is, by the device’s result or by our code', () => {
    assert.equal(
      headline({
        ...snapshot(),
        running: false,
        record: record({ end: end({ updateResult: 5, resultName: 'integrity check failed' }) }),
      })?.text,
      'Integrity check failed (5)',
    );
    assert.equal(
      headline({
        ...snapshot(),
        running: false,
        record: record({ end: end({ code: 'STALLED_DOWNLOADING' }) }),
      })?.text,
      'Stalled downloading',
    );
    for (let result = 2; result <= 13; result++)
      assert.ok(usualCause(end({ updateResult: result })), String(result));
    assert.ok(usualCause(end({ code: 'STALLED_DOWNLOADING' })));
    assert.equal(usualCause(end({ outcome: 'succeeded', updateResult: 1 })), undefined);
  });

  test('an interrupted run says so, one under way has no headline', () => {
    assert.equal(headline(snapshot()), undefined);
    assert.match(headline({ ...snapshot(), running: false })?.text ?? '', /^Interrupted/);
    const closed = record({ end: end({ code: 'INTERRUPTED' }) });
    assert.match(headline({ ...snapshot(), running: false, record: closed })?.text ?? '', /^Interrupted/);
  });

  test('a transition the specification doesn’t draw stands out in words', () => {
    const line = timelineLine(state('updating', { legal: false, note: 'from idle' }));
    assert.equal(line?.kind, 'illegal');
    assert.match(line?.text ?? '', /doesn’t draw.*from idle/);
  });

  test('text of a device is harmless and bounded', () => {
    const line = timelineLine({
      at: 1,
      kind: 'step',
      text: `\u202e\n<b>${'x'.repeat(5000)}`,
      answer: '4.05',
    });
    assert.ok((line?.text.length ?? 0) < 500);
    assert.ok(line?.text.startsWith('\\u202e\\u000a<b>'));
  });

  test('sizes, spans, rates, time left', () => {
    assert.equal(sizeText(1), '1 byte');
    assert.equal(sizeText(253_952), '248 KiB');
    assert.equal(sizeText(1_572_864), '1.5 MiB');
    assert.equal(spanText(59_900), '59 s');
    assert.equal(rateText(10_035), '9.8 KiB/s');
    assert.equal(leftText(15.4), '15 s left');
    assert.equal(leftText(undefined), '');
  });
});
