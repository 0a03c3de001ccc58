import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDefinitions, effectOf } from '../../../../src/language/objectXml/compare';
import { diffPublished } from '../../../../src/language/objectXml/diff';
import { newObject } from '../../../../src/language/objectXml/newObject';
import type { ItemSource } from '../../../../src/language/objectXml/itemText';
import { rangeChange } from '../../../../src/language/objectXml/rangeChange';
import { applyEdits } from '../../../../src/language/text';
import type { ObjectDefinition, ResourceDefinition } from '../../../../src/objects/definition';
import { changed, fileOf, registry } from './fixture';

/** Temperature (3303) as it is published, in its highest version. */
const temperature = registry.definition(3303) ?? assert.fail();
const { version } = temperature;
const resources = [...temperature.resources.values()].map((one): ItemSource => ({
  ...one,
  description: 'As published.',
}));
const TEXT = newObject({
  id: 3303,
  name: temperature.name,
  version,
  lwm2mVersion: (temperature.lwm2mVersion ?? '1.0') as '1.0',
  multiple: temperature.multiple,
  resources,
}).text;
const diff = (text: string) => diffPublished(fileOf(text, '3303.xml'), { registry })[0] ?? assert.fail();
const [major, minor] = version.split('.').map(Number) as [number, number];
const item = (id: number): string => {
  const start = TEXT.indexOf(`<Item ID="${id}">`);
  return TEXT.slice(start, TEXT.indexOf('</Item>', start) + 7);
};

test('the published text has no changes and needs no other version', () => {
  const { changes, bump, needed, fix, against } = diff(TEXT);
  assert.deepEqual([changes, bump, needed, fix, against], [[], 'none', version, undefined, version]);
});

test('other prose is no change; another name is editorial', () => {
  assert.deepEqual(diff(TEXT.replaceAll('As published.', 'Otherwise.')).changes, []);
  const { changes, bump } = diff(changed(TEXT, [item(5700), item(5700).replace('Sensor Value', 'Value')]));
  assert.deepEqual(
    changes.map(({ effect, aspect, resourceId }) => [effect, aspect, resourceId]),
    [['editorial', 'name', 5700]],
  );
  assert.equal(bump, 'none');
});

test('an optional resource more asks for the next minor version, raised in ObjectVersion and URN together', () => {
  const extra = item(5700).replace('5700', '7').replace('Mandatory>Mandatory', 'Mandatory>Optional');
  const { bump, needed, fix } = diff(changed(TEXT, ['</Resources>', `${extra}</Resources>`]));
  assert.deepEqual([bump, needed], ['minor', `${major}.${minor + 1}`]);
  const text = changed(TEXT, ['</Resources>', `${extra}</Resources>`]);
  const change = fix?.changes[0];
  assert.ok(change?.kind === 'edit');
  const raised = applyEdits(text, change.edits);
  assert.ok(raised.includes(`<ObjectVersion>${needed}<`) && raised.includes(`:3303:${needed}<`), raised);
  const after = diff(raised);
  assert.deepEqual(
    [after.against, after.bump, after.needed, after.fix],
    [version, 'minor', needed, undefined],
  );
});

test('a resource gone is breaking and comes first', () => {
  const text = changed(TEXT, [item(5601), ''], [item(5700), item(5700).replace('Sensor Value', 'Value')]);
  const { changes, bump, needed, fix } = diff(text);
  assert.deepEqual(
    changes.map(({ effect, aspect }) => `${effect} ${aspect}`),
    ['breaking removed', 'editorial name'],
  );
  assert.deepEqual(
    [bump, needed, fix?.title],
    ['major', `${major + 1}.0`, `Raise the version to ${major + 1}.0`],
  );
});

test('an object that is not published is compared with nothing', () => {
  assert.deepEqual(diffPublished(fileOf(newObject({ id: 20_001, name: 'A' }).text), { registry }), []);
});

const resource: ResourceDefinition = {
  id: 1,
  name: 'A',
  operations: 'RW',
  type: 'integer',
  multiple: false,
  mandatory: false,
  range: '0..10',
  units: 's',
};
const object = (one?: ResourceDefinition): ObjectDefinition => ({
  id: 1,
  version: '1.0',
  name: 'O',
  multiple: false,
  mandatory: false,
  source: '',
  resources: new Map(one ? [[one.id, one]] : []),
});

for (const [what, now, effect] of [
  ['an operation less', { operations: 'R' }, 'breaking'],
  ['executable now', { operations: 'E' }, 'breaking'],
  ['another type', { type: 'float' }, 'breaking'],
  ['several values', { multiple: true }, 'breaking'],
  ['mandatory now', { mandatory: true }, 'breaking'],
  ['another unit', { units: 'ms' }, 'breaking'],
  ['a narrower range', { range: '0..9' }, 'breaking'],
  ['a wider range', { range: '-1..10' }, 'compatible'],
  ['the same range written otherwise', { range: '0-10' }, 'editorial'],
  ['another name', { name: 'B' }, 'editorial'],
  ['another name by its blanks', { name: ' A ' }, undefined],
] as const)
  test(`${what}: ${effect ?? 'no change'}`, () => {
    const changes = compareDefinitions(object(resource), object({ ...resource, ...now }));
    assert.equal(effectOf(changes), effect);
    if (effect !== undefined) assert.match(changes[0]?.message ?? '', /resource 1 \([AB]\)/);
  });

test('ranges: what was allowed and is not any more is breaking, exactly to the last digit', () => {
  assert.equal(rangeChange('0..9223372036854775807', '0..9223372036854775806'), 'breaking');
  assert.equal(rangeChange('0..3, 99', '0..99'), 'compatible');
  assert.equal(rangeChange('0..99', '0..3, 99'), 'breaking');
  assert.equal(rangeChange('', '0..3'), 'compatible');
  assert.equal(rangeChange('0..3', 'as it says'), 'compatible');
  assert.equal(rangeChange('"a","b"', '"a","b","c"'), 'compatible');
  assert.equal(rangeChange('"a","b"', '"a"'), 'breaking');
  assert.equal(rangeChange('0..255 bytes', '0..255'), 'editorial');
});
