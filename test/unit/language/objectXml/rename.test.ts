import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renameResource, renameTarget } from '../../../../src/language/objectXml/rename';
import { applyEdits } from '../../../../src/language/text';
import { changed, fileOf, PUMP } from './fixture';

const TEXT = changed(
  PUMP,
  [
    'A pump of a test.',
    'A pump. /32000/0/2 and /32000/*/2 turn; /32000/0/20, /3303/0/2 and resource 2 do not.',
  ],
  ['What flows.', '<![CDATA[As /32000/x/2 says.]]>'],
);
const offsetOf = (text: string): number => TEXT.indexOf(text) + text.length - 1;

test('an item’s ID with the paths of its object that name it, wherever the cursor is on one of them', () => {
  const wanted = TEXT.replace('ID="2"', 'ID="7"')
    .replace('/32000/0/2 ', '/32000/0/7 ')
    .replace('/32000/*/2', '/32000/*/7')
    .replace('/32000/x/2', '/32000/x/7');
  for (const place of ['ID="2', '/32000/0/2', '/32000/x/2']) {
    const edits = renameResource(fileOf(TEXT), offsetOf(place), ' 7 ');
    assert.ok(Array.isArray(edits), String(edits));
    assert.equal(applyEdits(TEXT, edits), wanted);
  }
});

test('what can be renamed is the ID alone', () => {
  const target = renameTarget(fileOf(TEXT), offsetOf('/32000/0/2'));
  assert.equal(target && TEXT.slice(target.range.start, target.range.end), '2');
  for (const place of ['/3303/0/2', '<Name>F', '<ObjectID>3', '2026', '/32000/0/20'])
    assert.equal(renameTarget(fileOf(TEXT), offsetOf(place)), undefined, place);
});

test('why an ID can’t be taken', () => {
  const refused = (name: string): string => String(renameResource(fileOf(TEXT), offsetOf('ID="2'), name));
  assert.match(refused('1'), /has a resource 1 already: Stop Pump/);
  assert.match(refused('32769'), /from 0 to 32768/);
  assert.match(refused('two'), /not “two”/);
  assert.equal(typeof renameResource(fileOf(TEXT), 0, '7'), 'string');
});
