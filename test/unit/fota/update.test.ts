import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { imageOf, Scene, SIZE } from './scene';

describe('an update as the specification draws it', () => {
  test('a push runs through every state to a verified success', async () => {
    const scene = new Scene();
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(end.updateResult, 1);
    assert.equal(end.resultName, 'updated successfully');
    assert.equal(end.versionAfter, '1.1.0');
    assert.equal(end.stateAfter, 'idle');
    assert.equal(end.cause, undefined);
    assert.deepEqual(scene.states, ['idle/0', 'downloading/0', 'downloaded/0', 'updating/0', 'idle/1']);
    assert.deepEqual(scene.illegal, []);
    assert.equal(scene.device.received, SIZE);
    assert.equal(scene.image.removed, true);
    assert.equal(scene.clock.timers, 0);
  });

  test('the answer to the last block is lost: all of it went, once the device says Downloaded', async () => {
    const scene = new Scene();
    const { device } = scene;
    const { onBlock } = device;
    let blocks = 0;
    device.onBlock = (first) => {
      if (++blocks < SIZE / 1024) return onBlock(first);
      device.onPackage();
      return 'silent';
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(device.received, SIZE - 1024);
    const last = scene.events.filter((event) => event.kind === 'progress').at(-1);
    assert.equal(last?.bytes, SIZE);
    assert.equal(scene.history.list()[0]?.bytes, SIZE);
  });

  test('a pull carries the address the device registered at, and ends its offer', async () => {
    const scene = new Scene();
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.outcome, 'succeeded');
    const written = scene.device.asked.find(({ operation }) => operation === 'write');
    assert.equal(written?.text, 'coap://192.0.2.1:5683/f/id0');
    assert.equal(scene.offers.all[0]?.withdrawn, true);
    assert.deepEqual(scene.states, ['idle/0', 'downloading/0', 'downloaded/0', 'updating/0', 'idle/1']);
  });

  test('history is written as it happens, the plan and each state in it', async () => {
    const scene = new Scene();
    const run = scene.start();
    const phases: string[] = [];
    scene.history.onChange(({ phase }) => {
      if (phases.at(-1) !== phase) phases.push(phase);
    });
    await scene.finish(run);
    assert.deepEqual(phases, ['preparing', 'transferring', 'downloaded', 'updating', 'verifying', 'ended']);
    const record = scene.history.list()[0];
    assert.equal(record?.end?.outcome, 'succeeded');
    assert.equal(record.plan?.versionBefore, '1.0.0');
    assert.equal(record.bytes, SIZE);
    assert.ok(record.throughput && record.throughput > 1000);
    assert.equal(record.events.filter(({ kind }) => kind === 'progress').length, 1);
    assert.equal(record.events.at(-1)?.kind, 'end');
    assert.equal(record.copy, undefined);
  });

  test('a second update of the same device is refused by the first one’s name', async () => {
    const scene = new Scene();
    const first = scene.start();
    await scene.clock.advance(100);
    assert.throws(
      () => scene.start(),
      (error) =>
        isOperationError(error, 'UPDATE_RUNNING') &&
        error.message.includes('/build/zephyr.signed.bin') &&
        /since 00:00:00 UTC/.test(error.message),
    );
    assert.equal(scene.runner.running('dev1'), first);
    await scene.finish(first);
    assert.equal(scene.runner.running('dev1'), undefined);
    assert.equal((await scene.run()).outcome, 'succeeded');
  });

  test('an image with problems is not sent unless forced, an empty one never', async () => {
    const scene = new Scene();
    const bad = imageOf({
      sendable: false,
      problems: [
        {
          code: 'NOT_FOR_THE_AIR',
          message: 'merged.hex is for a programmer',
          next: 'Send zephyr.signed.bin.',
        },
      ],
    });
    assert.throws(
      () => scene.start({ image: bad }),
      (error) => isOperationError(error, 'NOT_SENDABLE') && error.next === 'Send zephyr.signed.bin.',
    );
    assert.throws(
      () => scene.start({ image: imageOf({ size: 0 }), force: true }),
      (error) => isOperationError(error, 'NOT_SENDABLE'),
    );
    assert.equal((await scene.run({ image: bad, force: true })).outcome, 'succeeded');
  });
});

describe('a result left from before', () => {
  test('counts for nothing: success of an earlier update is no success of this one', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/5', 1);
    // keeps result 1 throughout and never says anything new
    scene.device.become = (state) => scene.device.set({ '/5/0/3': state });
    scene.device.onExecute = () => {
      scene.device.later(2000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 1 }));
      return 0x44;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'unverified');
    assert.match(end.cause ?? '', /nothing shows/);
  });

  test('a failure of an earlier update does not fail this one', async () => {
    const scene = new Scene();
    scene.device.values.set('/5/0/5', 8);
    assert.equal((await scene.run()).outcome, 'succeeded');
    assert.equal(scene.states[0], 'idle/8');
  });
});

describe('without a result, the version shows it', () => {
  const forgetful = (version: string | undefined) => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(3000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 0, '/3/0/3': version }));
      return 0x44;
    };
    return scene;
  };

  test('changed', async () => {
    const end = await forgetful('1.1.0').run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(end.versionAfter, '1.1.0');
  });
  test('expected, written another way', async () => {
    assert.equal((await forgetful('1.1.0').run({ expectVersion: '1.1.0+2' })).outcome, 'succeeded');
  });
  test('not the expected one', async () => {
    const end = await forgetful('1.0.5').run({ expectVersion: '1.1.0' });
    assert.equal(end.outcome, 'failed');
    assert.equal(end.code, 'VERSION_NOT_EXPECTED');
    assert.match(end.cause ?? '', /1\.0\.5.*1\.1\.0/);
  });
  test('as before: unverified', async () => {
    const end = await forgetful('1.0.0').run();
    assert.equal(end.outcome, 'unverified');
    assert.match(end.cause ?? '', /as before/);
    assert.ok(end.next);
  });
  test('unreadable: unverified', async () => {
    assert.equal((await forgetful(undefined).run()).outcome, 'unverified');
  });
  test('told by another resource, where one is named', async () => {
    const scene = forgetful('0.9-modem');
    scene.device.values.set('/3/0/3', '0.9-modem');
    scene.device.values.set('/3/0/19', '1.0.0');
    const execute = scene.device.onExecute;
    scene.device.onExecute = (argument) => {
      scene.device.values.set('/3/0/19', '1.1.0');
      return execute(argument);
    };
    const end = await scene.run({ versionPath: { objectId: 3, instanceId: 0, resourceId: 19 } });
    assert.equal(end.outcome, 'succeeded');
    assert.equal(end.versionAfter, '1.1.0');
  });
  test('success told, yet another version than expected runs: a rollback', async () => {
    const scene = new Scene();
    scene.device.nextVersion = '1.0.0';
    const end = await scene.run({ expectVersion: '1.1.0' });
    assert.equal(end.outcome, 'failed');
    assert.equal(end.code, 'VERSION_NOT_EXPECTED');
  });
});

describe('what the device says went wrong', () => {
  for (const result of [2, 3, 4, 5, 6, 7, 9, 12])
    test(`result ${result} in the transfer`, async () => {
      const scene = new Scene();
      scene.device.onPackage = () => {
        scene.device.become(0, result);
        return 0xa0;
      };
      const end = await scene.run();
      assert.equal(end.outcome, 'failed');
      assert.equal(end.updateResult, result);
      assert.equal(end.code, `RESULT_${result}`);
      assert.ok(end.cause?.includes(`(${result})`), end.cause);
      assert.ok(end.next);
      assert.deepEqual(scene.illegal, []);
    });
  for (const [state, result] of [
    [0, 8],
    [2, 8],
    [0, 5],
    [2, 13],
    [0, 77],
  ] as const)
    test(`result ${result} in state ${state} after Execute`, async () => {
      const scene = new Scene();
      scene.device.onExecute = () => {
        scene.device.become(3);
        scene.device.later(2000, () => scene.device.become(state, result));
        return 0x44;
      };
      const end = await scene.run();
      assert.equal(end.outcome, 'failed');
      assert.equal(end.updateResult, result);
      assert.ok(end.cause?.includes(String(result)));
      assert.equal(scene.illegal.length, result === 77 ? 1 : 0);
    });
  test('result 10 that we did not ask for', async () => {
    const scene = new Scene();
    scene.device.onBlock = (first) => {
      if (first) scene.device.become(1);
      else if (scene.device.received > 4096) {
        scene.device.become(0, 10);
        return 'silent';
      }
      return undefined;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'cancelled');
    assert.equal(end.updateResult, 10);
  });
  test('result 11 is told and waited for, then failed with 11', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(2, 11);
      return 0x44;
    };
    const end = await scene.run({ stallTimeout: 20_000 as never });
    assert.equal(end.outcome, 'failed');
    assert.equal(end.updateResult, 11);
    assert.ok(scene.states.includes('downloaded/11'));
    assert.deepEqual(scene.illegal, []);
  });
  test('result 11, then it goes on', async () => {
    const scene = new Scene();
    const install = scene.device.onExecute;
    scene.device.onExecute = (argument) => {
      scene.device.become(2, 11);
      scene.device.later(100_000, () => void install(argument));
      return 0x44;
    };
    assert.equal((await scene.run()).outcome, 'succeeded');
  });
});

describe('a device that falls silent', () => {
  test('before anything was sent', async () => {
    const scene = new Scene();
    scene.device.silent = true;
    const end = await scene.run({ stallTimeout: 10_000 as never });
    assert.equal(end.code, 'STALLED_PREPARING');
    assert.equal(end.outcome, 'failed');
  });
  test('in a push, by default after 60 s', async () => {
    const scene = new Scene();
    scene.device.onBlock = (first) => {
      if (first) scene.device.become(1);
      if (scene.device.received >= SIZE / 2) {
        scene.device.silent = true;
        return 'silent';
      }
      return undefined;
    };
    const end = await scene.run();
    assert.equal(end.code, 'STALLED_DOWNLOADING');
    assert.match(end.cause ?? '', /Downloading.*50 %/);
    assert.ok(end.durationMs > 60_000 && end.durationMs < 65_000, `${end.durationMs}`);
  });
  test('a pull that never began names the URI', async () => {
    const scene = new Scene();
    scene.device.onUri = () => {
      scene.device.become(1);
      return 0x44;
    };
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.code, 'NEVER_FETCHED');
    assert.match(end.next ?? '', /coap:\/\/192\.0\.2\.1:5683\/f\/id0/);
  });
  test('a pull in the middle', async () => {
    const scene = new Scene();
    scene.device.onUri = (uri) => {
      scene.device.become(1);
      void scene.device.fetch(uri, 0, SIZE / 2);
      return 0x44;
    };
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.code, 'STALLED_DOWNLOADING');
    assert.match(end.cause ?? '', /50 %/);
  });
  test('after Execute, by default after 300 s', async () => {
    const scene = new Scene();
    scene.device.onExecute = () => {
      scene.device.become(3);
      scene.device.later(50, () => (scene.device.silent = true));
      return 0x44;
    };
    const end = await scene.run();
    assert.equal(end.code, 'STALLED_UPDATING');
    assert.match(end.cause ?? '', /Updating/);
    assert.ok(end.durationMs > 300_000 && end.durationMs < 400_000, `${end.durationMs}`);
  });
  test('a slow push is no silence: a block every 30 s goes on as long as it takes', async () => {
    const scene = new Scene();
    let slow = 0;
    const { writeOpaque } = scene.server;
    scene.server.writeOpaque = async (name, path, body, settings) => {
      for (; slow < 10; slow++) {
        await new Promise<void>((resolve) => void scene.clock.after(30_000 as never, resolve));
        settings?.onAcknowledged?.();
      }
      return writeOpaque.call(scene.server, name, path, body, settings);
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.ok(end.durationMs > 300_000);
  });
});

describe('a restart in the middle of the transfer', () => {
  const rebootsAt = (scene: Scene, times: number) => {
    let left = times;
    scene.device.onBlock = (first) => {
      if (first) scene.device.become(1);
      if (left > 0 && scene.device.received >= SIZE / 2) {
        left--;
        scene.device.silent = true;
        scene.device.later(2000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 0 }));
        return 'silent';
      }
      if (!first && scene.device.state === 0) return 0x88;
      return undefined;
    };
  };
  test('a push is begun again once', async () => {
    const scene = new Scene();
    rebootsAt(scene, 1);
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(scene.asked('push', '/5/0/0'), 2);
    assert.deepEqual(scene.illegal, []);
  });
  test('a second restart fails it with that cause', async () => {
    const scene = new Scene();
    rebootsAt(scene, 2);
    const end = await scene.run();
    assert.equal(end.outcome, 'failed');
    assert.equal(end.code, 'REBOOTED_IN_TRANSFER');
    assert.match(end.cause ?? '', /2 times.*50 %/);
  });
  test('without retries the first one does', async () => {
    const scene = new Scene();
    rebootsAt(scene, 1);
    const end = await scene.run({ retries: 0 });
    assert.equal(end.code, 'REBOOTED_IN_TRANSFER');
  });
  test('a pull gets its URI again', async () => {
    const scene = new Scene();
    let cut = false;
    const pull = scene.device.onUri;
    scene.device.onUri = (uri) => {
      if (cut) return pull(uri);
      cut = true;
      scene.device.become(1);
      void scene.device.fetch(uri, 0, SIZE / 2).then(() => {
        scene.device.later(1000, () => scene.device.restart({ '/5/0/3': 0, '/5/0/5': 0 }));
      });
      return 0x44;
    };
    const end = await scene.run({ method: 'pull' });
    assert.equal(end.outcome, 'succeeded');
    assert.equal(scene.offers.all.length, 1);
    assert.equal(scene.asked('write', '/5/0/1'), 2);
  });
  test('a registration that loses nothing is none', async () => {
    const scene = new Scene();
    scene.device.onBlock = (first) => {
      if (first) scene.device.become(1);
      else if (scene.device.received === 5 * 1024) scene.device.register();
      return undefined;
    };
    const end = await scene.run();
    assert.equal(end.outcome, 'succeeded');
    assert.equal(scene.asked('push', '/5/0/0'), 1);
  });
  test('an address change in the middle of a pull is no trouble', async () => {
    const scene = new Scene();
    scene.device.later(150, () => scene.server.move(41_000));
    assert.equal((await scene.run({ method: 'pull' })).outcome, 'succeeded');
    assert.equal(scene.asked('write', '/5/0/1'), 1);
  });
});
