import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { setObjectText } from '../../../src/host/catalogue';
import { DefinitionCatalogue } from '../../../src/objects/catalogue';
import { RealHost } from '../whole/realHost';

const xml = (id: number, name: string) => `<?xml version="1.0"?>
<LWM2M><Object ObjectType="MODefinition"><Name>${name}</Name><Description1>x</Description1><ObjectID>${id}</ObjectID>
<ObjectURN>urn:oma:lwm2m:x:${id}</ObjectURN><MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>
<Resources><Item ID="0"><Name>Level</Name><Operations>R</Operations><MultipleInstances>Single</MultipleInstances>
<Mandatory>Mandatory</Mandatory><Type>Integer</Type><RangeEnumeration></RangeEnumeration><Units></Units>
<Description>x</Description></Item></Resources></Object></LWM2M>`;

const noRegistry = () => new DefinitionCatalogue(() => Promise.resolve('{}'));

describe('object XML that any window of a server gives it', () => {
  test('counts, is told to every window, and goes with its file', async (t) => {
    const host = await RealHost.open();
    t.after(() => host.close());
    const { workbench } = host;
    let told = 0;
    workbench.onEvent(({ kind }) => void (told += kind === 'definitions' ? 1 : 0));
    await workbench.setObjectFile('/one/valve.xml', xml(33_999, 'Valve'));
    assert.equal(told, 1);
    const definition = await workbench.definition(33_999);
    assert.equal(definition?.name, 'Valve');
    assert.equal(definition.resources[0]?.name, 'Level');
    await workbench.setObjectFile('/one/valve.xml', null);
    assert.equal(await workbench.definition(33_999), undefined);
  });

  test('what is wrong with it is told, and nothing is thrown', () => {
    const warnings: string[] = [];
    setObjectText(noRegistry(), '/one/half.xml', '<LWM2M><Object>', (message) => warnings.push(message));
    assert.match(warnings[0] ?? '', /^\/one\/half\.xml, at character \d+: /);
  });

  test('is bounded in length and number; a file that is kept may change', () => {
    const catalogue = noRegistry();
    const give = (file: string, text: string) => setObjectText(catalogue, file, text, () => undefined);
    const refused = (error: unknown) => isOperationError(error, 'OBJECT_FILE');
    assert.throws(() => give('/long.xml', ' '.repeat(2 * 1024 * 1024 + 1)), refused);
    for (let n = 0; n < 500; n++) give(`/${n}.xml`, xml(30_000 + n, 'One'));
    assert.throws(() => give('/more.xml', xml(31_000, 'More')), refused);
    give('/0.xml', xml(30_000, 'Changed'));
    assert.equal(catalogue.definition(30_000)?.name, 'Changed');
  });
});
