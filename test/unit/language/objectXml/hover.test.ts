import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoverXml } from '../../../../src/language/objectXml/hover';
import { alone, changed, fileOf, PUMP } from './fixture';

/** What is told where `‸` stands, and what it is told of. */
function told(text: string): { readonly markdown: string; readonly of: string } | undefined {
  const offset = text.indexOf('‸');
  const file = fileOf(text.replace('‸', ''));
  const hover = hoverXml(file, offset, alone(file));
  return hover && { markdown: hover.markdown, of: file.tree.text.slice(hover.range.start, hover.range.end) };
}
const at = (from: string, to: string): ReturnType<typeof told> => told(changed(PUMP, [from, to]));

test('an element’s name, in either tag', () => {
  assert.match(at('<ObjectURN>', '<Obj‸ectURN>')?.markdown ?? '', /urn:oma:lwm2m/);
  assert.equal(at('</ObjectURN>', '</Obj‸ectURN>')?.of, 'ObjectURN');
});

test('names that object and resource both have are told apart', () => {
  assert.match(at('<Mandatory>Optional', '<Man‸datory>Optional')?.markdown ?? '', /every LwM2M client/);
  assert.match(at('<Mandatory>Mandatory', '<Man‸datory>Mandatory')?.markdown ?? '', /each instance/i);
});

test('values: operations, type, unit, class of the object’s ID', () => {
  assert.match(at('<Operations>RW', '<Operations>R‸W')?.markdown ?? '', /read, observe and write/);
  assert.match(at('<Type>Float', '<Type>Fl‸oat')?.markdown ?? '', /fraction/);
  assert.match(at('>m3/s', '>m3‸/s')?.markdown ?? '', /cubic metres per second/);
  assert.match(at('<ObjectID>32000', '<ObjectID>32‸000')?.markdown ?? '', /vendor’s, registered one by one/);
});

test('a published object by its ID', () => {
  assert.match(at('<ObjectID>32000', '<ObjectID>33‸03')?.markdown ?? '', /Temperature.*version/);
});

test('a resource by its ID, with what is reusable about it', () => {
  const hover = at('ID="2"', 'ID="57‸00"');
  assert.equal(hover?.of, '5700');
  assert.match(hover.markdown, /\*\*5700 Turns\*\*/);
  assert.match(hover.markdown, /Sensor Value in OMA’s list/);
});

test('ranges: of numbers, of lengths, of labels', () => {
  const range = (text: string, type: string): string =>
    told(changed(PUMP, ['<Type>Float', `<Type>${type}`], ['>0..100', `>‸${text}`]))?.markdown ?? '';
  assert.match(range('0..100', 'Integer'), /from 0 to 100, both included/);
  assert.match(range('0..255', 'String'), /from 0 to 255 octets long.*length in octets/s);
  assert.match(range('32', 'Opaque'), /32 octets long/);
  assert.match(range('0: off, 1: on', 'Integer'), /- 0: off\n- 1: on/);
  assert.match(range('whatever', 'Integer'), /can’t read/);
});

test('a path in prose: of this object, of a published one, of none', () => {
  const own = at('A pump of a test.', 'A pump: /32000/0/‸2.');
  assert.match(own?.markdown ?? '', /\*\*2 Turns\*\* · object 32000 Fixture Pump/);
  assert.equal(own?.of, '/32000/0/2');
  assert.match(
    at('What flows.', 'As /3303/‸0/5700.')?.markdown ?? '',
    /5700 Sensor Value\*\* · object 3303 Temperature/,
  );
  assert.equal(at('What flows.', 'As /42/‸0/5700.'), undefined);
});

test('a resource ID in prose: where it is said to be one, or can be nothing else', () => {
  assert.match(at('What flows.', 'See Resource ‸2.')?.markdown ?? '', /2 Turns/);
  assert.match(at('What flows.', 'With 57‸00 too.')?.markdown ?? '', /5700 Sensor Value.*reusable/);
  assert.equal(at('What flows.', 'After ‸2 hours.'), undefined);
  assert.equal(at('What flows.', 'Up to 57‸00.5 litres.'), undefined);
});

test('names from files are no Markdown', () => {
  const hover = at(
    '<Item ID="2">\n        <Name>Turns',
    '<Item ID="‸2">\n        <Name>[a](http://b) &lt;img&gt;',
  );
  assert.ok(hover && !hover.markdown.includes('[a]('), hover?.markdown);
  assert.ok(!hover.markdown.includes(' <img'));
});

test('nothing in comments and between elements; never throws in a broken file', () => {
  assert.equal(at('2026 Example', '20‸26 Example'), undefined);
  for (let end = 0; end < PUMP.length; end += 11) {
    const file = fileOf(PUMP.slice(0, end));
    for (const offset of [end, end >> 1, end - 3]) hoverXml(file, offset, alone(file));
  }
});
