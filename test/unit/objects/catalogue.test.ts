import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { DefinitionCatalogue } from '../../../src/objects/catalogue';
import type { ObjectDefinition } from '../../../src/objects/definition';
import { nearestVersion } from '../../../src/objects/version';

const table = () => Promise.resolve(readFileSync('media/registry/objects.json', 'utf8'));
const own = (id: number, version: string, name = 'Mine', source = 'mine.xml'): ObjectDefinition => ({
  id,
  version,
  name,
  multiple: false,
  mandatory: false,
  source,
  resources: new Map(),
});

test('the registry is read once, and only when it is needed', async () => {
  let reads = 0;
  const catalogue = new DefinitionCatalogue(() => {
    reads++;
    return table();
  });
  catalogue.set('mine.xml', [own(33000, '1.0')]);
  assert.equal(catalogue.lookupFor(() => undefined).object(33000)?.name, 'Mine');
  assert.equal(reads, 0);
  assert.equal(catalogue.all().length, 1);
  await Promise.all([catalogue.ready(), catalogue.ready()]);
  assert.equal(reads, 1);
});

test('a registry that cannot be read is told, and tried again', async () => {
  let text = 'damaged';
  const catalogue = new DefinitionCatalogue(() => Promise.resolve(text));
  await assert.rejects(catalogue.ready(), (error) => isOperationError(error, 'REGISTRY_UNREADABLE'));
  text = await table();
  assert.equal((await catalogue.ready()).versions(5).length, 3);
});

describe('the definition for a device', () => {
  test('is that of the version it registered', async () => {
    const catalogue = new DefinitionCatalogue(table);
    await catalogue.ready();
    const of = (version: string | undefined) => catalogue.lookupFor(() => version).object(5)?.version;
    assert.equal(of('1.1'), '1.1');
    assert.equal(of('1.0'), '1.0');
    assert.equal(of(undefined), '1.0');
    assert.equal(of('1.7'), '1.2');
    assert.equal(of('3.0'), '1.2');
  });

  test("is the user's own where both have it, and the registry's again once the file is gone", async () => {
    const catalogue = new DefinitionCatalogue(table);
    await catalogue.ready();
    const lookup = catalogue.lookupFor(() => '1.1');
    catalogue.set('mine.xml', [own(5, '1.1')]);
    assert.equal(lookup.object(5)?.name, 'Mine');
    assert.equal(catalogue.lookupFor(() => '1.0').object(5)?.name, 'Firmware Update');
    catalogue.set('other.xml', [own(5, '1.1', 'Other', 'other.xml')]);
    assert.equal(lookup.object(5)?.name, 'Other');
    catalogue.remove('other.xml');
    catalogue.remove('mine.xml');
    assert.equal(lookup.object(5)?.source, 'registry');
  });

  test('is unknown for an object that nobody defines', async () => {
    const catalogue = new DefinitionCatalogue(table);
    await catalogue.ready();
    assert.equal(catalogue.lookupFor(() => '1.0').object(32_000), undefined);
  });
});

test("all definitions come with the user's own first", async () => {
  const catalogue = new DefinitionCatalogue(table);
  catalogue.set('mine.xml', [own(33000, '1.0'), own(7, '9.0')]);
  await catalogue.ready();
  const all = catalogue.all();
  assert.deepEqual(
    all.slice(0, 3).map(({ id, version }) => `${id}/${version}`),
    ['7/9.0', '33000/1.0', '0/1.0'],
  );
  assert.equal(all.length, 426);
});

test('each change of the files is told once', () => {
  const catalogue = new DefinitionCatalogue(table);
  let told = 0;
  catalogue.onChange(() => told++);
  catalogue.set('mine.xml', [own(33000, '1.0')]);
  catalogue.remove('absent.xml');
  catalogue.remove('mine.xml');
  assert.equal(told, 2);
});

test('a file that is being edited keeps what it last defined', () => {
  const catalogue = new DefinitionCatalogue(table);
  const good = '<LWM2M><Object><ObjectID>33000</ObjectID></Object></LWM2M>';
  catalogue.setFile('mine.xml', good);
  assert.equal(catalogue.definition(33000)?.source, 'mine.xml');
  assert.equal(catalogue.setFile('mine.xml', good.slice(0, 30)).length, 1);
  assert.equal(catalogue.definition(33000)?.source, 'mine.xml');
  catalogue.setFile('mine.xml', '<LWM2M/>');
  assert.equal(catalogue.definition(33000), undefined);
});

test('the nearest version: itself, the highest of its major, the highest', () => {
  const versions = ['2.0', '1.10', '1.9', '3.1'];
  assert.equal(nearestVersion(versions, '1.9'), '1.9');
  assert.equal(nearestVersion(versions, '1.0'), '1.10');
  assert.equal(nearestVersion(versions, '2.4'), '2.0');
  assert.equal(nearestVersion(versions, '4.0'), '3.1');
  assert.equal(nearestVersion([], '1.0'), undefined);
});
