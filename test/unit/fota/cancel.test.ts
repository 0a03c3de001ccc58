import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UpdateEvent, UpdateRun } from '../../../src/fota/run';
import { Scene, SIZE } from './scene';

type Answered = Awaited<ReturnType<UpdateRun['cancel']>>;

/** Cancels at the first event that suits. */
function cancelAt(
  scene: Scene,
  suits: (event: UpdateEvent) => boolean,
): { readonly answer: () => Answered | undefined } {
  let answer: Answered | undefined;
  let asked = false;
  scene.onEvent = (event, run) => {
    if (asked || !suits(event)) return;
    asked = true;
    void run.cancel().then((told) => (answer = told));
  };
  return { answer: () => answer };
}

const inTheMiddle = (event: UpdateEvent) => event.kind === 'progress' && event.bytes >= SIZE / 4;

describe('cancelled', () => {
  test('while it is prepared: nothing was sent', async () => {
    const scene = new Scene();
    const cancel = cancelAt(scene, (event) => event.kind === 'plan');
    const end = await scene.run();
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, 'idle');
    assert.deepEqual(cancel.answer(), { cancelled: true });
    assert.equal(scene.asked('push', '/5/0/0'), 0);
  });
  test('in a push to a device of object version 1.1: by Cancel', async () => {
    const scene = new Scene();
    scene.device.objects = [{ path: '/3/0' }, { path: '/5/0', version: '1.1' }];
    cancelAt(scene, inTheMiddle);
    const end = await scene.run();
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, 'idle');
    assert.match(end.cause ?? '', /Idle now/);
    assert.equal(scene.asked('execute', '/5/0/10'), 1);
    assert.equal(scene.asked('write', '/5/0/1'), 0);
    assert.ok(scene.device.received < SIZE);
    assert.equal(scene.states.at(-1), 'idle/10');
    assert.deepEqual(scene.illegal, []);
    assert.equal(scene.clock.timers, 0);
  });
  test('in a push to a device of 1.0: by a reset', async () => {
    const scene = new Scene();
    cancelAt(scene, inTheMiddle);
    const end = await scene.run();
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, 'idle');
    assert.equal(scene.asked('execute', '/5/0/10'), 0);
    assert.equal(scene.asked('write', '/5/0/1'), 1);
  });
  test('in a pull: the offer is withdrawn first', async () => {
    const scene = new Scene();
    cancelAt(scene, inTheMiddle);
    scene.device.onReset = () => {
      assert.equal(scene.offers.all[0]?.withdrawn, true);
      scene.device.become(0);
      return 0x44;
    };
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, 'idle');
  });
  test('when downloaded: the image is taken away, and not installed', async () => {
    const scene = new Scene();
    cancelAt(scene, (event) => event.kind === 'state' && event.state === 'downloaded');
    const end = await scene.run();
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, 'idle');
    assert.equal(scene.asked('execute', '/5/0/2'), 0);
  });
  test('in Updating it is refused with the reason, and the run goes on', async () => {
    const scene = new Scene();
    const cancel = cancelAt(scene, (event) => event.kind === 'state' && event.state === 'updating');
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    const answer = cancel.answer();
    assert.ok(answer && !answer.cancelled);
    assert.match(answer.reason, /Updating/);
  });
  for (const [version, way] of [
    ['1.1', 'by Cancel'],
    ['1.0', 'by a reset'],
  ] as const)
    test(`when the device defers the installation (11): ${way}`, async () => {
      const scene = new Scene();
      const { device } = scene;
      device.objects = [{ path: '/3/0' }, { path: '/5/0', version }];
      device.onExecute = () => {
        device.become(2, 11);
        return 0x44;
      };
      const cancel = cancelAt(scene, (event) => event.kind === 'step' && event.text.includes('defers'));
      const end = await scene.run();
      assert.deepEqual(cancel.answer(), { cancelled: true });
      assert.equal(end.outcome, 'cancelled');
      assert.equal(end.stateAfter, 'idle');
      assert.match(end.cause ?? '', /^Cancelled\. /);
      assert.equal(scene.clock.timers, 0);
    });
  test('when it deferred and by now installs: it is read first, and refused', async () => {
    const scene = new Scene();
    const { device } = scene;
    device.onExecute = () => {
      device.become(2, 11);
      device.later(30_000, () => device.restart({ '/5/0/3': 0, '/5/0/5': 1, '/3/0/3': '1.1.0' }));
      return 0x44;
    };
    const cancel = cancelAt(scene, (event) => {
      if (event.kind !== 'step' || !event.text.includes('defers')) return false;
      device.values.set('/5/0/3', 3).set('/5/0/5', 0);
      return true;
    });
    const end = await scene.run();
    assert.equal(cancel.answer()?.cancelled, false);
    assert.equal(end.outcome, 'succeeded');
  });
  test('while it is verified: the wait ends, the device is read', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(1000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 0 }));
      return 0x44;
    };
    const run = scene.start();
    while (run.record.phase !== 'verifying') await scene.clock.advance(100);
    void run.cancel();
    const end = await scene.finish(run);
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, 'idle');
    assert.match(end.cause ?? '', /after the installation/);
  });
  test('a device that keeps Downloading is told so', async () => {
    const scene = new Scene();
    scene.device.onReset = () => 0x44;
    cancelAt(scene, inTheMiddle);
    const end = await scene.run();
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, 'downloading');
    assert.match(end.cause ?? '', /Downloading now/);
  });
  test('a device that is silent afterwards: its state is not known', async () => {
    const scene = new Scene();
    cancelAt(scene, (event) => {
      if (!inTheMiddle(event)) return false;
      scene.device.silent = true;
      return true;
    });
    const end = await scene.run();
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, undefined);
    assert.match(end.cause ?? '', /not known/);
  });
  test('a silent device is waited for ten seconds, though it is being read at that moment', async () => {
    const scene = new Scene();
    scene.device.observable = false;
    let asked: number | undefined;
    const run = scene.start({ method: 'pull' });
    scene.device.later(200, () => (scene.device.silent = true));
    scene.device.later(8000, () => {
      asked = scene.clock.now();
      void run.cancel();
    });
    await scene.finish(run);
    assert.ok(asked !== undefined && scene.clock.now() - asked <= 11_000);
  });
  test('after the end: told that it ended', async () => {
    const scene = new Scene();
    const run = scene.start();
    await scene.finish(run);
    assert.deepEqual(await run.cancel(), { cancelled: false, reason: 'That update has ended.' });
  });
});
