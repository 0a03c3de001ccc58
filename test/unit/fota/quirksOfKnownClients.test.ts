import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Scene, SIZE } from './scene';

const CHANGED = 0x44;
const BAD_REQUEST = 0x80;
const METHOD_NOT_ALLOWED = 0x85;

/** What clients in the field do beside the specification; the number is the row of our table of quirks. */
describe('Wakaama', () => {
  const wakaama = () => {
    const scene = new Scene();
    const { device } = scene;
    device.values.set('/5/0/3', 1);
    device.onBlock = () => undefined;
    device.onPackage = () => CHANGED;
    device.onReset = () => CHANGED;
    device.onExecute = (argument) => {
      if (argument !== undefined) return BAD_REQUEST;
      device.set({ '/5/0/3': 2 });
      return CHANGED;
    };
    return scene;
  };
  test('1: State stands at 1; Execute is tried once, marked, without an argument; the version may show it', async () => {
    const scene = wakaama();
    const execute = scene.device.onExecute;
    scene.device.onExecute = (argument) => {
      scene.device.later(2000, () => scene.device.restart({ '/5/0/3': 1, '/3/0/3': '1.1.0' }));
      return execute(argument);
    };
    const end = await scene.run();
    assert.equal(scene.asked('execute', '/5/0/2'), 1);
    assert.ok(scene.illegal.some((note) => /Update is executed all the same/.test(note)));
    assert.ok(scene.illegal.some((note) => /stands at 1/.test(note)));
    assert.equal(end.outcome, 'succeeded');
  });
  test('1: where nothing shows it, unverified', async () => {
    const end = await wakaama().run({ stallTimeout: 30_000 as never });
    assert.equal(end.outcome, 'unverified');
    assert.ok(end.cause && end.next);
  });
  test('1: Package URI that can’t be read does not matter', async () => {
    const scene = new Scene();
    scene.device.onRead = (path) =>
      path === '/5/0/1' ? { code: METHOD_NOT_ALLOWED } : scene.device.values.get(path);
    assert.equal((await scene.run({ method: 'pull' })).outcome, 'succeeded');
    assert.equal(scene.asked('read', '/5/0/1'), 0);
  });
});

describe('clients from before LwM2M 1.0', () => {
  test('2: states 1–3 with 1 as Idle are told by resource 4 in place of 9', async () => {
    const scene = new Scene();
    const { device } = scene;
    device.values.set('/5/0/3', 1);
    device.values.set('/5/0/4', 0);
    device.values.set('/5/0/8', undefined);
    device.values.set('/5/0/9', undefined);
    device.onReset = () => CHANGED;
    device.onBlock = (first) => {
      if (first) device.become(2);
      return undefined;
    };
    device.onPackage = () => {
      device.become(3);
      return CHANGED;
    };
    device.onExecute = () => {
      device.later(2000, () => device.restart({ '/5/0/3': 1, '/5/0/5': 1, '/3/0/3': '1.1.0' }));
      return CHANGED;
    };
    const end = await scene.run({ method: 'auto' });
    assert.equal(end.outcome, 'succeeded');
    assert.ok(scene.illegal.some((note) => /counts its states from 1/.test(note)));
    assert.deepEqual(scene.states.slice(-3), ['downloading/0', 'downloaded/0', 'idle/1']);
  });
});

describe('Zephyr', () => {
  test('3: object 1.0 has no Cancel: a reset takes its place', async () => {
    const scene = new Scene();
    scene.onEvent = (event, run) => {
      if (event.kind === 'state' && event.state === 'downloaded') void run.cancel();
    };
    const end = await scene.run();
    assert.equal(end.stateAfter, 'idle');
    assert.equal(scene.asked('execute', '/5/0/10'), 0);
  });
  test('4: State and Result in RAM are 0/0 after the restart: the version decides', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(4000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 0, '/3/0/3': '1.1.0' }));
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.deepEqual(scene.illegal, []);
  });
  test('4: a result set a little after the registration is waited for', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(4000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 0 }));
      scene.device.later(8000, () => scene.device.set({ '/5/0/5': 1 }));
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(end.updateResult, 1);
  });
  test('5: a reset answered 2.04 that did nothing is seen by reading the state, and the next way tried', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/3', 2);
    scene.device.onReset = (how) => {
      if (how === 'nul') scene.device.become(0);
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    const resets = scene.steps.filter((step) => step.startsWith('Reset'));
    assert.deepEqual(resets, ['Reset: Package URI emptied 2.04', 'Reset: a NUL written to Package 2.04']);
  });
  test('6: a device in Idle is never reset: a NUL there begins a download', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/5', 5);
    await scene.run();
    assert.ok(!scene.steps.some((step) => step.startsWith('Reset')));
    assert.equal(scene.asked('push', '/5/0/0'), 1);
  });
  test('7: without pull (5/0/9 is 1) the URI is not even written', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/9', 1);
    assert.equal((await scene.run({ method: 'auto' })).outcome, 'succeeded');
    assert.equal(scene.asked('write', '/5/0/1'), 0);
  });
  test('8: the Package URI has a lower-case scheme, a short path and no query', async () => {
    const scene = new Scene();
    await scene.run({ method: 'pull' });
    const uri = scene.device.asked.find(({ operation }) => operation === 'write')?.text ?? '';
    assert.match(uri, /^coap:\/\/[0-9.]+:\d+\/f\/[a-z0-9]{1,8}$/);
  });
  test('9: in queue mode the choice is push, since a pull broke there', async () => {
    const scene = new Scene();
    scene.device.queueMode = true;
    await scene.run({ method: 'auto' });
    const plan = scene.events.find((event) => event.kind === 'plan');
    assert.equal(plan?.plan.method, 'push');
    assert.match(plan.plan.why, /queue mode/);
  });
  test('10: the push is one request to Package: its blocks share a token below', async () => {
    const scene = new Scene();
    await scene.run();
    assert.equal(scene.asked('push', '/5/0/0'), 1);
  });
  test('11: before blocks begin anew, a device that is not Idle is reset', async () => {
    const scene = new Scene();
    let cut = false;
    const { onReset } = scene.device;
    const order: string[] = [];
    scene.device.onReset = (how) => {
      order.push('reset');
      return onReset(how);
    };
    scene.device.onBlock = (first) => {
      if (first) {
        order.push('block 0');
        scene.device.become(1);
      }
      if (!cut && scene.device.received >= SIZE / 2) {
        cut = true;
        scene.device.port = 41_000;
        scene.device.later(10, () => scene.device.restart({ '/5/0/3': 1, '/5/0/5': 0 }));
        return 'silent';
      }
      return undefined;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.deepEqual(order, ['block 0', 'reset', 'block 0']);
  });
  test('12: the Package URI goes as text with its Content-Format', async () => {
    const scene = new Scene();
    await scene.run({ method: 'pull' });
    assert.equal(scene.device.asked.find(({ operation }) => operation === 'write')?.format, 0);
  });
  test('13: notifications of an old registration still count as what they say', async () => {
    const scene = new Scene();
    scene.device.onPackage = () => {
      scene.device.values.set('/5/0/3', 2);
      scene.device.values.set('/5/0/5', 0);
      scene.server.send('/5/0/3', '/5/0/5');
      return CHANGED;
    };
    assert.equal((await scene.run()).outcome, 'succeeded');
  });
  test('14: the instance is the one the device registered', async () => {
    const scene = new Scene();
    const { device } = scene;
    device.objects = [{ path: '/3/0' }, { path: '/5/1' }];
    for (const resource of [3, 5, 8, 9]) {
      device.values.set(`/5/1/${resource}`, device.values.get(`/5/0/${resource}`));
      device.values.set(`/5/0/${resource}`, undefined);
    }
    device.become = (state, result = 0) => device.set({ '/5/1/5': result, '/5/1/3': state });
    device.onBlock = (first) => {
      if (first) device.become(1);
      return undefined;
    };
    device.onExecute = () => {
      device.become(3);
      device.later(1000, () => device.restart({ '/5/1/3': 0, '/5/1/5': 1, '/3/0/3': '1.1.0' }));
      return CHANGED;
    };
    assert.equal((await scene.run()).outcome, 'succeeded');
    assert.equal(scene.asked('push', '/5/1/0'), 1);
    assert.equal(scene.asked('execute', '/5/1/2'), 1);
  });
});

describe('nRF Connect SDK', () => {
  test('15: the first block answered late (flash erase) is no silence while it is acknowledged', async () => {
    const scene = new Scene();
    const { writeOpaque } = scene.server;
    scene.server.writeOpaque = async (name, path, body, settings) => {
      for (let wait = 0; wait < 3; wait++) {
        settings?.onAcknowledged?.();
        await new Promise<void>((resolve) => void scene.clock.after(50_000 as never, resolve));
      }
      settings?.onAcknowledged?.();
      return writeOpaque.call(scene.server, name, path, body, settings);
    };
    assert.equal((await scene.run()).outcome, 'succeeded');
  });
  test('16: the result before the registration, then the new version after it', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(1000, () => scene.device.become(0, 1));
      scene.device.later(6000, () => scene.device.restart({ '/3/0/3': '1.1.0' }));
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(end.versionAfter, '1.1.0');
  });
  test('16: a modem delta is finished without a restart', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(20_000, () => scene.device.set({ '/3/0/3': '1.1.0', '/5/0/5': 1, '/5/0/3': 0 }));
      return CHANGED;
    };
    assert.equal((await scene.run()).outcome, 'succeeded');
  });
  test('16: the restart comes before Execute is answered', async () => {
    const scene = new Scene();
    const install = scene.device.onExecute;
    scene.device.onExecute = (argument) => {
      void install(argument);
      return 'silent';
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(scene.asked('execute', '/5/0/2'), 1);
  });
  test('17: result 1 when only the download ended is no success', async () => {
    const scene = new Scene();
    scene.device.onPackage = () => {
      scene.device.become(0, 1);
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'failed');
    assert.equal(end.code, 'SUCCESS_BEFORE_EXECUTE');
    assert.equal(scene.asked('execute', '/5/0/2'), 1);
    assert.ok(scene.illegal.some((note) => /success without Updating/.test(note)));
  });
  test('17: result 1 in Downloaded: Execute goes out, and a changed version is what counts', async () => {
    for (const [version, outcome] of [
      ['1.1.0', 'succeeded'],
      ['1.0.0', 'unverified'],
    ] as const) {
      const scene = new Scene();
      scene.device.onPackage = () => {
        scene.device.become(2, 1);
        return CHANGED;
      };
      scene.device.onExecute = () => {
        scene.device.later(1000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 1, '/3/0/3': version }));
        return CHANGED;
      };
      assert.equal((await scene.run()).outcome, outcome);
    }
  });
});

describe('Anjay', () => {
  test('18: a URI refused with 4.00 has its reason in the result, which is read', async () => {
    const scene = new Scene();
    scene.device.onUri = () => {
      scene.device.become(0, 9);
      return BAD_REQUEST;
    };
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.outcome, 'failed');
    assert.equal(end.code, 'RESULT_9');
    assert.equal(end.updateResult, 9);
  });
  test('18: refused without a result: the answer is the cause', async () => {
    const scene = new Scene();
    scene.device.onUri = () => BAD_REQUEST;
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.code, 'URI_REFUSED');
    assert.match(end.cause ?? '', /4\.00/);
  });
  test('19: a reset in Downloading aborts the download: it serves as cancel', async () => {
    const scene = new Scene();
    scene.onEvent = (event, run) => {
      if (event.kind === 'progress' && event.bytes > 5000) void run.cancel();
    };
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.stateAfter, 'idle');
    assert.ok(scene.steps.includes('Reset: Package URI emptied 2.04'));
  });
  test('20: result 8 is final in Downloaded too', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(500, () => scene.device.become(2, 8));
      return CHANGED;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'failed');
    assert.equal(end.updateResult, 8);
    assert.equal(end.stateAfter, 'downloaded');
    assert.match(end.cause ?? '', /keeps the image/);
    assert.ok(end.durationMs < 10_000);
  });
  test('21: State and Result by Send alone, PkgVersion never asked for', async () => {
    const scene = new Scene();
    scene.device.observable = false;
    scene.device.become = (state, result = 0) => {
      scene.device.values.set('/5/0/3', state);
      scene.device.values.set('/5/0/5', result);
      scene.server.send('/5/0/3', '/5/0/5');
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.deepEqual(scene.states, ['idle/0', 'downloading/0', 'downloaded/0', 'updating/0', 'idle/1']);
    assert.equal(scene.asked('read', '/5/0/7'), 0);
  });
  for (const [who, order] of [
    ['22: Anjay sets Result before State', ['/5/0/5', '/5/0/3']],
    ['22: Zephyr sets State before Result', ['/5/0/3', '/5/0/5']],
  ] as const)
    test(`${who}: one pair is told, the consistent one`, async () => {
      const scene = new Scene();
      scene.device.onExecute = () => {
        scene.device.become(3);
        scene.device.later(2000, () => {
          const pair: Record<string, number> = { '/5/0/3': 0, '/5/0/5': 8 };
          scene.device.set({ [order[0]]: pair[order[0]] });
          scene.device.later(150, () => scene.device.set({ [order[1]]: pair[order[1]] }));
        });
        return CHANGED;
      };
      const end = await scene.run();
      assert.equal(end.updateResult, 8);
      assert.deepEqual(scene.states.slice(-2), ['updating/0', 'idle/8']);
      assert.deepEqual(scene.illegal, []);
    });
});
