import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCommonXml, parseObjectXml } from '../../../src/objects/objectXml';

const ITEM = `<Item ID="5700"><Name>Level</Name><Operations>RW</Operations><MultipleInstances>Single</MultipleInstances>
  <Mandatory>Mandatory</Mandatory><Type>Float</Type><RangeEnumeration>0..100</RangeEnumeration><Units>%</Units>
  <Description><![CDATA[prose <with> marks]]></Description></Item>`;

const objectXml = (items: string, fields = '<ObjectVersion>1.1</ObjectVersion>') => `<?xml version="1.0"?>
<LWM2M xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Object ObjectType="MODefinition"><Name>Tank</Name>
<Description1>prose</Description1><ObjectID>33000</ObjectID><ObjectURN>urn:oma:lwm2m:x:33000:1.1</ObjectURN>
<LWM2MVersion>1.1</LWM2MVersion>${fields}<MultipleInstances>Multiple</MultipleInstances><Mandatory>Optional</Mandatory>
<Resources>${items}</Resources><Description2></Description2></Object></LWM2M>`;

describe('an object file', () => {
  test('gives its definition, with the file as its source', () => {
    const { definitions, problems, readable } = parseObjectXml(objectXml(ITEM), '/home/me/tank.xml');
    assert.deepEqual(problems, []);
    assert.ok(readable);
    assert.deepEqual(definitions, [
      {
        id: 33000,
        version: '1.1',
        name: 'Tank',
        lwm2mVersion: '1.1',
        multiple: true,
        mandatory: false,
        source: '/home/me/tank.xml',
        resources: new Map([
          [
            5700,
            {
              id: 5700,
              name: 'Level',
              operations: 'RW',
              type: 'float',
              multiple: false,
              mandatory: true,
              range: '0..100',
              units: '%',
            },
          ],
        ]),
      },
    ]);
  });

  test('may have the children of an item in any order, as the uCIFI files do', () => {
    const item = `<Item ID="1"><Type>Unsigned Integer</Type><Mandatory>Optional</Mandatory><Name>Count</Name>
      <MultipleInstances>Multiple</MultipleInstances><Units/><Operations>R</Operations><Description/></Item>`;
    const { definitions, problems } = parseObjectXml(objectXml(item), 'x');
    assert.deepEqual(problems, []);
    const resource = definitions[0]?.resources.get(1);
    assert.equal(resource?.type, 'unsigned');
    assert.equal(resource?.multiple, true);
    assert.equal(resource?.operations, 'R');
    assert.equal(resource !== undefined && 'units' in resource, false);
  });

  test('without ObjectVersion takes the version of the URN', () => {
    assert.equal(parseObjectXml(objectXml(ITEM, ''), 'x').definitions[0]?.version, '1.1');
  });

  test('without any version is 1.0', () => {
    const text = objectXml(ITEM, '').replace(':1.1<', '<');
    assert.equal(parseObjectXml(text, 'x').definitions[0]?.version, '1.0');
  });

  test('with near misses defines what is meant, and tells what has no meaning', () => {
    const item = ITEM.replace('RW', 'R/W')
      .replace('Float', 'Int')
      .replace('Mandatory>Mandatory', 'Mandatory>Yes');
    const { definitions, problems } = parseObjectXml(objectXml(item), 'x');
    const resource = definitions[0]?.resources.get(5700);
    assert.equal(resource?.operations, 'RW');
    assert.equal(resource?.type, 'integer');
    assert.equal(resource?.mandatory, false);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /Yes/);
    assert.equal(objectXml(item).slice(problems[0]?.offset, (problems[0]?.offset ?? 0) + 3), 'Yes');
  });

  test('keeps the first of two resources with one ID, and tells', () => {
    const { definitions, problems } = parseObjectXml(objectXml(ITEM + ITEM.replace('Level', 'Other')), 'x');
    assert.equal(definitions[0]?.resources.get(5700)?.name, 'Level');
    assert.equal(problems.length, 1);
  });

  test('may hold several objects', () => {
    const two = objectXml(ITEM).replace(
      '</LWM2M>',
      objectXml(ITEM)
        .replace(/^[\s\S]*?<Object /, '<Object ')
        .replace('33000', '33001'),
    );
    assert.deepEqual(
      parseObjectXml(two, 'x').definitions.map(({ id }) => id),
      [33000, 33001],
    );
  });

  test('an object without a usable ID is told and left out', () => {
    const { definitions, problems } = parseObjectXml(objectXml(ITEM).replace('>33000<', '>65535<'), 'x');
    assert.deepEqual(definitions, []);
    assert.match(problems[0]?.message ?? '', /65535/);
  });
});

describe('a file that is not to be trusted', () => {
  test('with a DOCTYPE is refused before an entity could grow', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${objectXml('&b;')}`;
    const { definitions, problems, readable } = parseObjectXml(bomb, 'x');
    assert.deepEqual(definitions, []);
    assert.equal(readable, false);
    assert.match(problems[0]?.message ?? '', /DOCTYPE/);
  });

  test('cut in the middle is a problem with its place', () => {
    const whole = objectXml(ITEM);
    for (let length = 0; length < whole.length - 9; length += 7) {
      const { definitions, problems, readable } = parseObjectXml(whole.slice(0, length), 'x');
      assert.deepEqual(definitions, []);
      assert.equal(readable, false);
      const [problem] = problems;
      assert.ok(problem && problem.offset >= 0 && problem.offset <= length, `${length}: ${problem?.offset}`);
    }
  });

  test('of other XML says that there is no object', () => {
    const { definitions, problems } = parseObjectXml('<html><body>not found</body></html>', 'x');
    assert.deepEqual(definitions, []);
    assert.equal(problems.length, 1);
  });
});

test('reusable resources have no multiplicity of their own', () => {
  const common = `<LWM2M><Object ObjectType="CommonResources"><Resources>
    <Item ID="4000"><!-- a comment --><Name>Handle</Name><Operations>R</Operations><Type>Objlnk</Type></Item>
  </Resources></Object></LWM2M>`;
  assert.deepEqual(parseCommonXml(common), [
    { id: 4000, name: 'Handle', operations: 'R', type: 'objlnk', multiple: false, mandatory: false },
  ]);
});
