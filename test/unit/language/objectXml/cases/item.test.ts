import { itemRules } from '../../../../../src/language/objectXml/rules/item/itemRules';
import type { Severity } from '../../../../../src/language/problem';
import { changed, PUMP } from '../fixture';
import { testRules, type RuleCase } from '../ruleCases';

type Pairs = readonly (readonly [string, string])[];

/** A case on the fixture with some of its text exchanged. */
const on = (
  situation: string,
  severity: Severity,
  fires: Pairs,
  at: string,
  says: string,
  nearMiss: Pairs,
  more: Partial<RuleCase> = {},
): RuleCase => ({
  situation,
  severity,
  at,
  says,
  fires: changed(PUMP, ...fires),
  nearMiss: changed(PUMP, ...nearMiss),
  ...more,
});

const ITEMS = PUMP.slice(PUMP.indexOf('      <Item ID="0"'), PUMP.indexOf('    </Resources>'));
const FIRST = ITEMS.slice(0, ITEMS.indexOf('      <Item ID="1"'));
const EMPTY_TYPE = '<Type></Type>';

testRules(itemRules, {
  'xml/no-items': [
    on('no resource', 'error', [[ITEMS, '']], 'Resources', 'object 32000 (Fixture Pump)', [], {
      preferred: false,
    }),
    on(
      'an empty tag',
      'error',
      [[`<Resources>\n${ITEMS}    </Resources>`, '<Resources/>']],
      'Resources',
      'needs a resource',
      [],
      { preferred: false },
    ),
  ],
  'xml/resource-id': [
    on('no ID', 'error', [[' ID="0"', '']], 'Item', 'Flow', [], { preferred: false }),
    on('an ID too high', 'error', [['ID="0"', 'ID="32769"']], '32769', '32768', [['ID="0"', 'ID="32768"']], {
      preferred: false,
    }),
    on('an ID in words', 'error', [['ID="0"', 'ID="zero"']], 'zero', '“zero”', [], { preferred: false }),
  ],
  'xml/resource-id-repeated': [
    on('an ID twice', 'error', [['ID="1"', 'ID="0"']], '0', 'resource 0 (Flow)', [['ID="1"', 'ID="10"']], {
      preferred: false,
    }),
  ],
  'xml/range-or-units-missing': [
    on(
      'neither',
      'warning',
      [['        <RangeEnumeration>0..100</RangeEnumeration>\n        <Units>m3/s</Units>\n', '']],
      'Item',
      '<RangeEnumeration> and <Units>',
      [['<Units>m3/s</Units>', '<Units/>']],
    ),
    on(
      'no unit',
      'warning',
      [['        <Units>m3/s</Units>\n', '']],
      'Item',
      '<Units> is missing in resource 0 (Flow)',
      [],
    ),
  ],
  'xml/item-child-missing': [
    on(
      'no obligation',
      'error',
      [['        <Mandatory>Mandatory</Mandatory>\n', '']],
      'Item',
      '<Mandatory>',
      [['<Description>What flows.</Description>', '<Description/>']],
    ),
    on('no operations', 'error', [['        <Operations>R</Operations>\n', '']], 'Item', '<Operations>', [], {
      preferred: false,
    }),
  ],
  'xml/item-child-order': [
    on(
      'the unit first',
      'warning',
      [
        ['        <Units>m3/s</Units>\n', ''],
        ['        <Name>Flow', '        <Units>m3/s</Units>\n        <Name>Flow'],
      ],
      'Name',
      '<Name> must come before <Units> in resource 0 (Flow)',
      [['<Name>Flow', '<!-- <Units/> --><Name>Flow']],
    ),
    on(
      'the unit first, in order with all of the file',
      'warning',
      [
        ['        <Units>m3/s</Units>\n', ''],
        [
          '        <Name>Flow',
          '        <!-- unit -->\n        <Units>m3/s</Units> <!-- SenML -->\n        <Name>Flow',
        ],
      ],
      'Name',
      '<Units>',
      [],
      { fix: 'Put every element of the file in order' },
    ),
  ],
  'xml/item-values': [
    ...(
      [
        ['<Type>Float', '<Type>float', 'float', 'Float'],
        ['<Type>Float', '<Type>Int', 'Int', 'Integer'],
        ['<Type>Float', '<Type>UnsignedInteger', 'UnsignedInteger', 'Unsigned Integer'],
        ['<Type>Float', '<Type>ObjLink', 'ObjLink', 'Objlnk'],
        ['<Type>Float', '<Type>CoreLnk', 'CoreLnk', 'Corelnk'],
        ['<Operations>RW', '<Operations>r/w', 'r/w', 'RW'],
        ['<MultipleInstances>Single', '<MultipleInstances>Singel', 'Singel', 'Single'],
        ['<Mandatory>Mandatory', '<Mandatory>yes', 'yes', 'Mandatory'],
      ] as const
    ).map(([from, to, at, meant]) =>
      on(`${at} for ${meant}`, 'error', [[from, to]], at, `“${at}”`, [
        [from, `${from.slice(0, from.indexOf('>') + 1)}${meant}`],
      ]),
    ),
    on('a type of no kind', 'error', [['<Type>Float', '<Type>Quaternion']], 'Quaternion', 'Quaternion', [], {
      preferred: false,
    }),
  ],
  'xml/executable-type': [
    on(
      'a typed executable',
      'error',
      [[EMPTY_TYPE, '<Type>String</Type>']],
      'String',
      'resource 1 (Stop Pump)',
      [[EMPTY_TYPE, '<Type/>']],
    ),
  ],
  'xml/executable-multiple': [
    on(
      'an executable with instances',
      'error',
      [
        [
          '<Operations>E</Operations>\n        <MultipleInstances>Single',
          '<Operations>E</Operations>\n        <MultipleInstances>Multiple',
        ],
      ],
      'Multiple',
      'resource 1 (Stop Pump)',
      [],
    ),
  ],
  'xml/executable-range-or-units': [
    on(
      'a unit',
      'warning',
      [
        [
          `${EMPTY_TYPE}\n        <RangeEnumeration></RangeEnumeration>\n        <Units>`,
          `${EMPTY_TYPE}\n        <RangeEnumeration></RangeEnumeration>\n        <Units>s`,
        ],
      ],
      's',
      'Units “s”',
      [],
    ),
    on(
      'a range',
      'warning',
      [['<RangeEnumeration></', '<RangeEnumeration>0..1</']],
      '0..1',
      'RangeEnumeration “0..1”',
      [['<RangeEnumeration></', '<RangeEnumeration> </']],
      { preferred: false },
    ),
  ],
  'xml/type-missing': [
    on(
      'a readable resource without type',
      'error',
      [['<Type>Float</Type>', '<Type/>']],
      '<Type/>',
      'resource 0 (Flow)',
      [],
      { preferred: false },
    ),
  ],
  'xml/operations-empty': [
    on(
      'a resource no server reaches',
      'hint',
      [['<Operations>R<', '<Operations><']],
      '<Operations></Operations>',
      'bootstrap',
      [
        ['<Operations>R<', '<Operations><'],
        ['>32000<', '>21<'],
      ],
      { preferred: false },
    ),
  ],
  'xml/credential-operations': [
    {
      situation: 'credentials to read',
      severity: 'hint',
      fires: changed(PUMP, ['>32000<', '>23<'], [ITEMS, FIRST]),
      at: 'R',
      says: 'resource 0 (Flow)',
      nearMiss: PUMP,
      preferred: false,
    },
  ],
  'xml/type-needs-lwm2m-1-1': [
    on(
      'Unsigned Integer in 1.0',
      'error',
      [['<LWM2MVersion>1.1', '<LWM2MVersion>1.0']],
      'Unsigned Integer',
      'resource 2 (Turns)',
      [['<LWM2MVersion>1.1', '<LWM2MVersion>1.2']],
    ),
    on(
      'Corelnk where no version is told',
      'error',
      [
        ['    <LWM2MVersion>1.1</LWM2MVersion>\n', ''],
        ['Unsigned Integer', 'Corelnk'],
      ],
      'Corelnk',
      'not told',
      [
        ['    <LWM2MVersion>1.1</LWM2MVersion>\n', ''],
        ['Unsigned Integer', 'Integer'],
      ],
    ),
  ],
  'xml/item-name-empty': [
    on('no name', 'error', [['>Flow<', '><']], '<Name></Name>', 'resource 0', [['>Flow<', '>F<']], {
      fix: 'none',
    }),
  ],
  'xml/item-name-repeated': [
    on(
      'a name twice',
      'warning',
      [['>Turns<', '>FLOW<']],
      'FLOW',
      'resource 0 (Flow)',
      [['>Turns<', '>Flows<']],
      { fix: 'none' },
    ),
  ],
  'xml/item-name-collides': [
    on(
      'a name with another punctuation',
      'hint',
      [['>Turns<', '>Stop_Pump<']],
      'Stop_Pump',
      'resource 1 (Stop Pump)',
      [['>Turns<', '>stop pump<']],
      { fix: 'none' },
    ),
  ],
  'xml/blanks-around': [
    on('a blank before a unit', 'hint', [['>m3/s<', '> m3/s<']], ' m3/s', 'Units', [
      ['What flows.', ' What flows. '],
    ]),
    on(
      'a range of blanks',
      'hint',
      [['<RangeEnumeration></', '<RangeEnumeration> </']],
      ' ',
      'nothing but blanks',
      [],
    ),
  ],
  'xml/item-description-empty': [
    on(
      'no description',
      'warning',
      [['What flows.', '']],
      '<Description></Description>',
      'resource 0 (Flow)',
      [['What flows.', '-']],
      { fix: 'none' },
    ),
  ],
  'xml/typographic-characters': [
    on(
      'quotes and a dash',
      'hint',
      [['What flows.', 'What “flows” – fast.']],
      '“',
      'quotes, dashes (3 in all)',
      [['What flows.', 'What "flows" - at 20 °C.']],
    ),
    on(
      'a no-break space in a name',
      'hint',
      [['Fixture Pump', 'Fixture\u00A0Pump']],
      '\u00A0',
      'no-break',
      [],
    ),
  ],
  'xml/item-sequence': [
    on(
      'the first last',
      'hint',
      [
        [FIRST, ''],
        ['    </Resources>', `      <!-- first -->\n${FIRST}    </Resources>`],
      ],
      '0',
      'resource 2 (Turns)',
      [['ID="2"', 'ID="5"']],
    ),
  ],
});
