import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../support/properties';
import { seededRandom } from '../../support/seededRandom';
import { Scene, SIZE } from './scene';

const CODES = [0x44, 0x44, 0x44, 0x80, 0x84, 0x85, 0x88, 0xa0] as const;
const RESULTS = [0, 0, 0, 1, 2, 4, 5, 8, 10, 11, 77] as const;
const VERSIONS = ['1.0.0', '1.0.0', '1.1.0', undefined] as const;

/** A device that does anything at any time; what it did after Execute is kept, to judge the verdict by. */
function arbitraryDevice(seed: number) {
  const scene = new Scene();
  const { device } = scene;
  const random = seededRandom(seed);
  const one = <T>(of: readonly T[]): T => of[Math.floor(random.unit() * of.length)] as T;
  const shown = { success: false, version: false, executed: false };
  const become = () => {
    const [state, result] = [one([0, 0, 1, 2, 2, 3, 7]), one(RESULTS)];
    device.become(state, result);
    if (shown.executed && state === 0 && result === 1) shown.success = true;
  };
  const anything = () => {
    const kind = random.unit();
    if (kind < 0.45) become();
    else if (kind < 0.6) {
      const version = one(VERSIONS);
      // it may install by itself what it has whole
      if ((shown.executed || device.received >= SIZE) && version === '1.1.0') shown.version = true;
      if (shown.executed && device.state === 0 && device.values.get('/5/0/5') === 1) shown.success = true;
      device.restart({ '/3/0/3': version });
    } else if (kind < 0.7) scene.server.deregister();
    else if (kind < 0.8) device.silent = random.unit() < 0.5;
    else if (kind < 0.9) scene.server.send('/5/0/3', '/5/0/5');
    else device.observable = random.unit() < 0.5;
  };
  const sometimes = () => {
    for (let times = Math.floor(random.unit() * 4); times > 0; times--)
      device.later(random.unit() * random.unit() * 100_000, anything);
  };
  const answered = () => {
    sometimes();
    if (random.unit() < 0.7) become();
    return one(CODES);
  };
  const proper = random.unit() < 0.7;
  if (!proper) {
    device.onBlock = () => {
      if (random.unit() < 0.05) sometimes();
      return random.unit() < 0.02 ? one(CODES) : random.unit() < 0.01 ? 'silent' : undefined;
    };
    device.onPackage = answered;
    device.onUri = answered;
    device.onReset = answered;
  }
  device.onExecute = () => {
    shown.executed = true;
    if (device.values.get('/5/0/5') === 1 && device.state === 0) shown.success = true;
    return answered();
  };
  device.onCancel = answered;
  const method = one(['push', 'pull', 'auto'] as const);
  return { scene, shown, method };
}

test('whatever a device does, the run ends, with a verdict, and a success has its proof', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 0x7fffffff }), async (seed) => {
      const { scene, shown, method } = arbitraryDevice(seed);
      const end = await scene.run({ method });
      assert.equal(scene.history.list()[0]?.phase, 'ended');
      assert.equal(scene.image.removed, true);
      assert.equal(scene.runner.active().length, 0);
      if (end.outcome === 'succeeded')
        assert.ok(shown.success || shown.version, JSON.stringify(scene.events));
      else assert.ok(end.cause && end.next && end.code, JSON.stringify(end));
      assert.notEqual(end.code, 'UNEXPECTED', end.cause);
    }),
    // 540450614 de-registers before Execute can be sent, and comes back with another version.
    { numRuns: 60, examples: [[540450614]] },
  );
});
