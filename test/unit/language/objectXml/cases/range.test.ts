import { rangeRules } from '../../../../../src/language/objectXml/rules/range/rangeRules';
import { changed, PUMP } from '../fixture';
import { testRules } from '../ruleCases';

/** The fixture with another range of Flow, and of another type. */
const ranged = (range: string, type = 'Float', units = 'm3/s'): string =>
  changed(
    PUMP,
    ['<Type>Float', `<Type>${type}`],
    ['<RangeEnumeration>0..100', `<RangeEnumeration>${range}`],
    ['<Units>m3/s', `<Units>${units}`],
  );

const described = (description: string, type = 'Integer'): string =>
  changed(ranged('', type), ['What flows.', description]);

testRules(rangeRules, {
  'xml/range-dash': [
    {
      situation: 'bounds joined by a dash',
      fires: ranged('0-100', 'Integer'),
      at: '0-100',
      says: '0..100',
      severity: 'warning',
      nearMiss: ranged('-100', 'Integer'),
    },
    {
      situation: 'bounds joined by “to”, below zero',
      fires: ranged('-40 to -10.5'),
      at: '-40 to -10.5',
      says: '-40..-10.5',
      severity: 'warning',
      nearMiss: ranged('-40..-10.5'),
    },
    {
      situation: 'lengths listed with dashes',
      fires: ranged('16-32-48 bytes', 'Opaque', ''),
      at: '16-32-48 bytes',
      says: '16,32,48',
      severity: 'warning',
      nearMiss: ranged('16,32,48', 'Opaque', ''),
    },
  ],
  'xml/range-dots': [
    {
      situation: 'three dots',
      fires: ranged('1...15', 'Integer'),
      at: '1...15',
      says: 'two dots: 1..15',
      severity: 'warning',
      nearMiss: ranged('1..15', 'Integer'),
    },
    {
      situation: 'an ellipsis in a list',
      fires: ranged('0…3, 99', 'Integer'),
      at: '0…3, 99',
      says: '0..3,99',
      severity: 'warning',
      nearMiss: ranged('0..3, 99', 'Integer'),
    },
  ],
  'xml/range-reversed': [
    {
      situation: 'the upper bound first',
      fires: ranged('100..-100', 'Integer'),
      at: '100..-100',
      says: '100 is above its upper bound -100',
      severity: 'warning',
      nearMiss: ranged('100..100', 'Integer'),
    },
    {
      situation: 'bounds of 64 bits that differ in the last digit',
      fires: ranged('9223372036854775807..9223372036854775806', 'Integer'),
      at: '9223372036854775807..9223372036854775806',
      says: 'No value',
      severity: 'warning',
      nearMiss: ranged('9223372036854775806..9223372036854775807', 'Integer'),
    },
    {
      situation: 'decimals of another length',
      fires: ranged('0.5..0.25'),
      at: '0.5..0.25',
      says: '0.5',
      severity: 'warning',
      nearMiss: ranged('0.25..0.5'),
    },
  ],
  'xml/range-bound-impossible': [
    {
      situation: 'a fraction of an Integer',
      fires: ranged('0..99.5', 'Integer'),
      at: '0..99.5',
      says: '99.5 is no whole number',
      severity: 'warning',
      nearMiss: ranged('0..99.0', 'Integer'),
      fix: 'none',
    },
    {
      situation: 'below zero on an Unsigned Integer',
      fires: ranged('-1..5', 'Unsigned Integer'),
      at: '-1..5',
      says: 'no sign',
      severity: 'warning',
      nearMiss: ranged('0..18446744073709551615', 'Unsigned Integer'),
      fix: 'none',
    },
    {
      situation: 'beyond 64 bits',
      fires: ranged('0..9223372036854775808', 'Integer'),
      at: '0..9223372036854775808',
      says: '64 bits',
      severity: 'warning',
      nearMiss: ranged('0..9223372036854775807', 'Integer'),
      fix: 'none',
    },
    {
      situation: 'a negative length of a String',
      fires: ranged('-1..64', 'String', ''),
      at: '-1..64',
      says: 'length in octets',
      severity: 'warning',
      nearMiss: ranged('0..64 bytes', 'String', ''),
      fix: 'none',
    },
  ],
  'xml/range-unexpected': [
    {
      situation: 'the two values of a Boolean',
      fires: ranged('0..1', 'Boolean', ''),
      at: '0..1',
      says: 'Boolean',
      severity: 'hint',
      nearMiss: ranged('0..1', 'Integer', ''),
    },
    {
      situation: 'what they mean goes into the Description',
      fires: ranged('0: off, 1: on', 'Boolean', ''),
      at: '0: off, 1: on',
      says: 'resource 0 (Flow)',
      severity: 'hint',
      nearMiss: changed(ranged('', 'Boolean', ''), ['What flows.', 'What flows. 0: off, 1: on']),
    },
    {
      situation: 'a link',
      fires: ranged('0..65534', 'Objlnk', ''),
      at: '0..65534',
      says: 'Objlnk',
      severity: 'hint',
      nearMiss: ranged('', 'Objlnk', ''),
    },
  ],
  'xml/range-prose': [
    {
      situation: 'prose',
      fires: ranged('see the specification', 'String', ''),
      at: 'see the specification',
      says: 'can’t be read by tools',
      severity: 'hint',
      nearMiss: ranged('"see","hear"', 'String', ''),
    },
    {
      situation: 'a length with its unit',
      fires: ranged('32 bytes', 'String', ''),
      at: '32 bytes',
      says: 'write 32',
      severity: 'hint',
      nearMiss: ranged('0..32 bytes', 'String', ''),
      fix: 'Write the range as 32',
    },
    {
      situation: 'lengths joined by “or”',
      fires: ranged('10 or 26 Bytes', 'String', ''),
      at: '10 or 26 Bytes',
      says: 'write 10,26',
      severity: 'hint',
      nearMiss: ranged('10,26', 'String', ''),
    },
    {
      situation: 'the size of a number is no range of it',
      fires: ranged('8-Bits', 'Integer', ''),
      at: '8-Bits',
      says: '8-Bits',
      severity: 'hint',
      nearMiss: ranged('0: off\n          1: on, then off', 'Integer', ''),
      fix: 'Move 8-Bits to Description',
    },
  ],
  'xml/range-missing': [
    {
      situation: 'values counted up in the Description',
      fires: described('0: closed, 1: open, 2: stuck.'),
      at: '<RangeEnumeration></RangeEnumeration>',
      says: '0..2 would tell tools',
      severity: 'hint',
      nearMiss: described('At 10 litres it is full.'),
      preferred: false,
    },
    {
      situation: 'with a gap between them',
      fires: described('One of 0 = off, 1 = on and 99 = unknown.'),
      at: '<RangeEnumeration></RangeEnumeration>',
      says: '0,1,99',
      severity: 'hint',
      nearMiss: described('0: closed, 1: open', 'String'),
      preferred: false,
    },
  ],
});
