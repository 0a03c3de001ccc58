import { unitRules } from '../../../../../src/language/objectXml/rules/unit/unitRules';
import { changed, PUMP } from '../fixture';
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
