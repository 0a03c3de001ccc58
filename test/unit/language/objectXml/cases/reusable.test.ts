import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRule } from '../../../../../src/language/objectXml/check';
import { reusableRules } from '../../../../../src/language/objectXml/rules/reusable/reusableRules';
import { rule as description } from '../../../../../src/language/objectXml/rules/reusable/reusable-description';
import { applyEdits } from '../../../../../src/language/text';
import { alone, changed, fileOf, PUMP } from '../fixture';
import { testRules } from '../ruleCases';

const TURNS = PUMP.slice(PUMP.indexOf('<Item ID="2">'), PUMP.lastIndexOf('</Item>') + 7);
/** What OMA's list says of 5700. */
const SENSOR_VALUE = 'Last or Current Measured Value from the Sensor.';
const item = (id: number, name: string, units = '', text = SENSOR_VALUE): string =>
  changed(
    TURNS,
    ['ID="2"', `ID="${id}"`],
    ['Turns', name],
    ['RW', 'R'],
    ['Unsigned Integer', 'Float'],
    ['<Units>', `<Units>${units}`],
    ['How often each of its wheels has turned.', text],
  );
const withItem = (...of: Parameters<typeof item>): string => changed(PUMP, [TURNS, item(...of)]);

testRules(reusableRules, {
  'xml/reusable-unknown': [
    {
      situation: 'an ID that the list of reusable resources lacks',
      fires: changed(withItem(2100, 'Level'), ['A pump of a test.', 'A pump: see /32000/0/2100.']),
      at: '2100',
      says: 'has no 2100',
      severity: 'error',
      nearMiss: withItem(5700, 'Sensor Value'),
      fix: 'Use 2, the next ID of the object’s own',
      preferred: false,
    },
    {
      situation: 'while a file is written it is a warning',
      fires: withItem(26240, 'Level'),
      at: '26240',
      says: 'resource 26240 (Level)',
      severity: 'warning',
      nearMiss: withItem(26241, 'Level'),
      profile: 'editing',
      fix: 'Use 26241, a private ID',
      preferred: false,
    },
  ],
  'xml/reusable-differs': [
    {
      situation: 'another name',
      fires: withItem(5700, 'Level'),
      at: 'Level',
      says: 'Name of reusable resource 5700 (Sensor Value) is Sensor Value in OMA’s list, but Level here',
      severity: 'warning',
      nearMiss: withItem(5700, 'Sensor  Value'),
    },
    {
      situation: 'name and unit',
      fires: withItem(5700, 'Level', 'cm'),
      at: 'Level',
      says: 'Sensor Value',
      severity: 'warning',
      count: 2,
      nearMiss: withItem(700, 'Level', 'cm'),
    },
  ],
  'xml/reusable-description': [
    {
      situation: 'other words than the list',
      fires: withItem(5700, 'Sensor Value', '', 'The level.'),
      at: 'The level.',
      says: 'differs from OMA’s list',
      severity: 'hint',
      nearMiss: withItem(5700, 'Sensor Value', '', `\n   ${SENSOR_VALUE.replace(' from', '\n   from')}\n`),
      fix: 'none',
    },
  ],
  'xml/private-resource': [
    {
      situation: 'a private ID',
      fires: withItem(26241, 'Level'),
      at: '26241',
      says: 'can’t be registered',
      severity: 'hint',
      nearMiss: withItem(26240, 'Level'),
      fix: 'none',
    },
  ],
  'xml/reusable-exists': [
    {
      situation: 'the name of a reusable resource',
      fires: withItem(3, 'sensor value'),
      at: 'sensor value',
      says: 'reusable resource 5700 (Sensor Value)',
      severity: 'hint',
      nearMiss: withItem(3, 'sensor values'),
      fix: 'Use the ID of reusable resource 5700',
      preferred: false,
    },
  ],
});

test('the Description is copied from Common.xml where that is in the workspace', () => {
  const file = fileOf(withItem(5700, 'Sensor Value', '', 'The level.'));
  const common = fileOf(
    `<LWM2M><Object ObjectType="CommonResources"><Resources>
      <Item ID="5700"><Name>Sensor Value</Name><Description><![CDATA[${SENSOR_VALUE}]]></Description></Item>
    </Resources></Object></LWM2M>`,
    'Common.xml',
  );
  const [problem] = checkRule(description, file, { ...alone(file), workspace: [common, file] });
  const change = problem?.fixes[0]?.changes[0];
  assert.ok(change?.kind === 'edit');
  const fixed = fileOf(applyEdits(file.tree.text, change.edits));
  assert.deepEqual(checkRule(description, fixed, alone(fixed)), []);
});

test('an ID that is changed takes the paths that name it along', () => {
  const text = changed(withItem(2100, 'Level'), [
    'A pump of a test.',
    'A pump: see /32000/0/2100 and /3303/0/2100.',
  ]);
  const file = fileOf(text);
  const [rule] = reusableRules;
  assert.ok(rule);
  const change = checkRule(rule, file, alone(file))[0]?.fixes[0]?.changes[0];
  assert.ok(change?.kind === 'edit');
  const fixed = applyEdits(text, change.edits);
  assert.ok(fixed.includes('see /32000/0/2 and /3303/0/2100.'), fixed);
});
