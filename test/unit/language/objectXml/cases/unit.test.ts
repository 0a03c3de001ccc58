import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRule } from '../../../../../src/language/objectXml/check';
import { unitMeaning, unitReplacement } from '../../../../../src/language/objectXml/units';
import { unitRules } from '../../../../../src/language/objectXml/rules/unit/unitRules';
import { alone, changed, fileOf, PUMP, registry } from '../fixture';
import { testRules } from '../ruleCases';

const united = (units: string, type = 'Float'): string =>
  changed(PUMP, ['<Units>m3/s', `<Units>${units}`], ['<Type>Float', `<Type>${type}`]);

testRules(unitRules, {
  'xml/unit-unknown': [
    {
      situation: 'another spelling of the same unit',
      fires: united('°C'),
      at: '°C',
      says: 'did you mean Cel (degrees Celsius)?',
      severity: 'warning',
      nearMiss: united('Cel'),
    },
    {
      situation: 'a unit whose numbers may be of another scale is not set unasked',
      fires: united('KB'),
      at: 'KB',
      says: 'KiB (kibibytes: 1024 bytes)',
      severity: 'warning',
      nearMiss: united('KiB'),
      preferred: false,
    },
    {
      situation: 'other capitals',
      fires: united('DBM'),
      at: 'DBM',
      says: 'dBm',
      severity: 'warning',
      nearMiss: united('Ws'),
    },
    {
      situation: 'what is no unit at all',
      fires: united('wobbles'),
      at: 'wobbles',
      says: 'no unit of SenML or OMA',
      severity: 'warning',
      nearMiss: united(''),
      fix: 'none',
    },
  ],
  'xml/unit-not-recommended': [
    {
      situation: 'percent, which is never converted unasked',
      fires: united('%'),
      at: '%',
      says: 'prefer /, of which 100 % are 1',
      severity: 'hint',
      nearMiss: united('%RH'),
      preferred: false,
    },
  ],
  'xml/unit-without-number': [
    {
      situation: 'a unit of a text',
      fires: united('cm', 'String'),
      at: 'cm',
      says: 'String',
      severity: 'hint',
      nearMiss: united('cm', 'Integer'),
    },
  ],
  'xml/unit-on-time': [
    {
      situation: 'seconds',
      fires: united('s', 'Time'),
      at: 's',
      says: 'seconds since 1970',
      severity: 'hint',
      nearMiss: united('s', 'Integer'),
    },
    {
      situation: 'another unit than seconds may say that the type is wrong',
      fires: united('min', 'Time'),
      at: 'min',
      says: 'contradicts',
      severity: 'hint',
      nearMiss: united('', 'Time'),
      preferred: false,
    },
  ],
  'xml/unit-coulomb': [
    {
      situation: 'a temperature in coulombs',
      fires: changed(united('C'), ['<Name>Flow', '<Name>Water Temperature']),
      at: 'C',
      says: 'Cel (degrees Celsius)',
      severity: 'warning',
      nearMiss: changed(united('C'), ['<Name>Flow', '<Name>Charge']),
    },
  ],
});

test('units that a setting adds are known', () => {
  const [unknown] = unitRules;
  assert.ok(unknown);
  const file = fileOf(united('furlong'));
  assert.equal(checkRule(unknown, file, alone(file)).length, 1);
  assert.deepEqual(checkRule(unknown, file, { ...alone(file), extraUnits: ['furlong'] }), []);
  assert.equal(checkRule(unknown, file, alone(file)).length, 1);
});

test('every unit has words, and every discouraged one another in its place', () => {
  const { primary, secondary, oma, notRecommended } = registry.units;
  for (const code of [...primary, ...secondary, ...oma]) assert.ok(unitMeaning(code), code);
  for (const code of notRecommended) {
    const instead = unitReplacement(code)?.code ?? '';
    assert.ok(primary.includes(instead) && !notRecommended.includes(instead), code);
  }
});
