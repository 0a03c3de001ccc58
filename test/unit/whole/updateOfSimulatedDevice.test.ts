import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { seconds } from '../../../src/base/clock';
import type { UpdateStart } from '../../../src/contract/workbench';
import type { UpdateEnd, UpdateEvent } from '../../../src/fota/run';
import type { SimulatedDeviceOptions } from '../../../src/simulator/deviceOptions';
import { faultsOf, mcubootImage, sha256 } from '../simulator/bench';
import { RealDevice } from './realDevice';
import { RealHost } from './realHost';

const IMAGE = mcubootImage([1, 5, 0, 0], 60_000);

let host: RealHost;
let file: string;
let count = 0;

interface Outcome {
  readonly end: UpdateEnd;
  readonly events: readonly UpdateEvent[];
  readonly sim: RealDevice;
}

/** An update of a fresh device with these faults. */
async function updated(
  faults: readonly string[],
  start: Partial<UpdateStart> = {},
  options: Partial<SimulatedDeviceOptions> = {},
): Promise<Outcome> {
  const endpoint = `sim-${++count}`;
  const sim = new RealDevice(host.address, {
    endpointName: endpoint,
    faults: faultsOf(...faults),
    ...options,
  });
  await sim.device.start();
  await sim.event('registered');
  const { end, events } = await host.update({ endpoint, file, ...start });
  await sim.device.stop();
  return { end, events, sim };
}

const statesOf = (events: readonly UpdateEvent[]): readonly string[] =>
  events.flatMap((one) => (one.kind === 'state' ? [`${one.state}/${one.updateResult}`] : []));

describe('an update of a simulated device over real sockets', { concurrency: 8, timeout: 120_000 }, () => {
  before(async () => {
    host = await RealHost.open();
    file = host.file('app.signed.bin', IMAGE);
  });
  after(() => host.close());

  for (const [name, start] of [
    ['by push', { method: 'push' }],
    ['by push in small blocks', { method: 'push', blockSize: 64 }],
    ['by pull over CoAP', { method: 'pull', protocol: 'coap' }],
    ['by pull over HTTP', { method: 'pull', protocol: 'http' }],
  ] as const) {
    test(`${name} succeeds`, async () => {
      const { end, events, sim } = await updated([], start);
      assert.equal(end.outcome, 'succeeded', end.cause);
      assert.equal(end.updateResult, 1);
      assert.equal(end.versionAfter, '1.5.0');
      assert.equal((await sim.event('image')).sha256, sha256(IMAGE));
      assert.equal(statesOf(events).at(-1), 'idle/1');
      assert.ok(events.every((one) => one.kind !== 'state' || one.legal));
    });
  }

  for (const method of ['push', 'pull'] as const) {
    for (const result of [2, 3, 4, 5, 6, 7, 8, 9, 10]) {
      test(`result ${result} by ${method} is told as such`, async () => {
        const { end } = await updated([`result=${result}`], { method, retries: 0 });
        assert.equal(end.outcome, result === 10 ? 'cancelled' : 'failed');
        assert.equal(end.updateResult, result, end.cause);
        assert.ok(end.cause && end.next);
        assert.notEqual(end.versionAfter, '1.5.0');
      });
    }
  }

  test('deferred for ever fails with 11, for a while it succeeds', async () => {
    const forEver = await updated(['result=11'], { stallTimeout: 2 });
    assert.equal(forEver.end.outcome, 'failed');
    assert.equal(forEver.end.updateResult, 11);
    const while1 = await updated(['defer=1'], { stallTimeout: 10 });
    assert.equal(while1.end.outcome, 'succeeded', while1.end.cause);
    assert.ok(statesOf(while1.events).includes('downloaded/11'));
  });

  for (const method of ['push', 'pull'] as const) {
    test(`a restart in the middle of a ${method} is begun again, once`, async () => {
      const again = await updated(['reboot=50'], { method });
      assert.equal(again.end.outcome, 'succeeded', again.end.cause);
      const never = await updated(['reboot=50'], { method, retries: 0, stallTimeout: 5 });
      assert.equal(never.end.outcome, 'failed');
      assert.notEqual(never.end.versionAfter, '1.5.0');
    });

    test(`a hang in a ${method} ends by time and names the phase`, async () => {
      const { end } = await updated(['hang=50'], { method, stallTimeout: 2 });
      assert.equal(end.outcome, 'failed');
      assert.match(end.cause ?? '', /download|transfer/i);
    });

    test(`loss, duplicates and delays in a ${method} cost only time`, async () => {
      const { end, sim } = await updated(['loss=5', 'duplicate=10', 'delay=0-8'], { method });
      assert.equal(end.outcome, 'succeeded', end.cause);
      assert.equal((await sim.event('image')).sha256, sha256(IMAGE));
    });
  }

  test('a new address in the middle of a pull', async () => {
    const { end } = await updated(['rebind=50'], { method: 'pull', protocol: 'coap' });
    assert.equal(end.outcome, 'succeeded', end.cause);
  });

  for (const quirk of ['zephyr-reset', 'result-before-state', 'no-cancel', 'noversion']) {
    test(`quirk ${quirk} is survived`, async () => {
      const { end } = await updated([`quirk=${quirk}`], { method: 'push' });
      assert.equal(end.outcome, 'succeeded', end.cause);
    });
  }

  test('quirk wakaama: Execute is tried where State stands still', async () => {
    const { end, events } = await updated(['quirk=wakaama'], { method: 'push', stallTimeout: 10 });
    assert.equal(end.outcome, 'succeeded', end.cause);
    assert.ok(events.some((one) => one.kind === 'state' && !one.legal));
  });

  test('a device of LwM2M 1.0, one in queue mode, and one that only pulls', async () => {
    const old = await updated([], {}, { lwm2mVersion: '1.0' });
    assert.equal(old.end.outcome, 'succeeded', old.end.cause);
    const sleeper = await updated([], {}, { queueMode: { awake: seconds(1) }, lifetime: 4 });
    assert.equal(sleeper.end.outcome, 'succeeded', sleeper.end.cause);
    const puller = await updated(['method=pull']);
    assert.equal(puller.end.outcome, 'succeeded', puller.end.cause);
    assert.ok(puller.events.some((one) => one.kind === 'plan' && one.plan.method === 'pull'));
  });
});
