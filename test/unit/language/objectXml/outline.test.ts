import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldsOf } from '../../../../src/language/objectXml/folding';
import { outlineOf } from '../../../../src/language/objectXml/outline';
import { changed, fileOf, PUMP } from './fixture';

test('an object with its resources', () => {
  const [object, ...more] = outlineOf(fileOf(PUMP));
  assert.deepEqual(more, []);
  assert.equal(`${object?.name} | ${object?.detail}`, '32000 Fixture Pump | 1.1, multiple');
  assert.deepEqual(
    object?.children.map(({ kind, name, detail }) => `${kind}: ${name} | ${detail}`),
    [
      'resource: 0 Flow | R Float, m3/s, mandatory',
      'executable: 1 Stop Pump | E',
      'resource: 2 Turns | RW Unsigned Integer, multiple',
    ],
  );
});

test('the cursor’s place lies within each node, and no name is empty', () => {
  const text = changed(PUMP, ['<Item ID="0">', '<Item>'], ['<Name>Flow</Name>', '']);
  const visit = (nodes: ReturnType<typeof outlineOf>): void =>
    nodes.forEach(({ name, range, selectionRange, children }) => {
      assert.notEqual(name, '');
      assert.ok(range.start <= selectionRange.start && selectionRange.end <= range.end, name);
      visit(children);
    });
  visit(outlineOf(fileOf(text)));
  visit(outlineOf(fileOf('<LWM2M><Object><Resources><Item/>')));
  assert.equal(outlineOf(fileOf(text))[0]?.children[0]?.name, '?');
});

test('the index by its entries', () => {
  const index = fileOf(
    '<DDFList><Item><ObjectID>3</ObjectID><Name>Device</Name><Ver>1.1</Ver></Item></DDFList>',
  );
  assert.deepEqual(
    outlineOf(index).map(({ name, detail }) => `${name} | ${detail}`),
    ['3 Device | 1.1'],
  );
});

test('elements and comments of several lines fold, those of one do not', () => {
  const file = fileOf(PUMP);
  const folded = foldsOf(file.tree).map(
    ({ range, kind }) => `${kind} ${file.tree.text.slice(range.start, range.start + 7)}`,
  );
  assert.deepEqual(folded, [
    'comment <!--\n  ',
    'element <LWM2M ',
    'element <Object',
    'element <Resour',
    'element <Item I',
    'element <Item I',
    'element <Item I',
  ]);
});
