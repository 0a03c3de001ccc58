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
