import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeviceModel } from '../../../src/extension/model/deviceModel';
import { childrenOf, nodeId, parentOf, type DeviceNode } from '../../../src/extension/model/deviceNodes';
import { rowOf } from '../../../src/extension/model/deviceRows';
import type { StatusView } from '../../../src/contract/workbench';
import { definitions, device, run, scriptedWorkbench, settled, value } from './support';

const status: StatusView = {
  owner: 'editor',
  pid: 1,
  startedAt: 0,
  listening: ['coap://127.0.0.1:5683', 'http://127.0.0.1:8080'],
};
const context = { now: 8000, status, joined: false };

async function modelOf(script: Parameters<typeof scriptedWorkbench>[0]) {
  const peer = scriptedWorkbench(script);
  const model = new DeviceModel(() => '/3/0/3');
  await model.attach(peer.workbench);
  await settled();
  for (const { view } of model.devices())
    for (const id of Object.keys(definitions)) await model.define(view.endpoint, Number(id));
  return { ...peer, model };
}

const row = (model: DeviceModel, node: DeviceNode) => rowOf(model, node, context);
const at = (kind: 'object' | 'instance' | 'resource', ...ids: number[]): DeviceNode =>
  ({
    kind,
    endpoint: 'sim-1',
    objectId: ids[0],
    ...(ids[1] === undefined ? {} : { instanceId: ids[1] }),
    ...(ids[2] === undefined ? {} : { resourceId: ids[2] }),
  }) as DeviceNode;

describe('the tree of devices', () => {
  test('without devices the server’s row says where they must point, and rows say what to do', async () => {
    const { model } = await modelOf({});
    const rows = childrenOf(model, undefined).map((node) => row(model, node));
    assert.deepEqual(
      rows.map(({ label }) => label),
      [
        'coap://127.0.0.1:5683',
        'Start a Simulated Device',
        'Copy Kconfig for This Server',
        'Nothing Arrives?',
      ],
    );
    assert.equal(rows[0]?.description, 'this machine only · 0 devices');
  });

  test('the address that boards reach stands before one on loopback', async () => {
    const { model } = await modelOf({});
    const listening = ['coap://127.0.0.1:5683', 'coap://[::1]:5683', 'coap://192.168.1.20:5683'];
    const first = childrenOf(model, undefined)[0] ?? assert.fail();
    const shown = rowOf(model, first, { ...context, status: { ...status, listening } });
    assert.equal(shown.label, 'coap://192.168.1.20:5683');
  });

  test('a value that a device no longer has is no longer shown', async () => {
    const peer = await modelOf({ devices: [device('sim-1')] });
    const paths = () => [...(peer.model.device('sim-1')?.values.keys() ?? [])];
    const values = [value('/3/0/11/0', 1), value('/3/0/11/1', 2)];
    peer.fire({ kind: 'values', endpoint: 'sim-1', values });
    assert.deepEqual(paths(), ['/3/0/11/0', '/3/0/11/1']);
    const told: (readonly string[])[] = [];
    peer.model.onChange((change) => change.kind === 'values' && told.push(change.paths));
    peer.fire({ kind: 'values', endpoint: 'sim-1', values: [], removed: ['/3/0/11/1'] });
    assert.deepEqual(paths(), ['/3/0/11/0']);
    assert.deepEqual(told, [['/3/0/11/1']]);
  });

  test('what a whole answer to a read does not have is no longer shown; a broken one takes nothing away', async () => {
    let answer = [value('/3/0/11/0', 1), value('/3/0/11/1', 2), value('/3/0/110', 3)];
    const script = { devices: [device('sim-1')], read: () => answer, problems: [] as string[] };
    const { model } = await modelOf(script);
    const paths = () => [...(model.device('sim-1')?.values.keys() ?? [])].filter((path) => path !== '/3/0/3');
    await model.read('sim-1', '/3/0');
    answer = [value('/3/0/11/0', 0)];
    script.problems = ['cut short'];
    await model.read('sim-1', '/3/0/11');
    assert.deepEqual(paths(), ['/3/0/11/0', '/3/0/11/1', '/3/0/110']);
    script.problems = [];
    const told: string[] = [];
    model.onChange((change) => change.kind === 'values' && told.push(...change.paths));
    await model.read('sim-1', '/3/0/11');
    assert.deepEqual(paths(), ['/3/0/11/0', '/3/0/110']);
    assert.ok(told.includes('/3/0/11/1'));
  });

  test('where the version lives elsewhere from now on, it is read there, once, and nothing else is', async () => {
    let path = '/3/0/3';
    const peer = scriptedWorkbench({
      devices: [device('sim-1')],
      read: (asked) => [value(asked, asked === '/3/0/3' ? '1.0' : '2.0')],
    });
    const model = new DeviceModel(() => path);
    await model.attach(peer.workbench);
    await settled();
    await model.read('sim-1', '/3/0');
    path = '/3/0/19';
    for (let changes = 0; changes < 2; changes++) {
      model.readVersions();
      await settled();
    }
    assert.deepEqual(peer.asked, ['sim-1/3/0/3', 'sim-1/3/0', 'sim-1/3/0/19']);
    assert.ok(model.device('sim-1')?.reads.has('/3/0'), 'what is unfolded is not read anew');
    assert.equal(model.version('sim-1'), '2.0');
  });

  test('a device shows its version, freshness and that it is simulated; 3/0/3 alone is read unasked, once', async () => {
    const peer = await modelOf({
      devices: [device('sim-1', { simulated: true })],
      read: (path) => (path === '/3/0/3' ? [value('/3/0/3', '1.4.0')] : []),
    });
    assert.deepEqual(peer.asked, ['sim-1/3/0/3']);
    peer.fire({ kind: 'updated', device: device('sim-1', { simulated: true, lastSeen: 7900 }) });
    await settled();
    assert.deepEqual(peer.asked, ['sim-1/3/0/3']);
    assert.equal(
      row(peer.model, { kind: 'device', endpoint: 'sim-1' }).description,
      '1.4.0 · seen now · simulated',
    );
    peer.fire({ kind: 'registered', device: device('sim-1', { simulated: true, registeredAt: 7000 }) });
    await settled();
    assert.deepEqual(peer.asked, ['sim-1/3/0/3', 'sim-1/3/0/3'], 'a new registration may run a new version');
  });

  test('an asleep device says so, with what waits for it', async () => {
    const { model, fire } = await modelOf({ devices: [device('sim-1', { queueMode: true })] });
    fire({ kind: 'presence', endpoint: 'sim-1', awake: false, queued: 2, lastSeen: 5000 });
    const shown = row(model, { kind: 'device', endpoint: 'sim-1' });
    assert.equal(shown.description, 'asleep, 2 requests wait');
    assert.equal(shown.icon, 'circle-outline');
  });

  test('names of a device are text: control characters escaped, bounded', async () => {
    const endpoint = `evil\u202e\n${'x'.repeat(500)}`;
    const { model } = await modelOf({ devices: [device(endpoint)] });
    const { label, tooltip } = row(model, { kind: 'device', endpoint });
    assert.ok(label.startsWith('evil\\u202e\\u000a'));
    assert.ok(label.length < 100);
    assert.ok(!/[\u0000-\u0009\u202e]/.test(tooltip ?? ''));
  });

  test('an object with one instance by definition has its resources right below', async () => {
    const { model } = await modelOf({ devices: [device('sim-1')] });
    const kinds = (node: DeviceNode) => [...new Set(childrenOf(model, node).map(({ kind }) => kind))];
    assert.deepEqual(kinds(at('object', 3)), ['resource']);
    assert.deepEqual(kinds(at('object', 3303)), ['instance']);
    assert.equal(row(model, at('object', 3303)).label, '3303 Temperature');
    assert.equal(row(model, at('object', 3303)).description, '(2)');
  });

  test('what can’t be read has a row; of what can, what the device has once it was read', async () => {
    const { model, fire } = await modelOf({ devices: [device('sim-1')] });
    const names = () => childrenOf(model, at('object', 3)).map((node) => row(model, node).label);
    assert.deepEqual(names(), ['Reboot', 'Error Code']);
    fire({
      kind: 'values',
      endpoint: 'sim-1',
      values: [value('/3/0/0', 'Nordic'), value('/3/0/3', '1.4.0')],
    });
    assert.deepEqual(names(), ['Manufacturer', 'Firmware Version', 'Reboot']);
  });

  test('states in words, units as the registry or the device has them', async () => {
    const { model, fire } = await modelOf({ devices: [device('sim-1')] });
    fire({
      kind: 'values',
      endpoint: 'sim-1',
      values: [
        value('/5/0/3', 1, 'integer'),
        value('/5/0/5', 5, 'integer'),
        value('/3303/0/5700', 21.4, 'float'),
        value('/3303/1/5700', 70.5, 'float'),
        value('/3303/1/5701', 'Fahrenheit'),
      ],
    });
    assert.equal(row(model, at('resource', 5, 0, 3)).description, 'Downloading');
    assert.equal(row(model, at('resource', 5, 0, 5)).description, 'Integrity check failed');
    assert.equal(row(model, at('object', 5)).description, 'Downloading, integrity check failed');
    assert.equal(row(model, at('instance', 3303, 0)).description, '21.4 Cel');
    assert.equal(row(model, at('instance', 3303, 1)).description, '70.5 Fahrenheit');
  });

  test('a multiple resource unfolds into its instances', async () => {
    const { model, fire } = await modelOf({ devices: [device('sim-1')] });
    fire({
      kind: 'values',
      endpoint: 'sim-1',
      values: [value('/3/0/6/0', 1, 'integer'), value('/3/0/6/1', 5, 'integer')],
    });
    const shown = row(model, at('resource', 3, 0, 6));
    assert.equal(shown.description, 'Internal battery, USB');
    assert.equal(shown.collapsible, 'collapsed');
    assert.deepEqual(
      childrenOf(model, at('resource', 3, 0, 6)).map((node) => row(model, node).description),
      ['Internal battery', 'USB'],
    );
  });

  test('an update shows on the device and on its object, and is gone with its end', async () => {
    const { model, fire } = await modelOf({ devices: [device('sim-1')] });
    const { end: _end, ...record } = run('r1', { phase: 'transferring', bytes: 0 });
    fire({ kind: 'run', record });
    fire({
      kind: 'update',
      run: 'r1',
      endpoint: 'sim-1',
      event: { at: 1, kind: 'progress', bytes: 106_660, total: 253_952, retransmissions: 0 },
    });
    assert.match(row(model, { kind: 'device', endpoint: 'sim-1' }).description ?? '', /^42 % downloaded/);
    assert.equal(row(model, at('object', 5)).description, 'Downloading 42 %');
    assert.match(row(model, { kind: 'device', endpoint: 'sim-1' }).context, /\bupdating\b/);
    fire({ kind: 'run', record: run('r1') });
    assert.equal(model.updates().length, 0);
  });

  test('menus see what can be done: read, write, execute, observed or not', async () => {
    const { model, fire } = await modelOf({ devices: [device('sim-1')] });
    fire({ kind: 'values', endpoint: 'sim-1', values: [value('/3/0/0', 'Nordic')] });
    assert.equal(row(model, at('resource', 3, 0, 0)).context, 'resource.read.idle.value');
    assert.equal(row(model, at('resource', 3, 0, 4)).context, 'resource.execute');
    assert.equal(row(model, at('resource', 5, 0, 0)).context, 'resource.write');
    model.device('sim-1')?.observed.set('/3/0/0', 'o1');
    assert.equal(row(model, at('resource', 3, 0, 0)).context, 'resource.read.observed.value');
    assert.equal(row(model, at('resource', 3, 0, 0)).icon, 'eye');
  });

  test('every node has a name of its own and hangs where it is a child', async () => {
    const { model, fire } = await modelOf({ devices: [device('sim-1'), device('sim-2')] });
    for (const endpoint of ['sim-1', 'sim-2'])
      fire({
        kind: 'values',
        endpoint,
        values: [value('/3/0/6/0', 1, 'integer'), value('/3303/0/5700', 2, 'float')],
      });
    const ids = new Set<string>();
    const walk = (node: DeviceNode | undefined) => {
      for (const child of childrenOf(model, node)) {
        assert.ok(!ids.has(nodeId(child)), nodeId(child));
        ids.add(nodeId(child));
        const parent = parentOf(model, child);
        assert.equal(parent && nodeId(parent), node && nodeId(node));
        walk(child);
      }
    };
    walk(undefined);
    assert.ok(ids.size > 15);
  });
});
