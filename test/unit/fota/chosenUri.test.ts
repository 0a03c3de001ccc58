import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seconds } from '../../../src/base/clock';
import { Codes } from '../../../src/coap/code';
import type { UpdatePlan } from '../../../src/fota/run';
import { Scene } from './scene';

const planOf = ({ events }: Scene): UpdatePlan => {
  const told = events.find((event) => event.kind === 'plan');
  assert.ok(told);
  return told.plan;
};
const written = ({ device }: Scene): string | undefined =>
  device.asked.find(({ operation, path, text }) => operation === 'write' && path === '/5/0/1' && text !== '')
    ?.text;

describe('an update from a Package URI of the user’s own', () => {
  test('relative: written as it is, offered at that path for this device, and verified', async () => {
    const scene = new Scene();
    const end = await scene.run({ method: 'auto', uri: '/fw/{endpoint}/{version}.bin' });
    assert.equal(end.outcome, 'succeeded');
    assert.equal(written(scene), '/fw/dev1/1.1.0.bin');
    assert.equal(planOf(scene).packageUri, '/fw/dev1/1.1.0.bin');
    const [offer] = scene.offers.all;
    assert.deepEqual(offer?.options, { endpointName: 'dev1', path: ['fw', 'dev1', '1.1.0.bin'] });
    assert.ok(offer?.withdrawn);
    assert.equal(scene.history.list()[0]?.plan?.packageUri, '/fw/dev1/1.1.0.bin');
  });

  test('relative, taken up after the server’s restart: the same path is served again', async () => {
    const scene = new Scene();
    scene.device.onUri = () => {
      scene.device.become(1);
      return Codes.CHANGED;
    };
    const run = scene.start({ method: 'pull', uri: '/fw/{version}.bin' });
    await scene.clock.advance(2000);
    assert.equal(run.record.phase, 'transferring');
    scene.runner.close();
    const again = scene.newRunner();
    const [record] = scene.history.list();
    assert.ok(record);
    const resumed = await again.resume({ ...record, interrupted: true });
    assert.ok(resumed);
    await scene.clock.advance(100);
    assert.deepEqual(scene.offers.all[1]?.options, {
      endpointName: 'dev1',
      id: record.offerId,
      path: ['fw', '1.1.0.bin'],
    });
    void scene.device.fetch('/fw/1.1.0.bin').then(() => scene.device.become(2));
    assert.equal((await scene.finish(resumed)).outcome, 'succeeded');
  });

  test('refused before anything is sent: the end has the code', async () => {
    const scene = new Scene();
    const end = await scene.run({ method: 'auto', uri: '/rd/x.bin' });
    assert.deepEqual([end.outcome, end.code], ['failed', 'URI_PATH_TAKEN']);
    assert.equal(written(scene), undefined);
    assert.equal(scene.offers.all.length, 0);
  });

  test('a host that makes the URI longer than 5/0/1 takes: refused, and the offer is gone', async () => {
    const scene = new Scene();
    const end = await scene.run({ method: 'pull', host: `${'x'.repeat(240)}.example` });
    assert.equal(end.code, 'URI_TOO_LONG');
    assert.equal(written(scene), undefined);
    assert.ok(scene.offers.all.every(({ withdrawn }) => withdrawn));
  });
});

describe('an image that another server has', () => {
  const EXTERNAL = { method: 'auto', uri: 'http://cdn.example/{sha256}.bin', external: true } as const;
  /** A device that downloads for `time` and shows nothing but its state. */
  const downloadingFor = (scene: Scene, time: number) => {
    scene.device.onUri = () => {
      scene.device.become(1);
      scene.device.later(time, () => scene.device.become(2));
      return Codes.CHANGED;
    };
  };

  test('is verified as any other, though nothing is offered here', async () => {
    const scene = new Scene();
    downloadingFor(scene, 120_000);
    const end = await scene.run(EXTERNAL);
    assert.deepEqual([end.outcome, end.updateResult, end.versionAfter], ['succeeded', 1, '1.1.0']);
    assert.equal(scene.offers.all.length, 0);
    assert.equal(written(scene), `http://cdn.example/${'ab'.repeat(32)}.bin`);
    assert.equal(planOf(scene).external, true);
    assert.deepEqual(scene.states.slice(0, 4), ['idle/0', 'downloading/0', 'downloaded/0', 'updating/0']);
    assert.deepEqual(scene.illegal, []);
  });

  test('that never arrives: told after the time of a silence, with the URI', async () => {
    const scene = new Scene();
    downloadingFor(scene, 10_000_000);
    const end = await scene.run({ ...EXTERNAL, stallTimeout: seconds(30) });
    assert.equal(end.code, 'STALLED_DOWNLOADING');
    assert.match(end.cause ?? '', /another server.*30 s/);
    assert.match(end.next ?? '', /cdn\.example/);
  });

  test('that the device fails on by itself', async () => {
    const scene = new Scene();
    scene.device.onUri = () => {
      scene.device.become(1);
      scene.device.later(5000, () => scene.device.become(0, 7));
      return Codes.CHANGED;
    };
    const end = await scene.run(EXTERNAL);
    assert.equal(end.code, 'RESULT_7');
    assert.doesNotMatch(end.next ?? '', /SEC_TAG/);
  });

  test('is cancelled on the device', async () => {
    const scene = new Scene();
    downloadingFor(scene, 10_000_000);
    const run = scene.start(EXTERNAL);
    await scene.clock.advance(5000);
    const cancelled = run.cancel();
    assert.equal((await scene.finish(run)).outcome, 'cancelled');
    assert.deepEqual(await cancelled, { cancelled: true });
  });

  test('goes on after the server’s restart', async () => {
    const scene = new Scene();
    downloadingFor(scene, 60_000);
    scene.start(EXTERNAL);
    await scene.clock.advance(5000);
    scene.runner.close();
    const [record] = scene.history.list();
    assert.ok(record);
    const resumed = await scene.newRunner().resume({ ...record, interrupted: true });
    assert.ok(resumed);
    assert.equal((await scene.finish(resumed)).outcome, 'succeeded');
    assert.equal(scene.asked('write', '/5/0/1'), 1);
  });
});

describe('a secured download that fails names the keys it needs', () => {
  for (const [scheme, result, words] of [
    ['coaps', 4, /DOWNLOADER_SEC_TAG \(16842753 unless set\).*SERVER_TLS_TAG/],
    ['coaps+tcp', 7, /DOWNLOADER_SEC_TAG.*SERVER_TLS_TAG/],
    ['https', 9, /DOWNLOADER_SEC_TAG.*authority’s certificate/],
  ] as const)
    test(`${scheme}, result ${result}`, async () => {
      const scene = new Scene();
      scene.device.values.set('/5/0/8', [1, 3, 5]);
      scene.device.onUri = () => {
        scene.device.become(1);
        scene.device.later(1000, () => scene.device.become(0, result));
        return Codes.CHANGED;
      };
      const end = await scene.run({
        method: 'pull',
        uri: `${scheme}://fw.example/x.bin`,
        external: true,
      });
      assert.equal(end.code, `RESULT_${result}`);
      assert.match(end.next ?? '', words);
    });
});
