import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunRecord, UpdatePhase, UpdateRequest } from '../../../src/fota/run';
import { imageOf, Scene, SIZE } from './scene';

/** Ends the first server in a phase; the record is what the next one finds. */
async function cutIn(
  scene: Scene,
  request: Partial<UpdateRequest>,
  suits: (record: RunRecord) => boolean,
): Promise<RunRecord> {
  const run = scene.start(request);
  for (let step = 0; step < 20_000 && !suits(run.record); step++) await scene.clock.advance(10);
  scene.runner.close();
  const record = scene.history.list()[0];
  assert.ok(record && record.end === undefined);
  return { ...record, interrupted: true };
}

const inPhase = (phase: UpdatePhase) => (record: RunRecord) => record.phase === phase;

describe('what the end of a process cut', () => {
  test('a pull goes on under the same URI', async () => {
    const scene = new Scene();
    const half = (record: RunRecord) => record.bytes >= SIZE / 2;
    const record = await cutIn(scene, { method: 'pull' }, half);
    const runner = scene.newRunner();
    const run = await runner.resume(record);
    assert.ok(run);
    assert.equal(run.id, record.id);
    const end = await scene.finish(run);
    assert.equal(end.outcome, 'succeeded');
    assert.deepEqual(
      scene.offers.all.map(({ id }) => id),
      ['id0', 'id0'],
    );
    assert.equal(scene.asked('write', '/5/0/1'), 1);
    assert.equal(scene.history.list()[0]?.interrupted, undefined);
    assert.equal(scene.clock.timers, 0);
  });
  test('a pull by a secured device goes on when it has found its session gone and come again', async () => {
    const scene = new Scene();
    const record = await cutIn(scene, { method: 'pull' }, ({ bytes }) => bytes >= SIZE / 2);
    scene.device.sessionless = true;
    const run = await scene.newRunner().resume(record);
    assert.ok(run);
    await scene.clock.advance(120_000);
    scene.server.move(40_001);
    assert.equal((await scene.finish(run)).outcome, 'succeeded');
    assert.equal(scene.asked('write', '/5/0/1'), 1);
    assert.equal(scene.clock.timers, 0);
  });
  test('a pull by one that never comes again fails with that cause', async () => {
    const scene = new Scene();
    const record = await cutIn(scene, { method: 'pull' }, ({ bytes }) => bytes >= SIZE / 2);
    scene.device.sessionless = true;
    const run = await scene.newRunner().resume(record);
    assert.ok(run);
    const end = await scene.finish(run);
    assert.equal(end.code, 'NO_SESSION');
    assert.equal(end.durationMs > 300_000, true);
  });
  test('a pull whose copy holds other bytes by now stands as interrupted, and the copy goes', async () => {
    const scene = new Scene();
    const record = await cutIn(scene, { method: 'pull' }, ({ bytes }) => bytes >= SIZE / 2);
    const began = { ...record, image: { ...record.image, sha256: '00'.repeat(32) } };
    assert.equal(await scene.newRunner().resume(began), undefined);
    assert.equal(scene.history.list()[0]?.end?.code, 'INTERRUPTED');
    assert.equal(scene.image.removed, true);
    assert.equal(scene.asked('write', '/5/0/1'), 1);
  });
  test('a pull that the device gave up meanwhile gets its URI again', async () => {
    const scene = new Scene();
    const record = await cutIn(scene, { method: 'pull' }, ({ bytes }) => bytes >= SIZE / 2);
    scene.device.become(0, 0);
    await scene.clock.advance(1000);
    const run = await scene.newRunner().resume(record);
    assert.ok(run);
    assert.equal((await scene.finish(run)).outcome, 'succeeded');
    assert.equal(scene.asked('write', '/5/0/1'), 2);
  });
  for (const state of [0, 1])
    test(`a pull in state ${state} whose URI leads nowhere by now gets another one`, async () => {
      const scene = new Scene();
      const record = await cutIn(scene, { method: 'pull' }, inPhase('transferring'));
      const old = 'coap://192.0.2.1:40999/f/id0';
      assert.ok(record.plan);
      scene.device.become(state, 0);
      const run = await scene.newRunner().resume({ ...record, plan: { ...record.plan, packageUri: old } });
      assert.ok(run);
      assert.equal((await scene.finish(run)).outcome, 'succeeded');
      assert.match(scene.steps.join('\n'), /Nothing listens any more where .*:40999/);
      assert.equal(run.record.plan?.packageUri, 'coap://192.0.2.1:5683/f/id2');
      assert.equal(scene.offers.all[1]?.withdrawn, true);
    });
  test('a wait for the restart is taken up', async () => {
    const scene = new Scene();
    scene.device.restartTime = 60_000;
    const record = await cutIn(scene, {}, () => scene.device.state === 3);
    const run = await scene.newRunner().resume(record);
    assert.ok(run);
    const end = await scene.finish(run);
    assert.equal(end.outcome, 'succeeded');
    assert.equal(scene.asked('execute', '/5/0/2'), 1);
    assert.equal(end.versionAfter, '1.1.0');
  });
  test('an Execute that never went out is sent', async () => {
    const scene = new Scene();
    const record = await cutIn(scene, {}, inPhase('updating'));
    assert.equal(scene.device.state, 2);
    const run = await scene.newRunner().resume(record);
    assert.ok(run);
    assert.equal((await scene.finish(run)).outcome, 'succeeded');
  });
  test('a cut push stands as interrupted', async () => {
    const scene = new Scene();
    const record = await cutIn(scene, {}, ({ bytes }) => bytes >= SIZE / 2);
    assert.equal(await scene.newRunner().resume(record), undefined);
    const kept = scene.history.list()[0];
    assert.equal(kept?.interrupted, true);
    assert.equal(kept.phase, 'ended');
    assert.equal(kept.end?.code, 'INTERRUPTED');
    assert.ok(kept.end.next);
    assert.equal(scene.image.removed, true);
    assert.equal(kept.bytes > 0, true);
  });
  test('one that was only prepared too', async () => {
    const scene = new Scene();
    scene.device.silent = true;
    const record = await cutIn(scene, {}, () => true);
    assert.equal(await scene.newRunner().resume(record), undefined);
    assert.equal(scene.history.list()[0]?.end?.code, 'INTERRUPTED');
  });
  test('a pull whose copy is gone too', async () => {
    const scene = new Scene();
    const record = await cutIn(scene, { method: 'pull' }, ({ bytes }) => bytes > 0);
    scene.device.become(0);
    const runner = scene.newRunner(undefined);
    const gone = await runner.resume({ ...record, copy: undefined } as unknown as RunRecord);
    assert.equal(gone, undefined);
    assert.equal(scene.history.list()[0]?.interrupted, true);
  });
  test('closing leaves records as they are, and no timer', async () => {
    const scene = new Scene();
    const record = await cutIn(scene, {}, ({ bytes }) => bytes > 0);
    assert.equal(record.phase, 'transferring');
    assert.equal(scene.image.removed, false);
    await scene.clock.advance(50);
    assert.equal(scene.clock.timers, 0);
  });
  describe('and a newer run of the device overtook', () => {
    /** A pull that was cut in a phase, and then another image that went through: on the device by now. */
    const overtakenIn = async (suits: (record: RunRecord) => boolean) => {
      const scene = new Scene();
      const old = await cutIn(scene, { method: 'pull' }, suits);
      scene.device.become(0, 0);
      const runner = scene.newRunner();
      const newer = runner.start({ endpointName: 'dev1', image: imageOf(), method: 'push' });
      assert.equal((await scene.finish(newer)).outcome, 'succeeded');
      // as if the newer run's process had not seen the old one
      scene.history.write(old);
      return { scene, old };
    };
    for (const phase of ['transferring', 'updating'] as const)
      test(`in ${phase} stands as interrupted: the device is left as it is`, async () => {
        const { scene, old } = await overtakenIn(inPhase(phase));
        const asked = scene.device.asked.length;
        assert.equal(await scene.newRunner().resume(old), undefined);
        await scene.clock.advance(600_000);
        const kept = scene.history.records.get(old.id);
        assert.equal(kept?.end?.code, 'INTERRUPTED');
        assert.match(kept.end.cause ?? '', /newer update/);
        assert.equal(scene.device.asked.length, asked);
        assert.equal(scene.image.removed, true);
      });
    test('is closed by the newer run already, another device’s is not', async () => {
      const scene = new Scene();
      const old = await cutIn(scene, { method: 'pull' }, inPhase('transferring'));
      const others = { ...old, id: 'others', endpointName: 'dev2' };
      for (const record of [old, others]) scene.history.write(record);
      const runner = scene.newRunner();
      const newer = runner.start({ endpointName: 'dev1', image: imageOf(), method: 'push' });
      await scene.finish(newer);
      assert.equal(scene.history.records.get(old.id)?.end?.code, 'INTERRUPTED');
      assert.equal(scene.history.records.get('others')?.end, undefined);
      assert.equal(scene.image.removed, true);
    });
    test('of two that were cut only the newest is taken up, the other closed', async () => {
      const scene = new Scene();
      const old = await cutIn(scene, { method: 'pull' }, inPhase('transferring'));
      const newest = { ...old, id: 'newest', startedAt: old.startedAt + 1 };
      scene.history.write(newest);
      const runner = scene.newRunner();
      assert.equal((await runner.resume(newest))?.id, 'newest');
      assert.equal(await runner.resume(old), undefined);
      assert.equal(scene.history.records.get(old.id)?.end?.code, 'INTERRUPTED');
      runner.close();
    });
    test('while it waited for the device: the URI is not written again', async () => {
      const scene = new Scene();
      const old = await cutIn(scene, { method: 'pull' }, inPhase('transferring'));
      scene.device.become(0, 0);
      const run = await scene.newRunner().resume(old);
      assert.ok(run);
      const written = scene.asked('write', '/5/0/1');
      scene.history.write({ ...old, id: 'of another process', startedAt: old.startedAt + 1 });
      const end = await scene.finish(run);
      assert.equal(end.code, 'INTERRUPTED');
      assert.equal(scene.asked('write', '/5/0/1'), written);
    });
  });
});

test('a push to a secured device that has not come since the start waits for it, and says so', async () => {
  const scene = new Scene();
  scene.device.sessionless = true;
  const run = scene.start();
  await scene.clock.advance(400_000);
  const waiting = scene.events.flatMap((event) => (event.kind === 'waiting' ? [event.note] : []));
  assert.equal(waiting.length, 1);
  assert.match(waiting[0] ?? '', /dev1 has no session/);
  scene.server.move(40_001);
  assert.equal((await scene.finish(run)).outcome, 'succeeded');
});
