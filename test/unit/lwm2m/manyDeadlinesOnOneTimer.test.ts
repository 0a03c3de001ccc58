import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { Deadlines } from '../../../src/lwm2m/registration/deadlines';
import { VirtualClock } from '../../support/virtualClock';

const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), item: fc.nat(5), after: fc.integer({ min: 0, max: 1000 }) }),
  fc.record({ do: fc.constant('delete' as const), item: fc.nat(5) }),
  fc.record({ do: fc.constant('wait' as const), time: fc.integer({ min: 1, max: 400 }) }),
);

test('every deadline falls due at its last set time and once, whatever was set before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const clock = new VirtualClock();
      const fired: string[] = [];
      const deadlines = new Deadlines<number>(clock, (item) => fired.push(`${item}@${clock.now()}`));
      const due = new Map<number, number>();
      const expected: string[] = [];
      const pass = (until: number) => {
        for (const [item, at] of [...due].sort((a, b) => a[1] - b[1])) {
          if (at > until) continue;
          expected.push(`${item}@${at}`);
          due.delete(item);
        }
      };
      for (const next of [...steps, { do: 'wait' as const, time: 2000 }]) {
        if (next.do === 'set') {
          deadlines.set(next.item, clock.now() + next.after);
          due.set(next.item, clock.now() + next.after);
        } else if (next.do === 'delete') {
          deadlines.delete(next.item);
          due.delete(next.item);
        } else {
          pass(clock.now() + next.time);
          await clock.advance(next.time);
        }
        assert.ok(clock.timers <= 1);
      }
      assert.deepEqual(fired.sort(), expected.sort());
    }),
    { numRuns: 60 },
  );
});
