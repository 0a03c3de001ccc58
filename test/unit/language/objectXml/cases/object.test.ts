import { objectRules } from '../../../../../src/language/objectXml/rules/object/objectRules';
import type { Severity } from '../../../../../src/language/problem';
import { changed, PUMP } from '../fixture';
import { testRules, type RuleCase } from '../ruleCases';

const URN = 'urn:oma:lwm2m:x:32000:1.1';

/** A case on the fixture with some of its text exchanged. */
const on = (
  situation: string,
  severity: Severity,
  fires: readonly (readonly [string, string])[],
  at: string,
  says: string,
  nearMiss: readonly (readonly [string, string])[],
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

testRules(objectRules, {
  'xml/object-child-missing': [
    on('no URN', 'error', [[`    <ObjectURN>${URN}</ObjectURN>\n`, '']], 'Object', '<ObjectURN>', [
      [`>${URN}<`, '><'],
    ]),
    on(
      'no instances',
      'error',
      [['    <MultipleInstances>Multiple</MultipleInstances>\n', '']],
      'Object',
      '<MultipleInstances>',
      [],
      { preferred: false },
    ),
    on(
      'no Description2 in an object on one line',
      'error',
      [['\n    <Description2></Description2>\n', '']],
      'Object',
      '<Description2>',
      [['<Description2></Description2>', '<Description2/>']],
    ),
  ],
  'xml/version-missing': [
    on(
      'no ObjectVersion',
      'warning',
      [['    <ObjectVersion>1.1</ObjectVersion>\n', '']],
      'Object',
      '<ObjectVersion>',
      [['n>1.1<', 'n>2.0<']],
    ),
    on(
      'an empty LWM2MVersion',
      'warning',
      [['<LWM2MVersion>1.1</LWM2MVersion>', '<LWM2MVersion/>']],
      '<LWM2MVersion/>',
      'empty',
      [],
    ),
  ],
  'xml/unexpected-element': [
    on('an element misspelt', 'error', [['<Units>m3/s</Units>', '<Unit>m3/s</Unit>']], 'Unit', '<Unit>', [
      ['<Units>', '<!-- <Unit/> --><Units>'],
    ]),
    on(
      'an element twice, saying the same',
      'error',
      [['<Units>', '<Units>m3/s</Units><Units>']],
      'Units',
      'twice',
      [],
    ),
    on(
      'an element twice, saying another thing',
      'error',
      [['<Units>', '<Units>m3</Units><Units>']],
      'Units',
      'twice',
      [],
      { preferred: false },
    ),
    on(
      'an element in a text',
      'error',
      [['What flows', 'What <b>flows</b>']],
      'b',
      'text alone',
      [['What flows', 'What &lt;b>flows']],
      { preferred: false },
    ),
  ],
  'xml/object-child-order': [
    on(
      'ObjectID before Name, with its comment',
      'warning',
      [
        ['<Name>Fixture', '<!-- ID --><ObjectID>32000</ObjectID>\n    <Name>Fixture'],
        ['    <ObjectID>32000</ObjectID>\n    <ObjectURN', '    <ObjectURN'],
      ],
      'Name',
      '<Name> must come before <ObjectID>',
      [['<Name>Fixture', '<!-- <ObjectID/> --><Name>Fixture']],
    ),
    on(
      'all of the file',
      'warning',
      [
        ['    <Description2></Description2>\n', ''],
        ['<Name>Fixture', '<Description2></Description2>\n    <Name>Fixture'],
      ],
      'Name',
      '<Description2>',
      [],
      { fix: 'Put every element of the file in order' },
    ),
  ],
  'xml/object-id': [
    on('a negative ID', 'error', [['>32000<', '>-1<']], '-1', '65534', [['>32000<', '> 65534 <']], {
      fix: 'none',
    }),
    on('65535', 'error', [['>32000<', '>65535<']], '65535', '65534', [], { fix: 'none' }),
  ],
  'xml/reserved-object-id': [
    on(
      'an ID that OMA keeps',
      'error',
      [['>32000<', '>1024<']],
      '1024',
      '1024–2047',
      [['>32000<', '>2048<']],
      { preferred: false },
    ),
    on(
      'a high ID that OMA keeps',
      'error',
      [['>32000<', '>42801<']],
      '42801',
      '42801–65534',
      [['>32000<', '>42800<']],
      { preferred: false },
    ),
  ],
  'xml/test-object-id': [
    on('an ID for tests', 'hint', [['>32000<', '>42769<']], '42769', 'tests', [['>32000<', '>42768<']], {
      fix: 'none',
    }),
  ],
  'xml/urn-syntax': [
    on('a URN of another form', 'error', [[URN, 'urn:oma:lwm2m:32000']], 'urn:oma:lwm2m:32000', URN, [
      [URN, `\n ${URN} `],
    ]),
    on(
      'an empty URN',
      'error',
      [[`<ObjectURN>${URN}</ObjectURN>`, '<ObjectURN/>']],
      '<ObjectURN/>',
      'empty',
      [],
    ),
  ],
  'xml/urn-id': [
    on(
      'a URN of another ID',
      'error',
      [[URN, 'urn:oma:lwm2m:x:32001:1.1']],
      'urn:oma:lwm2m:x:32001:1.1',
      '32001',
      [[URN, 'urn:oma:lwm2m:x:32000']],
    ),
  ],
  'xml/urn-label': [
    on(
      'a vendor ID of OMA',
      'warning',
      [[URN, 'urn:oma:lwm2m:oma:32000:1.1']],
      'urn:oma:lwm2m:oma:32000:1.1',
      '“x”',
      [],
      { preferred: false },
    ),
  ],
  'xml/urn-version-1-0': [
    on('1.0 in the URN', 'hint', [[URN, 'urn:oma:lwm2m:x:32000:1.0']], 'urn:oma:lwm2m:x:32000:1.0', '1.0', [
      [URN, 'urn:oma:lwm2m:x:32000'],
    ]),
  ],
  'xml/urn-version': [
    on(
      'no version in the URN, while it is written',
      'warning',
      [[URN, 'urn:oma:lwm2m:x:32000']],
      'urn:oma:lwm2m:x:32000',
      '1.1',
      [],
      { profile: 'editing' },
    ),
    on(
      'another version in the URN, for the registry',
      'error',
      [[URN, 'urn:oma:lwm2m:x:32000:2.0']],
      'urn:oma:lwm2m:x:32000:2.0',
      '2.0',
      [
        [URN, 'urn:oma:lwm2m:x:32000'],
        ['<ObjectVersion>1.1', '<ObjectVersion>1.0'],
      ],
    ),
  ],
  'xml/object-version': [
    on(
      'three numbers',
      'error',
      [['<ObjectVersion>1.1', '<ObjectVersion>1.1.0']],
      '1.1.0',
      'for example 1.0',
      [['<ObjectVersion>1.1', '<ObjectVersion> 9.9 ']],
    ),
    on('words', 'error', [['<ObjectVersion>1.1', '<ObjectVersion>one']], 'one', 'for example 1.0', [], {
      fix: 'none',
    }),
  ],
  'xml/lwm2m-version': [
    on(
      'a version of the document',
      'error',
      [['<LWM2MVersion>1.1', '<LWM2MVersion>1.1.1']],
      '1.1.1',
      '1.0, 1.1 and 1.2',
      [['<LWM2MVersion>1.1', '<LWM2MVersion>1.2']],
    ),
    on('a version to come', 'warning', [['<LWM2MVersion>1.1', '<LWM2MVersion>1.3']], '1.3', '1.3', [], {
      preferred: false,
    }),
  ],
  'xml/object-values': [
    on(
      'small letters',
      'error',
      [['<MultipleInstances>Multiple', '<MultipleInstances>multiple']],
      'multiple',
      'Multiple or Single',
      [['<MultipleInstances>Multiple', '<MultipleInstances> Single ']],
    ),
    on('another word', 'error', [['<Mandatory>Optional', '<Mandatory>false']], 'false', '“false”', [
      ['<Mandatory>Optional', '<Mandatory>Mandatory'],
    ]),
  ],
  'xml/object-text-empty': [
    on('no name', 'error', [['Fixture Pump', ' ']], '<Name> </Name>', '<Name>', [['Fixture Pump', 'P']], {
      fix: 'none',
    }),
    on(
      'no description',
      'warning',
      [['A pump of a test.', '']],
      '<Description1></Description1>',
      '<Description1>',
      [['<Description2></Description2>', '<Description2/>']],
      { fix: 'none' },
    ),
  ],
  'xml/object-name-taken': [
    on(
      'the name of a registered object',
      'hint',
      [['Fixture Pump', 'temperature']],
      'temperature',
      '3303',
      [
        ['Fixture Pump', 'Temperature'],
        ['>32000<', '>3303<'],
      ],
      { fix: 'none' },
    ),
  ],
  'xml/mandatory-object': [
    on(
      'an object that all must have',
      'hint',
      [['<Mandatory>Optional', '<Mandatory>Mandatory']],
      'Mandatory',
      'every LwM2M client',
      [
        ['<Mandatory>Optional', '<Mandatory>Mandatory'],
        ['>32000<', '>3<'],
      ],
      { preferred: false },
    ),
  ],
});
