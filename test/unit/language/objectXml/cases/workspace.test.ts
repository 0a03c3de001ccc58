import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRule } from '../../../../../src/language/objectXml/check';
import { typeText } from '../../../../../src/language/objectXml/definition';
import type { XmlContext, XmlFile } from '../../../../../src/language/objectXml/rule';
import { workspaceRules } from '../../../../../src/language/objectXml/rules/workspace/workspaceRules';
import type { Problem } from '../../../../../src/language/problem';
import { applyEdits } from '../../../../../src/language/text';
import { changed, fileOf, PUMP, registry } from '../fixture';

type Profile = XmlContext['profile'];

function check(code: string, file: XmlFile, others: readonly XmlFile[] = [], profile: Profile = 'registry') {
  const rule = workspaceRules.find((one) => one.code === code);
  assert.ok(rule, code);
  return checkRule(rule, file, { profile, registry, workspace: [file, ...others] });
}

/** The file after the first fix of a problem, renamed where the fix says so. */
function fixed(file: XmlFile, [problem]: readonly Problem[]): XmlFile {
  let { name } = file;
  let { text } = file.tree;
  for (const change of problem?.fixes[0]?.changes ?? assert.fail('no fix')) {
    assert.equal(change.uri, file.uri);
    if (change.kind === 'rename') name = change.newName;
    else if (change.kind === 'edit') text = applyEdits(text, change.edits);
    else assert.fail('no fix of these makes a file');
  }
  return fileOf(text, name);
}

const at = (file: XmlFile, problem: Problem | undefined): string =>
  problem ? file.tree.text.slice(problem.range.start, problem.range.end) : '';

const FIRST = changed(PUMP, ['<ObjectVersion>1.1', '<ObjectVersion>1.0'], ['x:32000:1.1', 'x:32000']);
const first = fileOf(FIRST, '32000-1_0.xml');
const second = (...pairs: Parameters<typeof changed>[1][]): XmlFile =>
  fileOf(changed(PUMP, ...pairs), '32000-1_1.xml');
const TURNS = PUMP.slice(PUMP.indexOf('<Item ID="2">'), PUMP.lastIndexOf('</Item>') + 7);

test('xml/defined-twice: another file has the same object in the same version, otherwise', () => {
  const file = fileOf(PUMP);
  const other = fileOf(changed(PUMP, ['What flows.', 'Flow.']), 'copy.xml');
  const [problem] = check('xml/defined-twice', file, [other]);
  assert.equal(problem?.severity, 'error');
  assert.equal(at(file, problem), '32000');
  assert.match(problem?.message ?? '', /in copy\.xml/);
  assert.equal(problem?.related?.[0]?.uri, other.uri);
});

test('xml/defined-twice: within one file', () => {
  const object = PUMP.slice(PUMP.indexOf('  <Object'), PUMP.indexOf('</Object>') + 10);
  const file = fileOf(changed(PUMP, [object, object + object]));
  assert.equal(check('xml/defined-twice', file).length, 2);
});

test('xml/defined-twice: silent on another version, and on the very same text with other line ends', () => {
  const file = fileOf(PUMP);
  const others = [first, fileOf(PUMP.replaceAll('\n', '\r\n'), 'history.xml')];
  assert.deepEqual(check('xml/defined-twice', file, others), []);
});

test('xml/defined-twice: what the workspace has of the file itself is no second definition', () => {
  const stale = fileOf(changed(PUMP, ['What flows.', 'Flow.']));
  assert.deepEqual(check('xml/defined-twice', fileOf(PUMP), [stale]), []);
});

test('xml/breaking-minor: a resource is gone, another of another type and mandatory', () => {
  const file = second(
    [TURNS, ''],
    ['<Type>Float', '<Type>Integer'],
    ['<Mandatory>Mandatory', '<Mandatory>Optional'],
  );
  const problems = check('xml/breaking-minor', file, [first], 'editing');
  assert.deepEqual(problems.map(({ message }) => message.replace(/ since.*/, '')).sort(), [
    'Mandatory of resource 0 (Flow) was Mandatory and is Optional',
    'Optional resource 2 (Turns) is gone',
    'The type of resource 0 (Flow) was Float and is Integer',
  ]);
  assert.ok(problems.every(({ severity }) => severity === 'warning'));
  const after = fixed(file, problems);
  assert.equal(after.name, '32000-2_0.xml');
  assert.match(after.tree.text, /<ObjectURN>urn:oma:lwm2m:x:32000:2\.0<.*<ObjectVersion>2\.0</s);
  assert.deepEqual(check('xml/breaking-minor', after, [first]), []);
});

test('xml/breaking-minor: a mandatory resource is new; an optional one may be', () => {
  const file = second();
  const without = fileOf(changed(FIRST, [TURNS, '']), '32000-1_0.xml');
  assert.deepEqual(check('xml/breaking-minor', file, [without]), []);
  const demanding = second([TURNS, changed(TURNS, ['Optional', 'Mandatory'])]);
  const [problem] = check('xml/breaking-minor', demanding, [without]);
  assert.equal(at(demanding, problem), '2');
});

test('xml/breaking-minor: a published version is the one before, where the workspace has none', () => {
  const text = changed(
    PUMP,
    ['<ObjectID>32000', '<ObjectID>3303'],
    ['x:32000:1.1', 'ext:3303:1.9'],
    ['<ObjectVersion>1.1', '<ObjectVersion>1.9'],
  );
  const [problem] = check('xml/breaking-minor', fileOf(text, '3303.xml'));
  assert.match(problem?.message ?? '', /resource 5\d\d\d .* is gone since version 1\.\d/);
});

test('xml/changed-minor: other operations, range, unit and name are looked at twice', () => {
  const file = second(
    ['<Operations>R<', '<Operations>RW<'],
    ['0..100', '0..50'],
    ['<Units>m3/s', '<Units>m3'],
    ['Turns', 'Revolutions'],
  );
  const problems = check('xml/changed-minor', file, [first]);
  assert.deepEqual(problems.map((problem) => at(file, problem)).sort(), ['0..50', 'RW', 'Revolutions', 'm3']);
  assert.ok(problems.every(({ severity }) => severity === 'hint'));
  assert.match(problems.find((one) => at(file, one) === '0..50')?.message ?? '', /likely to break/);
  assert.match(problems.find((one) => at(file, one) === 'RW')?.message ?? '', /check that it is compatible/);
  assert.deepEqual(check('xml/changed-minor', file, [first], 'editing'), []);
});

test('xml/changed-minor: silent where a major version is new, or only prose', () => {
  const major = fileOf(
    changed(
      PUMP,
      ['<ObjectVersion>1.1', '<ObjectVersion>2.0'],
      ['32000:1.1', '32000:2.0'],
      ['0..100', '0..5'],
    ),
    '32000-2_0.xml',
  );
  assert.deepEqual(check('xml/changed-minor', major, [first]), []);
  assert.deepEqual(check('xml/changed-minor', second(['What flows.', 'It flows.']), [first]), []);
});

/** A published object of two resources, as its file has it. */
const ITEMS = PUMP.slice(PUMP.indexOf('<Item ID="0">'), PUMP.lastIndexOf('</Item>') + 7);
function published(id: number): string {
  const definition = registry.definition(id);
  assert.ok(definition);
  const item = ITEMS.slice(0, ITEMS.indexOf('</Item>') + 7);
  return changed(
    PUMP,
    ['Fixture Pump', definition.name],
    ['<ObjectID>32000', `<ObjectID>${id}`],
    ['x:32000:1.1', `ext:${id}:${definition.version}`],
    ['<ObjectVersion>1.1', `<ObjectVersion>${definition.version}`],
    ['<LWM2MVersion>1.1', `<LWM2MVersion>${definition.lwm2mVersion ?? '1.0'}`],
    ['<MultipleInstances>Multiple', `<MultipleInstances>${definition.multiple ? 'Multiple' : 'Single'}`],
    [
      ITEMS,
      [...definition.resources.values()]
        .map((one) =>
          changed(
            item,
            ['ID="0"', `ID="${one.id}"`],
            ['Flow', one.name],
            ['>R<', `>${one.operations}<`],
            ['Single', one.multiple ? 'Multiple' : 'Single'],
            ['Mandatory>Mandatory', `Mandatory>${one.mandatory ? 'Mandatory' : 'Optional'}`],
            ['Float', typeText(one.type)],
            ['0..100', one.range ?? ''],
            ['m3/s', one.units ?? ''],
          ),
        )
        .join('\n      '),
    ],
  );
}

test('xml/published-differs: the same version says something else; the next minor one may', () => {
  const text = published(3342);
  assert.deepEqual(check('xml/published-differs', fileOf(text, '3342.xml')), []);
  const file = fileOf(changed(text, ['<Name>Digital Input Counter', '<Name>Counter']), '3342.xml');
  const [problem] = check('xml/published-differs', file, [], 'editing');
  assert.equal(problem?.severity, 'hint');
  assert.match(problem?.message ?? '', /The name of resource 5501 \(Counter\) was Digital Input Counter/);
  const after = fixed(file, [problem ?? assert.fail()]);
  assert.match(after.tree.text, /<ObjectVersion>1\.2</);
  assert.deepEqual(check('xml/published-differs', after), []);
});

const entry = (fields: Readonly<Record<string, string>>): string =>
  `  <Item>\n${Object.entries(fields)
    .map(([name, value]) => `    <${name}>${value}</${name}>`)
    .join('\n')}\n  </Item>\n`;
const PUMP_ENTRY = {
  ObjectID: '32000',
  URN: 'urn:oma:lwm2m:x:32000:1.1',
  Name: 'Fixture Pump',
  Description: 'A pump\n of a test.',
  Source: '2',
  Ver: '1.1',
  DDF: 'objects/32000.xml',
};
const index = (...entries: readonly Readonly<Record<string, string>>[]): XmlFile => {
  const file = fileOf(`<DDFList>\n${entries.map(entry).join('')}</DDFList>\n`, 'DDF.xml');
  return { ...file, uri: 'file:///DDF.xml' };
};

test('xml/index-entry: silent where the entry is as the file', () => {
  assert.deepEqual(check('xml/index-entry', index(PUMP_ENTRY), [fileOf(PUMP)]), []);
});

for (const [field, wrong, right] of [
  ['ObjectID', '32001', '32000'],
  ['URN', 'urn:oma:lwm2m:x:32000', 'urn:oma:lwm2m:x:32000:1.1'],
  ['Name', 'Pump', 'Fixture Pump'],
  ['Ver', '1.0', '1.1'],
  ['Source', '1', '2'],
] as const)
  test(`xml/index-entry: ${field} is not the file’s, and is set`, () => {
    const file = index({ ...PUMP_ENTRY, [field]: wrong });
    const problems = check('xml/index-entry', file, [fileOf(PUMP)]);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]?.severity, 'warning');
    assert.equal(at(file, problems[0]), wrong);
    const change = problems[0]?.fixes[0]?.changes[0];
    assert.ok(change?.kind === 'edit');
    assert.equal(
      applyEdits(file.tree.text, change.edits),
      index({ ...PUMP_ENTRY, [field]: right }).tree.text,
    );
  });

test('xml/index-entry: a file that is not there, unless nothing else is, and an entry without a file', () => {
  const file = index(PUMP_ENTRY, { ...PUMP_ENTRY, ObjectID: '32001', URN: '', DDF: '' });
  const [problem, ...more] = check('xml/index-entry', file, [fileOf(PUMP, 'other.xml')]);
  assert.deepEqual(more, []);
  assert.equal(at(file, problem), 'objects/32000.xml');
  assert.deepEqual(check('xml/index-entry', file), []);
});

test('xml/index-entry: the same object twice, with a link to the first', () => {
  const file = index(PUMP_ENTRY, PUMP_ENTRY);
  const [problem, ...more] = check('xml/index-entry', file, [fileOf(PUMP)]);
  assert.deepEqual(more, []);
  assert.match(problem?.message ?? '', /object 32000 1\.1 twice/);
  assert.equal(problem?.related?.[0]?.range.start, file.tree.text.indexOf('32000'));
});

test('xml/index-description: other words than Description1, copied by the fix', () => {
  const file = index({ ...PUMP_ENTRY, Description: 'A valve.' });
  const [problem] = check('xml/index-description', file, [fileOf(PUMP)]);
  assert.equal(at(file, problem), 'A valve.');
  const change = problem?.fixes[0]?.changes[0];
  assert.ok(change?.kind === 'edit');
  const after = { ...fileOf(applyEdits(file.tree.text, change.edits), 'DDF.xml'), uri: file.uri };
  assert.deepEqual(check('xml/index-description', after, [fileOf(PUMP)]), []);
  assert.deepEqual(check('xml/index-description', index(PUMP_ENTRY), [fileOf(PUMP)]), []);
});
