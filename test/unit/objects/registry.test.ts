import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { loadRegistry, type ObjectRegistry } from '../../../src/objects/registry';
import { textDigest } from '../../../src/objects/textDigest';

const text = readFileSync('media/registry/objects.json', 'utf8');

function shipped(): ObjectRegistry {
  const registry = loadRegistry(text);
  assert.ok(registry.ok);
  return registry.value;
}

describe('the registry that is shipped', () => {
  test('has every object in every version of the snapshot', () => {
    const registry = shipped();
    const ids = registry.ids();
    const versions = ids.flatMap((id) =>
      registry.versions(id).map((version) => registry.definition(id, version)),
    );
    assert.equal(ids.length, 327);
    assert.equal(versions.length, 424);
    assert.equal(
      versions.reduce((sum, definition) => sum + (definition?.resources.size ?? 0), 0),
      4506,
    );
  });

  test('knows Firmware Update in its three versions', () => {
    const registry = shipped();
    assert.deepEqual(registry.versions(5), ['1.0', '1.1', '1.2']);
    assert.deepEqual(
      ['1.0', '1.1', '1.2'].map((version) => registry.definition(5, version)?.resources.size),
      [9, 13, 14],
    );
    const latest = registry.definition(5);
    assert.equal(latest?.version, '1.2');
    assert.equal(latest?.lwm2mVersion, '1.1');
    assert.equal(latest?.multiple, false);
    assert.equal(latest?.source, 'registry');
    assert.deepEqual(latest?.resources.get(0), {
      id: 0,
      name: 'Package',
      operations: 'W',
      type: 'opaque',
      multiple: false,
      mandatory: true,
    });
    assert.deepEqual(latest?.resources.get(2)?.operations, 'E');
    assert.equal(latest?.resources.get(2)?.type, undefined);
    assert.equal(latest?.resources.get(8)?.multiple, true);
    assert.equal(latest?.resources.get(3)?.range, '0..3');
  });

  test('knows what the descriptions of reusable resources say by their digests, however they are wrapped', () => {
    const registry = shipped();
    const text = 'Last or Current Measured Value from the Sensor.';
    assert.equal(registry.commonDescription(5700), textDigest(text));
    assert.equal(textDigest(`\r\n  ${text.replace(' or ', '\n\tor ')} `), textDigest(text));
    assert.notEqual(textDigest(text.replace('Last', 'last')), textDigest(text));
    assert.equal(registry.commonIds().length, 177);
    assert.ok(registry.commonIds().every((id) => /^[0-9a-f]{8}$/.test(registry.commonDescription(id) ?? '')));
    assert.equal(registry.commonDescription(1), undefined);
  });

  test('keeps units and the reusable resources', () => {
    const registry = shipped();
    assert.equal(registry.definition(3, '1.0')?.resources.get(7)?.units, 'mV');
    assert.deepEqual(registry.common(5700), {
      id: 5700,
      name: 'Sensor Value',
      operations: 'R',
      type: 'float',
      multiple: false,
      mandatory: false,
    });
    assert.equal(registry.common(0), undefined);
    assert.deepEqual(registry.units.oma, ['Ws']);
    for (const unit of ['Cel', '%', '/']) assert.ok(registry.units.primary.includes(unit), unit);
    assert.ok(registry.units.secondary.includes('mV'));
    assert.deepEqual(registry.units.notRecommended.includes('/'), false);
  });

  test('holds the very same definition on each call', () => {
    const registry = shipped();
    assert.equal(registry.definition(3, '1.1'), registry.definition(3, '1.1'));
    assert.equal(registry.definition(3, '9.9'), undefined);
    assert.equal(registry.definition(32_000), undefined);
    assert.deepEqual(registry.versions(32_000), []);
  });
});

describe('a table that is damaged', () => {
  for (const [name, json] of [
    ['cut off', text.slice(0, 1000)],
    ['empty', ''],
    ['null', 'null'],
    ['of another format', '{"format":2}'],
    ['without rows', '{"format":1,"snapshot":"x","units":{}}'],
    [
      'with rows of another kind',
      '{"format":1,"snapshot":"x","units":{},"common":[],"resources":[1],"objects":[]}',
    ],
  ] as const) {
    test(`${name} is a problem, not an error`, () => assert.equal(loadRegistry(json).ok, false));
  }
});
