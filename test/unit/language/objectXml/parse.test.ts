import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fc } from '../../../support/properties';
import { MAX_DEPTH, MAX_FAULTS, parseXml } from '../../../../src/language/objectXml/parse';
import { childNamed, textOf, type XmlElement } from '../../../../src/language/objectXml/tree';
import { assertTree, changed, PUMP } from './fixture';
import { singleMutations } from './mutations';

/** An element with its children as a line: `Item(Name “Flow”, Type “Float”)`. */
const shape = (element: XmlElement | undefined): string =>
  element === undefined
    ? ''
    : element.children.length > 0
      ? `${element.name}(${element.children.map(shape).join(', ')})`
      : `${element.name}${element.text.trim() === '' ? '' : ` “${element.text.trim()}”`}`;

/** The faults of a text, each as what it marks. */
const marked = (text: string): string[] =>
  parseXml(text).faults.map(({ range }) => text.slice(range.start, range.end));

test('a well-formed file is read with its places, and has no fault', () => {
  const tree = parseXml(`\uFEFF${PUMP}`);
  assertTree(tree);
  assert.deepEqual(tree.faults, []);
  assert.equal(tree.hasBom, true);
  assert.equal(tree.comments.length, 1);
  const object = childNamed(tree.root, 'Object');
  assert.equal(textOf(object, 'Name'), 'Fixture Pump');
  assert.equal(childNamed(object, 'Resources')?.children.length, 3);
});

test('text is told with references and CDATA decoded', () => {
  const tree = parseXml('<a b="&quot;&#x41;&#66;">1 &lt; <![CDATA[2 & <b>]]> &amp;amp;<c/> 3</a>');
  assert.deepEqual(tree.faults, []);
  assert.equal(tree.root?.attributes[0]?.value, '"AB');
  assert.equal(tree.root?.text, '1 < 2 & <b> &amp; 3');
});

for (const [situation, text, tree, faults] of [
  [
    'an end tag missing in a leaf before its sibling',
    '<Item><Name>Flow\n<Type>Float</Type></Item>',
    'Item(Name “Flow”, Type “Float”)',
    ['Name'],
  ],
  ['an end tag missing in the last leaf', '<Item><Name>Flow</Item>', 'Item(Name “Flow”)', ['Name']],
  [
    'an Item without an end before the next',
    '<Resources><Item><Name>a</Name><Item><Name>b</Name></Item></Resources>',
    'Resources(Item(Name “a”), Item(Name “b”))',
    ['Item'],
  ],
  [
    'Resources without an end',
    '<Object><Resources><Item><Name>a</Name></Item><Description2>b</Description2></Object>',
    'Object(Resources(Item(Name “a”)), Description2 “b”)',
    ['Resources'],
  ],
  [
    'an end tag wrongly spelt',
    '<Item><Name>a</Nmae><Type>b</Type></Item>',
    'Item(Name “a”, Type “b”)',
    ['</Nmae>'],
  ],
  [
    'a start tag wrongly spelt',
    '<Item><Nmae>a</Name><Type>b</Type></Item>',
    'Item(Nmae “a”, Type “b”)',
    ['</Name>'],
  ],
  [
    'an end tag of nothing',
    '<Item><Name>a</Name></Units><Type>b</Type></Item>',
    'Item(Name “a”, Type “b”)',
    ['</Units>'],
  ],
  ['end tags crossed', '<a><b>1</a></b>', 'a(b “1”)', ['b', '</b>']],
  ['nothing closed at all', '<a><b>1', 'a(b “1”)', ['a', 'b']],
  [
    'a start tag without its end',
    '<Item><Name>a</Name><Type <Units>V</Units></Item>',
    'Item(Name “a”, Type, Units “V”)',
    ['<Type', 'Type'],
  ],
  [
    'an end tag without its end',
    '<Item><Name>a</Name<Type>b</Type></Item>',
    'Item(Name “a”, Type “b”)',
    ['</Name'],
  ],
  ['an attribute without quotes', '<Item ID=5><Name>a</Name></Item>', 'Item(Name “a”)', ['5']],
  ['an attribute with one quote', '<Item ID="5><Name>a</Name></Item>', 'Item(Name “a”)', ['"']],
  ['an attribute without a value', '<Item ID><Name>a</Name></Item>', 'Item(Name “a”)', ['ID']],
  ['an attribute twice', '<Item ID="1" ID="2"/>', 'Item', ['ID']],
  ['attributes without a blank between', '<Item ID="1"b="2"/>', 'Item', ['b']],
  ['a reference that is unknown', '<a>&nbsp;</a>', 'a “&nbsp;”', ['&nbsp;']],
  ['a reference to no character', '<a>&#0;&#xD800;</a>', 'a “&#0;&#xD800;”', ['&#0;', '&#xD800;']],
  ['an & alone', '<a>R&D & co &lt</a>', 'a “R&D & co &lt”', ['&D', '&', '&lt']],
  ['a < alone', '<a>1 < 2</a>', 'a “1 < 2”', ['<']],
  ['the end of CDATA in text', '<a>1]]>2</a>', 'a “1]]>2”', [']]>']],
  ['CDATA without an end', '<a><b><![CDATA[1 & 2</b></a>', 'a(b “1 & 2”)', ['<![CDATA[']],
  ['a comment without an end', '<!-- lost\n<a>1</a>', 'a “1”', ['<!--']],
  ['dashes in a comment', '<a><!-- 1 -- 2 --></a>', 'a', ['--']],
  ['an instruction without an end', '<?xml version="1.0"\n<a>1</a>', 'a “1”', ['<?']],
  ['a declaration not at the start', ' <?xml version="1.0"?><a/>', 'a', ['<?xml version="1.0"?>']],
  ['a declaration of a wrong form', '<?xml encoding="UTF-8"?><a/>', 'a', ['<?xml encoding="UTF-8"?>']],
  ['a control character', '<a>1\u00012</a>', 'a “1\u00012”', ['\u0001']],
  ['text outside', 'x <a/> y', 'a', ['x', 'y']],
  ['a second root', '<a/><b/>', 'a', ['b']],
  ['a root beside a stray element', '<x/><LWM2M/>', 'LWM2M', ['x']],
  ['a prefix that nothing declares', '<a xsi:b="1"/>', 'a', ['xsi:b']],
  ['nothing', '', '', ['']],
  ['a DOCTYPE twice', '<!DOCTYPE a [<!ENTITY b "]>">]><!DOCTYPE a><a>&b;</a>', 'a “&b;”', ['<!DOCTYPE a>']],
] as const)
  test(`${situation}: told, and the rest is read`, () => {
    const read = parseXml(text);
    assertTree(read);
    assert.equal(shape(read.root), tree);
    assert.deepEqual(
      marked(text),
      [...faults].sort((a, b) => text.indexOf(a) - text.indexOf(b)),
    );
  });

test('what is well-formed but no grammar allows is read as it stands', () => {
  const text = '<Item><Name>a<Item ID="1"><Type/></Item></Name><Item/></Item>';
  assert.equal(shape(parseXml(text).root), 'Item(Name(Item(Type)), Item)');
  assert.deepEqual(marked(text), []);
});

test('depth and faults are bounded', () => {
  const deep = parseXml('<a>'.repeat(5000) + '</a>'.repeat(5000));
  assertTree(deep);
  assert.equal(deep.faults.length, 1);
  let depth = 0;
  for (let at = deep.root; at; at = at.children[0]) depth++;
  assert.equal(depth, MAX_DEPTH);
  assert.equal(parseXml('&'.repeat(5000)).faults.length <= MAX_FAULTS, true);
});

test('texts made to be read again and again come to an end', () => {
  for (const piece of [
    '<',
    '<a',
    '<a ',
    '<a b="',
    "<a b='",
    '<a b=',
    '<!--',
    '<![CDATA[',
    '<!DOCTYPE ',
    '<!DOCTYPE a [',
    '<?',
    '</',
    '</a ',
    '<!',
    '&',
    '&#',
    ']]>',
    '<a>',
    '</a>',
    '<Name>',
    '<Item>',
    '\r\n <',
    '<Item><Name></Resources>',
  ])
    assertTree(parseXml(piece.repeat(60_000)));
});

test('whatever the text, a tree comes back whose places hold', () => {
  const pieces = fc.constantFrom(
    '<',
    '>',
    '/',
    '&',
    '"',
    "'",
    '=',
    ' ',
    '\n',
    '!',
    '--',
    '?',
    '[',
    ']',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<Item ID="1">',
    '</Item>',
    '<Name>',
    '</Name>',
    '<Resources>',
    '</Resources>',
    '<Object>',
    '</Object>',
    '<Units/>',
    'Description2',
    'x',
    '\uD800',
    '\u0000',
    '<!DOCTYPE',
    '<?xml',
    '?>',
    '&lt;',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(pieces, { maxLength: 60 }).map((all) => all.join('')),
      ),
      (text) => {
        assertTree(parseXml(text));
      },
    ),
    { numRuns: 3000 },
  );
});

test('every prefix and every single-character mutation of a file leaves a tree whose places hold', () => {
  const text = changed(PUMP, ['What flows.', 'What <![CDATA[flows & ]]> &lt; 1 <!-- litres -->.']);
  for (let end = 0; end <= text.length; end++) assertTree(parseXml(text.slice(0, end)));
  for (const mutation of singleMutations(text)) assertTree(parseXml(mutation));
});

test('one character wrong costs no more than what stands around it', () => {
  const names = (text: string): number => parseXml(text).root?.children[0]?.children.length ?? 0;
  const start = PUMP.indexOf('<Name>Fixture');
  const end = PUMP.indexOf('<Resources>');
  let kept = 0;
  let all = 0;
  for (let at = start; at < end; at++, all++) if (names(PUMP.slice(0, at) + PUMP.slice(at + 1)) >= 9) kept++;
  assert.ok(
    kept / all > 0.95,
    `${kept} of ${all} files with one character missing keep nine of ten children`,
  );
});
