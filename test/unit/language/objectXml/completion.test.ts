import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkXml } from '../../../../src/language/objectXml/check';
import { completeXml } from '../../../../src/language/objectXml/completion';
import type { Completion } from '../../../../src/language/objectXml/completionItem';
import type { XmlFile } from '../../../../src/language/objectXml/rule';
import { alone, changed, fileOf, PUMP } from './fixture';

/** What is offered where `‸` stands. */
function offered(text: string, others: readonly XmlFile[] = []): readonly Completion[] {
  const offset = text.indexOf('‸');
  assert.ok(offset >= 0);
  const file = fileOf(text.replace('‸', ''));
  return completeXml(file, offset, { ...alone(file), workspace: [file, ...others] });
}
const labels = (completions: readonly Completion[]): readonly string[] =>
  completions.map(({ label }) => label);
const taken = (text: string, { range, newText }: Completion): string => {
  const plain = text.replace('‸', '');
  return (
    plain.slice(0, range.start) + newText.replace(/\$\d|\$\{\d+:([^}]*)\}/g, '$1') + plain.slice(range.end)
  );
};
const at = (from: string, to: string): string => changed(PUMP, [from, to]);

test('elements that an item lacks, in the schema’s order, whatever was typed of one', () => {
  const text = at(
    '        <RangeEnumeration>0..100</RangeEnumeration>\n        <Units>m3/s</Units>\n',
    '        <‸\n',
  );
  assert.deepEqual(labels(offered(text)), ['RangeEnumeration', 'Units']);
  const begun = text.replace('<‸', '<Uni‸');
  const units = offered(begun).find(({ label }) => label === 'Units');
  assert.ok(units && units.detail?.includes('SenML'));
  assert.ok(taken(begun, units).includes('        <Units></Units>\n'));
  assert.deepEqual(labels(offered(text.replace('<‸', '‸'))), ['RangeEnumeration', 'Units']);
});

test('elements that an object lacks', () => {
  assert.deepEqual(labels(offered(at('<LWM2MVersion>1.1</LWM2MVersion>', '<‸'))), ['LWM2MVersion']);
});

test('an item with the next free ID, then reusable resources as whole items', () => {
  const text = at('    </Resources>', '      <‸\n    </Resources>');
  const [item, ...reusable] = offered(text);
  assert.equal(item?.label, 'Item');
  assert.ok(item.newText.startsWith('<Item ID="3">'), item.newText);
  assert.equal(reusable.length, 177);
  const sensor = reusable.find(({ label }) => label === '5700 Sensor Value');
  assert.equal(sensor?.detail, 'R Float');
  const file = fileOf(taken(text, sensor));
  assert.deepEqual(file.tree.faults, []);
  assert.deepEqual(checkXml(file, alone(file, 'editing')), []);
});

test('a reusable resource is described as Common.xml in the workspace has it, and silent in the registry’s profile', () => {
  const common = fileOf(
    `<LWM2M><Object ObjectType="CommonResources"><Resources><Item ID="5700"><Description>
      Last or Current Measured Value
      from the Sensor.</Description></Item></Resources></Object></LWM2M>`,
    'Common.xml',
  );
  const text = at('    </Resources>', '      <‸\n    </Resources>');
  const sensor = offered(text, [common]).find(({ label }) => label.startsWith('5700 '));
  assert.ok(sensor);
  const file = fileOf(taken(text, sensor));
  assert.deepEqual(checkXml(file, alone(file)), []);
});

test('a reusable resource that the object has is not offered again', () => {
  const text = changed(PUMP, ['ID="2"', 'ID="5700"'], ['    </Resources>', '      ‸\n    </Resources>']);
  assert.ok(!labels(offered(text)).some((label) => label.startsWith('5700 ')));
});

test('the end tag of what is open', () => {
  const text = at('</Resources>', '</‸');
  const [only, ...more] = offered(text);
  assert.equal(only?.label, '</Resources>');
  assert.deepEqual(more, []);
});

for (const [field, was, values] of [
  ['Operations', 'R', ['R', 'W', 'RW', 'E']],
  ['Mandatory', 'Mandatory', ['Mandatory', 'Optional']],
  ['LWM2MVersion', '1.1', ['1.0', '1.1', '1.2']],
  [
    'Type',
    'Float',
    ['String', 'Integer', 'Unsigned Integer', 'Float', 'Boolean', 'Opaque', 'Time', 'Objlnk', 'Corelnk'],
  ],
] as const)
  test(`values of ${field}, each with what it means, in place of what is there or of nothing`, () => {
    const full = at(`<${field}>${was}<`, `<${field}>${was.slice(0, 1)}‸${was.slice(1)}<`);
    const empty = at(`<${field}>${was}<`, `<${field}>‸<`);
    for (const text of [full, empty]) {
      const completions = offered(text);
      assert.deepEqual(labels(completions), values);
      assert.ok(completions.every(({ detail }) => detail !== undefined && detail.length > 2));
      const last = completions.at(-1);
      assert.ok(last && taken(text, last).includes(`<${field}>${values.at(-1)}</${field}>`));
    }
  });

test('units with their meaning, discouraged ones last with what to prefer', () => {
  const units = offered(at('<Units>m3/s<', '<Units>‸<'));
  assert.equal(units.find(({ label }) => label === 'Cel')?.detail, 'degrees Celsius');
  assert.match(units.at(-1)?.detail ?? '', /prefer/);
  assert.ok(units.length > 100);
  assert.ok(
    units.every(({ detail }) => detail !== undefined),
    'every unit has words',
  );
});

test('IDs: the next free one of the object, and reusable ones by name', () => {
  const ids = offered(at('ID="2"', 'ID="‸"'));
  assert.equal(ids[0]?.label, '2');
  assert.match(ids.find(({ label }) => label === '5700')?.detail ?? '', /^Sensor Value/);
});

test('object IDs: the next free one of each class', () => {
  const ids = offered(at('<ObjectID>32000', '<ObjectID>‸'));
  assert.equal(ids.length, 5);
  assert.ok(ids.every(({ detail }) => detail?.startsWith('next free: ')));
});

test('the URN by ID and version', () => {
  assert.deepEqual(labels(offered(at('urn:oma:lwm2m:x:32000:1.1', '‸'))), ['urn:oma:lwm2m:x:32000:1.1']);
});

test('a tag that is closed already gets another name only', () => {
  const text = at('<Units>m3/s', '<Uni‸t>m3/s');
  const units = offered(text).find(({ label }) => label === 'Units');
  assert.ok(units && taken(text, units).includes('<Units>m3/s</Units>'));
});

test('nothing in comments, in attributes without a list, and beside the object', () => {
  for (const text of [
    at('2026 Example', '2026 ‸'),
    at('http://www.w3.org', 'http://‸www.w3.org'),
    `${PUMP}‸`,
  ])
    assert.deepEqual(offered(text), []);
});

test('never throws, wherever the cursor is in however broken a file', () => {
  for (let end = 0; end < PUMP.length; end += 7) {
    const file = fileOf(PUMP.slice(0, end));
    for (const offset of [0, end >> 1, end]) completeXml(file, offset, alone(file));
  }
});
