import assert from 'node:assert/strict';
import { describe, mock, test, type TestContext } from 'node:test';
import type * as vscode from 'vscode';
import { redrawing } from '../../../src/extension/views/redrawing';
import { revealRow } from '../../../src/extension/views/revealRow';

const OPTIONS = { select: true, focus: true };

/** A view that counts how often it is drawn, under a clock to turn. */
function drawn(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const fire = mock.fn();
  const changed = { fire } as unknown as vscode.EventEmitter<undefined>;
  const redraw = redrawing({ visible: true }, changed, () => true);
  t.after(() => redraw.dispose());
  return { redraw, times: () => fire.mock.callCount(), turn: (ms: number) => t.mock.timers.tick(ms) };
}

describe('rows are drawn', () => {
  test('once for many changes, and now and then for their ages', (t) => {
    const { redraw, times, turn } = drawn(t);
    for (let n = 0; n < 5; n++) redraw.soon();
    assert.equal(times(), 0);
    turn(200);
    assert.equal(times(), 1);
    turn(15_000);
    assert.equal(times(), 2);
  });

  test('before a row is revealed where it is due, and not while it is; what came meanwhile after it', async (t) => {
    const { redraw, times, turn } = drawn(t);
    redraw.soon();
    let done = () => undefined as void;
    const work = redraw.undisturbed(() => new Promise<void>((resolve) => (done = resolve)));
    assert.equal(times(), 1);
    redraw.soon();
    turn(20_000);
    assert.equal(times(), 1, 'changes and ages wait');
    done();
    await work;
    turn(200);
    assert.equal(times(), 2);
  });

  test('again after a row that could not be revealed', async (t) => {
    const { redraw, times, turn } = drawn(t);
    await assert.rejects(redraw.undisturbed(() => Promise.reject(new Error('no row'))));
    redraw.soon();
    turn(200);
    assert.equal(times(), 1);
  });
});

describe('a row is revealed', () => {
  for (const [failures, calls] of [
    [0, 1],
    [1, 2],
    [9, 2],
  ] as const)
    test(`${failures} times redrawn under it: asked ${calls} times, and never a failure of the command`, async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      let left = failures;
      const reveal = mock.fn(() =>
        left-- > 0 ? Promise.reject(new Error('Cannot resolve tree item')) : Promise.resolve(),
      );
      const revealed = revealRow<string>({ reveal }, 'row', OPTIONS);
      await new Promise((resolve) => setImmediate(resolve));
      t.mock.timers.tick(500);
      await revealed;
      assert.equal(reveal.mock.callCount(), calls);
    });
});
