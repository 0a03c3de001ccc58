import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRule, checkXml } from '../../../../../src/language/objectXml/check';
import { fileRules } from '../../../../../src/language/objectXml/rules/file/fileRules';
import { rule as oneObject } from '../../../../../src/language/objectXml/rules/file/one-object';
import { applyEdits } from '../../../../../src/language/text';
import { alone, changed, fileOf, PUMP } from '../fixture';
import { testRules } from '../ruleCases';

const LATER = 'http://openmobilealliance.org/tech/profiles/LWM2M-v1_1.xsd';
const FIRST = 'http://www.openmobilealliance.org/tech/profiles/LWM2M.xsd';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const COMMENT = PUMP.slice(PUMP.indexOf('<!--'), PUMP.indexOf('-->') + 4);
const OBJECT = PUMP.slice(PUMP.indexOf('  <Object'), PUMP.indexOf('</Object>') + 10);

testRules(fileRules, {
  'xml/well-formed': [
    {
      situation: 'an & in text',
      fires: changed(PUMP, ['What flows', 'Flow & level']),
      at: '&',
      says: '&amp;',
      severity: 'error',
      nearMiss: changed(PUMP, ['What flows', 'Flow &amp; level']),
      fix: 'none',
    },
  ],
  'xml/no-doctype': [
    {
      situation: 'a DOCTYPE',
      fires: changed(PUMP, ['<LWM2M', '<!DOCTYPE LWM2M>\n<LWM2M']),
      at: '<!DOCTYPE LWM2M>',
      says: 'DOCTYPE',
      severity: 'error',
      nearMiss: changed(PUMP, ['<LWM2M', '<!-- <!DOCTYPE LWM2M> -->\n<LWM2M']),
    },
    {
      situation: 'a DOCTYPE that declares an entity is not taken away unasked',
      fires: changed(PUMP, ['<LWM2M', '<!DOCTYPE LWM2M [<!ENTITY a "b">]>\n<LWM2M']),
      at: '<!DOCTYPE LWM2M [<!ENTITY a "b">]>',
      says: 'DOCTYPE',
      severity: 'error',
      nearMiss: PUMP,
      preferred: false,
    },
  ],
  'xml/root-element': [
    {
      situation: 'a root in small letters',
      fires: changed(PUMP, ['<LWM2M', '<lwm2m'], ['</LWM2M>', '</lwm2m>']),
      at: 'lwm2m',
      says: '<LWM2M>',
      severity: 'error',
      nearMiss: PUMP,
    },
    {
      situation: 'a root in a namespace',
      fires: changed(PUMP, ['<LWM2M', '<LWM2M xmlns="urn:a"']),
      at: 'xmlns',
      says: 'urn:a',
      severity: 'error',
      nearMiss: changed(PUMP, ['<LWM2M', '<LWM2M xmlns:a="urn:a"']),
    },
  ],
  'xml/one-object': [
    {
      situation: 'no object',
      fires: changed(PUMP, [OBJECT, '']),
      at: 'LWM2M',
      says: 'no <Object>',
      severity: 'error',
      nearMiss: PUMP,
      fix: 'none',
    },
    {
      situation: 'two objects',
      fires: changed(PUMP, [OBJECT, OBJECT + OBJECT]),
      at: 'Object',
      says: 'object 32000 (Fixture Pump)',
      severity: 'hint',
      nearMiss: changed(PUMP, [OBJECT, `${OBJECT}<!-- <Object> -->`]),
      fix: 'none',
    },
  ],
  'xml/object-type': [
    {
      situation: 'ObjectType missing',
      fires: changed(PUMP, [' ObjectType="MODefinition"', '']),
      at: 'Object',
      says: 'missing',
      severity: 'error',
      nearMiss: changed(PUMP, ['"MODefinition"', "'MODefinition'"]),
    },
    {
      situation: 'ObjectType in other capitals',
      fires: changed(PUMP, ['MODefinition', 'MoDefinition']),
      at: 'ObjectType',
      says: '“MoDefinition”',
      severity: 'warning',
      nearMiss: PUMP,
    },
  ],
  'xml/schema-location': [
    {
      situation: 'no schema named',
      fires: changed(PUMP, [` xsi:noNamespaceSchemaLocation="${LATER}"`, '']),
      at: 'LWM2M',
      says: 'names no schema',
      severity: 'warning',
      nearMiss: changed(PUMP, [LATER, FIRST]),
    },
    {
      situation: 'nothing named, and no namespace to name it in',
      fires: PUMP.replace(/<LWM2M [^>]*>/, '<LWM2M>'),
      at: 'LWM2M',
      says: 'names no schema',
      severity: 'warning',
      nearMiss: PUMP,
    },
    {
      situation: 'another schema',
      fires: changed(PUMP, [LATER, 'LWM2M-v3.xsd']),
      at: 'xsi:noNamespaceSchemaLocation',
      says: '“LWM2M-v3.xsd”',
      severity: 'warning',
      nearMiss: changed(PUMP, ['http://open', 'https://www.open']),
    },
  ],
  'xml/schema-lacks-type': [
    {
      situation: 'Unsigned Integer under the schema of 1.0',
      fires: changed(PUMP, [LATER, FIRST]),
      at: 'Unsigned Integer',
      says: 'resource 2 (Turns)',
      severity: 'warning',
      nearMiss: changed(PUMP, [LATER, FIRST], ['Unsigned Integer', 'Integer']),
    },
  ],
  'xml/schema-too-old': [
    {
      situation: 'LWM2MVersion 1.1 under the schema of 1.0',
      fires: changed(PUMP, [LATER, FIRST]),
      at: '1.1',
      says: 'LWM2MVersion of object 32000 (Fixture Pump) is 1.1',
      severity: 'warning',
      nearMiss: changed(PUMP, [LATER, FIRST], ['<LWM2MVersion>1.1', '<LWM2MVersion>1.0']),
    },
  ],
  'xml/no-bom': [
    {
      situation: 'a byte order mark',
      fires: `\uFEFF${PUMP}`,
      at: '\uFEFF',
      says: 'U+FEFF',
      severity: 'hint',
      nearMiss: changed(PUMP, ['What flows', 'What\uFEFF flows']),
      profile: 'editing',
    },
  ],
  'xml/xml-declaration': [
    {
      situation: 'no declaration',
      fires: changed(PUMP, [DECLARATION, '\n']),
      at: '',
      says: '<?xml',
      severity: 'hint',
      nearMiss: `\uFEFF${PUMP}`,
      profile: 'editing',
    },
    {
      situation: 'no declaration after a byte order mark',
      fires: `\uFEFF${changed(PUMP, [DECLARATION, ''])}`,
      at: '',
      says: '<?xml',
      severity: 'hint',
      nearMiss: PUMP,
    },
  ],
  'xml/line-ends': [
    {
      situation: 'no end of the last line',
      fires: PUMP.trimEnd(),
      at: '',
      says: 'last line',
      severity: 'hint',
      nearMiss: PUMP.replaceAll('\n', '\r\n'),
    },
    {
      situation: 'a carriage return alone',
      fires: PUMP.replace('>\n', '>\r'),
      at: '\r',
      says: 'alone',
      severity: 'hint',
      nearMiss: PUMP,
    },
  ],
  'xml/licence-header': [
    {
      situation: 'no comment at all',
      fires: changed(PUMP, [COMMENT, '']),
      at: 'LWM2M',
      says: 'licence',
      severity: 'hint',
      nearMiss: changed(PUMP, [COMMENT, '<!-- MIT License -->\n']),
      preferred: false,
    },
    {
      situation: 'a comment of something else, and no declaration',
      fires: changed(PUMP, [DECLARATION, ''], [COMMENT, '<!-- A pump -->\n']),
      at: 'LWM2M',
      says: 'licence',
      severity: 'hint',
      nearMiss: PUMP,
      preferred: false,
    },
  ],
  'xml/header-name': [
    {
      situation: 'the header of another file',
      fires: PUMP,
      name: '32001.xml',
      at: '32000.xml',
      says: '32001.xml',
      severity: 'hint',
      nearMiss: PUMP,
      nearMissName: '32000-1_1.xml',
    },
  ],
  'xml/file-name': [
    {
      situation: 'a file called by another ID',
      fires: PUMP,
      name: '3303.xml',
      at: '32000',
      says: '3303.xml',
      severity: 'hint',
      nearMiss: PUMP,
      nearMissName: 'pump.xml',
      preferred: false,
    },
    {
      situation: 'a file called by another version',
      fires: PUMP,
      name: '32000-1_0.xml',
      at: '1.1',
      says: 'version 1.1',
      severity: 'hint',
      nearMiss: PUMP,
      nearMissName: '32000-1_1.xml',
      preferred: false,
    },
  ],
});

test('xml/one-object: the second object moves to a file of its own, where there is none', () => {
  const second = OBJECT.replace(/\b32000\b/g, '32001').replace('Fixture Pump', 'Fixture Valve');
  const file = fileOf(changed(PUMP, [OBJECT, OBJECT + second]).replaceAll('\n', '\r\n'), 'both.xml');
  const [problem] = checkRule(oneObject, file, alone(file, 'editing'));
  const [fix, ...others] = problem?.fixes ?? [];
  assert.equal(fix?.title, 'Move object 32001 to 32001.xml');
  assert.deepEqual(others, []);
  const [made, cut] = fix.changes;
  assert.ok(made?.kind === 'create' && cut?.kind === 'edit');
  assert.equal(made.uri, file.uri.replace('both.xml', '32001.xml'));
  const left = applyEdits(file.tree.text, cut.edits);
  assert.equal(left, changed(PUMP, [OBJECT, OBJECT]).replaceAll('\n', '\r\n'));
  for (const [text, name] of [
    [left, 'both.xml'],
    [made.text, '32001.xml'],
  ] as const) {
    const after = fileOf(text, name);
    assert.deepEqual(
      checkXml(after, alone(after, 'editing')).filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.deepEqual(checkRule(oneObject, after, alone(after, 'editing')), []);
  }
  const there = { ...alone(file, 'editing'), workspace: [file, fileOf(made.text, '32001.xml')] };
  assert.deepEqual(checkRule(oneObject, file, there)[0]?.fixes, []);
});
