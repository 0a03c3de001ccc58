import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Scene, SIZE } from './scene';

const CHANGED = 0x44;

describe('a device that registers anew while it fetches', () => {
  /** Fetches a block each ten seconds over a socket of its own; its client registers anew after the fifth. */
  const slowPull = (scene: Scene, port: number) => {
    const { device } = scene;
    device.onUri = (uri) => {
      device.become(1);
      const offer = device.offers.byPath(uri.replace(/^[a-z]+:\/\/[^/]+/, ''));
      const next = (bytes: number) => {
        if (!offer || offer.withdrawn) return device.become(0, 4);
        const kind = bytes === SIZE ? 'complete' : bytes === 1024 ? 'begun' : 'went-on';
        offer.tell({ protocol: 'coap', from: { host: '192.0.2.7', port: 50_000 }, bytes, total: SIZE, kind });
        if (bytes === 5 * 1024) {
          device.port = port;
          device.register();
        }
        if (bytes === SIZE) return device.become(2);
        device.later(10_000, () => next(bytes + 1024));
      };
      device.later(100, () => next(1024));
      return CHANGED;
    };
  };
  for (const [where, port] of [
    ['from another port', 41_000],
    ['from the same port', 40_000],
  ] as const)
    test(`${where}: the download goes on, and its bytes are told`, async () => {
      const scene = new Scene();
      slowPull(scene, port);
      const end = await scene.run({ method: 'pull' });
      assert.equal(end.outcome, 'succeeded', end.cause);
      assert.equal(scene.asked('write', '/5/0/1'), 1);
      assert.equal(scene.history.list()[0]?.bytes, SIZE);
    });
});

describe('Execute that is lost', () => {
  /** Leaves each Execute unanswered and registers anew from another port after it, as often as said; then installs. */
  const loses = (scene: Scene, times: number) => {
    const { device } = scene;
    const install = device.onExecute;
    let left = times;
    device.onExecute = (argument) => {
      if (left-- <= 0) return install(argument);
      device.later(20_000, () => {
        device.port++;
        device.register();
      });
      return 'silent';
    };
  };
  test('is sent once more to a device that comes back Downloaded', async () => {
    const scene = new Scene();
    loses(scene, 1);
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded', end.cause);
    assert.equal(scene.asked('execute', '/5/0/2'), 2);
    assert.deepEqual(scene.illegal, []);
  });
  test('and once alone: the second time the verdict says that it had no answer', async () => {
    const scene = new Scene();
    loses(scene, 5);
    const end = await scene.run();
    assert.equal(end.code, 'STALLED_DOWNLOADED');
    assert.match(end.cause ?? '', /did not answer Execute/);
    assert.equal(scene.asked('execute', '/5/0/2'), 2);
  });
  test('the second one refused: that is the cause', async () => {
    const scene = new Scene();
    loses(scene, 1);
    const lost = scene.device.onExecute;
    let executes = 0;
    scene.device.onExecute = (argument) => (executes++ === 0 ? lost(argument) : 0x85);
    const end = await scene.run();
    assert.equal(end.code, 'EXECUTE_REFUSED');
    assert.match(end.cause ?? '', /4\.05/);
  });
  test('is not sent again where it is the answer that was lost, and the device installs', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.later(5000, () => {
        scene.device.port++;
        scene.device.restart({ '/5/0/3': 3 });
      });
      scene.device.later(20_000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 1, '/3/0/3': '1.1.0' }));
      return 'silent';
    };
    assert.equal((await scene.run()).outcome, 'succeeded');
    assert.equal(scene.asked('execute', '/5/0/2'), 1);
  });
  test('answered, then Downloaded without end: told as answered', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => CHANGED;
    scene.device.later(60_000, () => scene.device.register());
    const end = await scene.run();
    assert.match(end.cause ?? '', /answered Execute on Update and then stayed/);
    assert.equal(scene.asked('execute', '/5/0/2'), 1);
  });
});

describe('a device that has fetched all and registers anew', () => {
  /** Falls silent after the last block, Downloaded and Updating unseen, and comes up with these values. */
  const comesBack = (scene: Scene, result: number, version: string) => {
    const { device } = scene;
    const pull = device.onUri;
    let once = true;
    device.onUri = (uri) => {
      if (!once) return pull(uri);
      once = false;
      device.become(1);
      void device.fetch(uri).then(() => {
        device.silent = true;
        device.later(5000, () => device.restart({ '/5/0/3': 0, '/5/0/5': result, '/3/0/3': version }));
      });
      return CHANGED;
    };
  };
  for (const result of [0, 1])
    test(`0/${result} with a new version: it installed by itself, and nothing is executed or sent again`, async () => {
      const scene = new Scene();
      comesBack(scene, result, '1.1.0');
      const end = await scene.run({ method: 'pull' });
      assert.equal(end.outcome, 'succeeded', end.cause);
      assert.equal(end.versionAfter, '1.1.0');
      assert.equal(scene.asked('execute', '/5/0/2'), 0);
      assert.equal(scene.asked('write', '/5/0/1'), 1);
    });
  test('with another version than the expected one: it is told as such', async () => {
    const scene = new Scene();
    comesBack(scene, 1, '0.9.0');
    const end = await scene.run({ method: 'pull', expectVersion: '1.1.0' });
    assert.equal(end.code, 'VERSION_NOT_EXPECTED');
    assert.equal(scene.asked('execute', '/5/0/2'), 0);
  });
  test('0/0 with the old version: it lost the image, which is sent again', async () => {
    const scene = new Scene();
    comesBack(scene, 0, '1.0.0');
    assert.equal((await scene.run({ method: 'pull' })).outcome, 'succeeded');
    assert.equal(scene.asked('write', '/5/0/1'), 2);
    assert.equal(scene.asked('execute', '/5/0/2'), 1);
  });
  test('0/1 with the old version is no success, even where that one is expected', async () => {
    const scene = new Scene();
    comesBack(scene, 1, '1.0.0');
    const end = await scene.run({ method: 'pull', expectVersion: '1.0.0' });
    assert.equal(end.code, 'SUCCESS_BEFORE_EXECUTE');
    assert.equal(scene.asked('execute', '/5/0/2'), 1);
  });
});
