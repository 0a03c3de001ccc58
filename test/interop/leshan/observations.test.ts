import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { Codes } from '../../../src/coap/code';
import { ContentFormats } from '../../../src/coap/contentFormat';
import type { DeviceObservation, Report } from '../../../src/lwm2m/server';
import { NAME, at, next, once, openScene, valuesOf, type Scene } from './scene';

const { TLV, SENML_JSON, SENML_CBOR } = ContentFormats;
const TEMPERATURE = '/3303/0/5700';

async function observed(scene: Scene, paths: readonly string[], format?: number): Promise<DeviceObservation> {
  const { answer, observation } = await scene.server.observe(
    NAME,
    paths.map(at),
    format === undefined ? {} : { format },
  );
  assert.equal(answer.code, Codes.CONTENT, answer.diagnostic);
  assert.ok(observation, 'the device granted it');
  return observation;
}

const nextReport = (observation: DeviceObservation): Promise<Report> => next(observation.onReport);

/** Changes a value on the device and gives the report that tells it. */
async function changed(scene: Scene, observation: DeviceObservation, path: string, value: unknown) {
  const report = nextReport(observation);
  scene.device.send({ do: 'set', path, value });
  await scene.device.next('set');
  return report;
}

test('a Leshan device is observed: alone, composite, in each format, cancelled in both ways', async (t) => {
  const scene = await openScene(t);
  if (!scene) return;
  const { server, device, wire } = scene;
  let value = 30;

  for (const format of [undefined, TLV, SENML_JSON, SENML_CBOR]) {
    await t.test(`one resource, ${format ?? 'no format asked'}`, async () => {
      const observation = await observed(scene, [TEMPERATURE], format);
      for (let n = 0; n < 3; n++) {
        value += 0.25;
        const report = await changed(scene, observation, TEMPERATURE, value);
        assert.deepEqual(valuesOf(report), { [TEMPERATURE]: value });
        assert.deepEqual(report.problems, []);
        assert.equal(report.endpointName, NAME);
      }
      const ended = next(observation.onEnd);
      assert.equal((await observation.cancel()).code, Codes.CONTENT);
      await ended;
      await silentAfter(scene, TEMPERATURE, (value += 1));
    });
  }

  await t.test('a whole instance', async () => {
    const observation = await observed(scene, ['/3303/0']);
    const report = await changed(scene, observation, TEMPERATURE, (value += 1));
    assert.equal(valuesOf(report)[TEMPERATURE], value);
    assert.equal(valuesOf(report)['/3303/0/5701'], 'Cel');
    await observation.cancel();
  });

  for (const format of [SENML_JSON, SENML_CBOR]) {
    await t.test(`several paths at once, ${format}`, async () => {
      const observation = await observed(scene, [TEMPERATURE, '/3442/0/110', '/3/0/9'], format);
      const report = await changed(scene, observation, TEMPERATURE, (value += 1));
      const values = valuesOf(report);
      assert.equal(values[TEMPERATURE], value);
      assert.equal(values['/3/0/9'], 87);
      assert.equal(report.contentFormat, format);
      const other = await changed(scene, observation, '/3442/0/110', `text ${value}`);
      assert.equal(valuesOf(other)['/3442/0/110'], `text ${value}`);
      assert.equal((await observation.cancel()).code, Codes.CONTENT);
      await silentAfter(scene, TEMPERATURE, (value += 1));
    });
  }

  await t.test('let go of: the next notification is reset, and none follows', async () => {
    const observation = await observed(scene, [TEMPERATURE]);
    await changed(scene, observation, TEMPERATURE, (value += 1));
    observation.dispose();
    const before = wire.length;
    const reset = once<void>((resolve) =>
      scene.endpoint.onWire(({ direction, bytes }) => {
        if (direction === 'out' && (bytes[0] ?? 0) >> 4 === 0x7) resolve();
      }),
    );
    device.send({ do: 'set', path: TEMPERATURE, value: (value += 1) });
    await device.next('set');
    await reset;
    assert.ok(wire.length > before);
    await silentAfter(scene, TEMPERATURE, (value += 1));
  });

  await t.test('what is not there is refused', async () => {
    const { answer, observation } = await server.observe(NAME, [at('/3303/9/5700')]);
    assert.equal(answer.code, Codes.NOT_FOUND);
    assert.equal(observation, undefined);
  });
});

/** Changes a value that nobody observes; nothing comes. */
async function silentAfter({ server, device }: Scene, path: string, value: number): Promise<void> {
  let reports = 0;
  const subscription = server.onReport(() => reports++);
  device.send({ do: 'set', path, value });
  await device.next('set');
  // an exchange that follows on the same socket: a notification would have come before its answer
  await server.read(NAME, at(path));
  await sleep(50);
  subscription.dispose();
  assert.equal(reports, 0);
}

test('pmin and pmax that were written are what the device keeps to', async (t) => {
  const scene = await openScene(t);
  if (!scene) return;
  const { server, device } = scene;
  assert.equal(
    (await server.writeAttributes(NAME, at(TEMPERATURE), { pmin: 1, pmax: 2 })).code,
    Codes.CHANGED,
  );
  const observation = await observed(scene, [TEMPERATURE]);
  const reports: { readonly values: Record<string, unknown>; readonly at: number }[] = [];
  const two = once<void>((resolve) =>
    observation.onReport((report) => {
      reports.push({ values: valuesOf(report), at: performance.now() });
      if (reports.length === 2) resolve();
    }),
  );
  const started = performance.now();
  for (const value of [1.5, 2.5, 3.5]) {
    device.send({ do: 'set', path: TEMPERATURE, value });
    await device.next('set');
  }
  await two;
  const [first, second] = reports;
  assert.ok(first && second);
  assert.deepEqual(first.values, { [TEMPERATURE]: 3.5 }, 'three changes, one notification, the last value');
  assert.ok(first.at - started > 800, 'not before pmin');
  assert.deepEqual(second.values, { [TEMPERATURE]: 3.5 }, 'unchanged, for pmax');
  assert.ok(second.at - first.at > 800, 'and not with the first');
  await observation.cancel();
});

test('an observation ends with its registration, and can be made anew', async (t) => {
  const scene = await openScene(t);
  if (!scene) return;
  const observation = await observed(scene, [TEMPERATURE]);
  const ended = next(observation.onEnd);
  scene.device.send({ do: 'restart' });
  assert.match((await ended).reason, /replaced/);
  const again = await observed(scene, [TEMPERATURE]);
  const report = await changed(scene, again, TEMPERATURE, 99.5);
  assert.deepEqual(valuesOf(report), { [TEMPERATURE]: 99.5 });
});
