import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkXml } from '../../../../src/language/objectXml/check';
import { newObject, reusableItem, type NewObject } from '../../../../src/language/objectXml/newObject';
import { xmlSnippets } from '../../../../src/language/objectXml/snippets';
import { readTree } from '../../../../src/language/objectXml/object';
import { alone, fileOf, registry } from './fixture';

function silent(wanted: NewObject): void {
  const { fileName, text } = newObject(wanted);
  const file = fileOf(text, fileName);
  for (const profile of ['editing', 'registry'] as const)
    assert.deepEqual(
      checkXml(file, alone(file, profile)).map(({ message }) => message),
      [],
      text,
    );
}

test('the least that is asked for', () => silent({ id: 20_001, name: 'Fixture Valve' }));

test('of every class of IDs, with names that are markup', () => {
  for (const id of [1000, 9999, 20_001, 40_000]) silent({ id, name: `R&D <Fixture> ${id}` });
});

test('in a later version, single, with resources out of order and of later types', () => {
  const item = { operations: 'RW', multiple: false, mandatory: false, description: 'What it is.' } as const;
  const wanted: NewObject = {
    id: 20_001,
    name: 'Fixture Valve',
    version: '1.2',
    multiple: false,
    description: 'A valve of a test.',
    copyright: '2026 Example -- & Sons',
    resources: [
      { ...item, id: 7, name: 'Links', type: 'corelnk' },
      { ...item, id: 1, name: 'Position', type: 'integer', range: '0..100' },
      { ...item, id: 2, name: 'Close Valve', type: undefined, operations: 'E' },
    ],
  };
  silent(wanted);
  assert.match(newObject(wanted).text, /<LWM2MVersion>1\.1</);
});

test('with a reusable resource in OMA’s own words; in others only the registry minds', () => {
  const words = 'Last or Current Measured Value from the Sensor.';
  const own = reusableItem(registry, 5700, words);
  const other = reusableItem(registry, 5700);
  assert.ok(own && other);
  silent({ id: 20_001, name: 'Fixture Valve', resources: [own] });
  const { fileName, text } = newObject({ id: 20_001, name: 'Fixture Valve', resources: [other] });
  const file = fileOf(text, fileName);
  assert.deepEqual(checkXml(file, alone(file, 'editing')), []);
  assert.deepEqual(
    checkXml(file, alone(file)).map(({ code }) => code),
    ['xml/reusable-description'],
  );
  assert.equal(reusableItem(registry, 2100), undefined);
});

test('snippets, filled in as they come, are well-formed; the file is one that nothing is wrong with', () => {
  const filled = (body: string): string =>
    body.replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1').replace(/\$\{\d+:([^}]*)\}|\$\{?\d+\}?/g, '$1');
  for (const { prefix, body } of xmlSnippets) {
    const file = fileOf(filled(body), 'new.xml');
    assert.deepEqual(file.tree.faults, []);
    assert.equal(file.tree.root?.name, prefix);
  }
  const whole = xmlSnippets.find(({ prefix }) => prefix === 'LWM2M');
  const text = filled(whole?.body ?? '')
    .replaceAll('10241', '20001')
    .replace('<Name>Name', '<Name>Fixture Valve');
  const file = fileOf(text, 'new.xml');
  assert.equal(readTree(file.tree).objects[0]?.items.length, 1);
  assert.deepEqual(
    checkXml(file, alone(file, 'editing')).map(({ message }) => message),
    [],
  );
});
