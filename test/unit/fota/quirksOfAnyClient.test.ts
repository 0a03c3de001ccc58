import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { UpdateEvent } from '../../../src/fota/run';
import { Scene, SIZE } from './scene';

const CHANGED = 0x44;
const BAD_REQUEST = 0x80;
const NOT_FOUND = 0x84;
const METHOD_NOT_ALLOWED = 0x85;

describe('any client', () => {
  test('23: states too short to be told are jumped over, and noted', async () => {
    const scene = new Scene();
    scene.device.onBlock = () => undefined;
    scene.device.onPackage = () => {
      scene.device.set({ '/5/0/3': 2 });
      return CHANGED;
    };
    scene.device.onExecute = () => {
      scene.device.later(1000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 1, '/3/0/3': '1.1.0' }));
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.deepEqual(scene.illegal, []);
    const last = scene.events
      .filter((event): event is UpdateEvent & { kind: 'state' } => event.kind === 'state')
      .at(-1);
    assert.match(last?.note ?? '', /Updating not seen/);
  });
  test('23: nothing is ever notified: the state is read now and then', async () => {
    const scene = new Scene();
    scene.device.observable = false;
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.ok(scene.steps.some((step) => /read now and then/.test(step)));
    assert.ok(scene.asked('read', '/5/0/3') < 60);
  });
  test('24: observations vanish with a registration: they are asked for again', async () => {
    const scene = new Scene();
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(scene.asked('observe', '/5/0/3'), 2);
    assert.equal(scene.asked('observe', '/5/0/5'), 2);
  });
  test('it is gone when Update is to be executed: what it runs afterwards is no success of this run', async () => {
    const scene = new Scene();
    scene.device.onBlock = () => undefined;
    scene.device.onPackage = () => {
      scene.device.later(5000, () => scene.server.deregister());
      scene.device.later(60_000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 1, '/3/0/3': '1.1.0' }));
      return CHANGED;
    };
    const end = await scene.run({ method: 'push' });
    assert.equal(end.outcome, 'failed');
    assert.equal(end.code, 'NOT_REGISTERED');
    assert.match(end.cause ?? '', /was not executed/);
    assert.equal(end.versionAfter, '1.1.0');
  });
  test('25: it de-registers before flashing and comes back from another address', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(500, () => scene.server.deregister());
      scene.device.later(120_000, () => {
        scene.device.port = 45_000;
        scene.device.restart({ '/5/0/3': 0, '/5/0/5': 1, '/3/0/3': '1.1.0' });
      });
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.ok(scene.steps.includes('The device de-registered'));
  });
  test('25: it de-registers in the transfer and comes back', async () => {
    const scene = new Scene();
    let once = true;
    scene.device.onBlock = (first) => {
      if (first) scene.device.become(1);
      if (once && scene.device.received >= SIZE / 2) {
        once = false;
        scene.device.later(10, () => scene.server.deregister());
        scene.device.later(90_000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 0 }));
        return 'silent';
      }
      return undefined;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
  });
  test('26: an emptied Package URI changes nothing', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/1', '');
    assert.equal((await scene.run({ method: 'pull' })).outcome, 'succeeded');
    assert.equal(scene.asked('read', '/5/0/1'), 0);
  });
  for (const protocols of [undefined, []])
    test(`27: Protocol Support ${protocols ? 'empty' : 'missing'}: CoAP is taken`, async () => {
      const scene = new Scene();
      scene.device.values.set('/5/0/8', protocols);
      scene.device.onRead = (path) =>
        path === '/5/0/8' && !protocols ? { code: NOT_FOUND } : scene.device.values.get(path);
      await scene.run({ method: 'pull' });
      const plan = scene.events.find((event) => event.kind === 'plan');
      assert.equal(plan?.plan.protocol, 'coap');
    });
  test('28: the third way of a reset is the empty Package', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/3', 2);
    scene.device.onReset = (how) => {
      if (how !== 'empty') return BAD_REQUEST;
      scene.device.become(0);
      return CHANGED;
    };
    assert.equal((await scene.run()).outcome, 'succeeded');
    assert.equal(scene.steps.filter((step) => step.startsWith('Reset')).length, 3);
  });
  test('28: where no way helps, it is refused by name', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/3', 2);
    scene.device.onReset = () => METHOD_NOT_ALLOWED;
    const end = await scene.run();
    assert.equal(end.code, 'RESET_REFUSED');
    assert.equal(scene.asked('execute', '/5/0/2'), 0);
  });
  test('28: a device that is Updating is left alone', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/3', 3);
    const end = await scene.run();
    assert.equal(end.code, 'DEVICE_UPDATING');
    assert.ok(!scene.steps.some((step) => step.startsWith('Reset')));
  });
});

describe('what other servers do wrong', () => {
  test('29: Idle with result 0 after Updating is no success by itself', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(1000, () => scene.device.become(0, 0));
      return CHANGED;
    };
    const end = await scene.run({ stallTimeout: 20_000 as never });
    assert.equal(end.outcome, 'unverified');
  });
  test('it tells State Idle and restarts before its Result: that half is no pair', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(1000, () => {
        scene.device.set({ '/5/0/3': 0 });
        scene.device.silent = true;
      });
      scene.device.later(60_000, () => scene.device.restart({ '/5/0/5': 1, '/3/0/3': '1.1.0' }));
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.deepEqual(scene.illegal, []);
    assert.equal(scene.states.at(-1), 'idle/1');
  });
  test('29: an unknown result is a failure with its number', async () => {
    const scene = new Scene();
    scene.device.onPackage = () => {
      scene.device.become(0, 200);
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'failed');
    assert.equal(end.updateResult, 200);
    assert.match(end.cause ?? '', /200/);
  });
  test('30: the time limit is a silence’s and not the transfer’s', async () => {
    const scene = new Scene();
    scene.device.onUri = (uri) => {
      scene.device.become(1);
      const offer = scene.offers.byPath(uri.slice(uri.indexOf('/f/')));
      const block = (bytes: number) => {
        offer?.tell({
          protocol: 'coap',
          from: { host: '192.0.2.7', port: 1 },
          bytes,
          total: SIZE,
          kind: bytes === SIZE ? 'complete' : 'went-on',
        });
        if (bytes < SIZE) scene.device.later(55_000, () => block(bytes + 1024));
        else scene.device.become(2);
      };
      block(1024);
      return CHANGED;
    };
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.outcome, 'succeeded');
    assert.ok(end.durationMs > 1_000_000);
  });
  test('31: the Package URI is absolute, and the version is not the only judge', async () => {
    const scene = new Scene();
    scene.device.nextVersion = '1.0.0';
    const end = await scene.run({ method: 'pull' });
    assert.match(scene.device.asked.find(({ operation }) => operation === 'write')?.text ?? '', /^coap:\/\//);
    assert.equal(end.outcome, 'succeeded');
    assert.equal(end.versionAfter, '1.0.0');
  });
});

test('a device with only 33629 is refused by name, before anything is sent', async () => {
  const scene = new Scene();
  scene.device.objects = [{ path: '/3/0' }, { path: '/33629/0' }, { path: '/33629/1' }];
  const end = await scene.run();
  assert.equal(end.code, 'ONLY_33629');
  assert.equal(scene.device.asked.length, 0);
  assert.ok(end.next);
});

test('a device that is not registered ends the run by name', async () => {
  const scene = new Scene();
  scene.device.register();
  scene.server.deregister();
  const run = scene.runner.start({ endpointName: 'dev1', image: scene.image, method: 'push' });
  assert.equal((await scene.finish(run)).code, 'NOT_REGISTERED');
});

test('hostile text of a device is bounded and harmless', async () => {
  const scene = new Scene();
  scene.device.values.set('/3/0/3', `1.0\u001b[31m${'x'.repeat(5000)}`);
  scene.device.nextVersion = `2.0\n${'y'.repeat(5000)}`;
  const end = await scene.run();
  assert.ok((end.versionAfter ?? '').length <= 100);
  assert.doesNotMatch(JSON.stringify(scene.history.list()).replace(/\\u001b|\\n/g, '\u001b'), /\u001b/);
});
