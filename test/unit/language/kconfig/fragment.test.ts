import { fc } from '../../../support/properties';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseFragment } from '../../../../src/language/kconfig/parse';
import { concerns, fragmentKind } from '../../../../src/language/kconfig/recognize';
import { readValue, writeValue } from '../../../../src/language/kconfig/value';

const only = (text: string) => {
  const { assignments } = parseFragment('prj.conf', text);
  assert.equal(assignments.length, 1);
  const [assignment] = assignments;
  assert.ok(assignment);
  return assignment;
};

describe('a Kconfig fragment', () => {
  test('has values of every kind', () => {
    const { assignments } = parseFragment(
      'prj.conf',
      'CONFIG_A=y\nCONFIG_B=-5\nCONFIG_C=0x3000\nCONFIG_D="a \\"b\\" \\\\c"\nSB_CONFIG_E=n\nCONFIG_F=m\nCONFIG_G=',
    );
    assert.deepEqual(
      assignments.map(({ symbol, value }) => [symbol, value]),
      [
        ['CONFIG_A', { type: 'tristate', value: 'y' }],
        ['CONFIG_B', { type: 'int', value: -5n }],
        ['CONFIG_C', { type: 'hex', value: 0x3000n }],
        ['CONFIG_D', { type: 'string', value: 'a "b" \\c' }],
        ['SB_CONFIG_E', { type: 'tristate', value: 'n' }],
        ['CONFIG_F', { type: 'tristate', value: 'm' }],
        ['CONFIG_G', { type: 'unreadable', text: '' }],
      ],
    );
  });

  test('may have blanks after the equals sign, as the carrier sample has', () => {
    const text = 'CONFIG_SYSTEM_WORKQUEUE_STACK_SIZE= 1536  ';
    const { value, valueRange } = only(text);
    assert.deepEqual(value, { type: 'int', value: 1536n });
    assert.equal(text.slice(valueRange.start, valueRange.end), '1536');
  });

  test('turns a symbol off by a comment of one form only', () => {
    const text = '# CONFIG_LWM2M is not set';
    const assignment = only(text);
    assert.deepEqual(assignment.value, { type: 'tristate', value: 'n' });
    assert.equal(text.slice(assignment.symbolRange.start, assignment.symbolRange.end), 'CONFIG_LWM2M');
    assert.equal(text.slice(assignment.valueRange.start, assignment.valueRange.end), 'is not set');
    for (const comment of ['#CONFIG_LWM2M is not set', '# CONFIG_LWM2M=y', '# CONFIG_LWM2M is not set yet'])
      assert.deepEqual(parseFragment('prj.conf', comment).assignments, []);
  });

  test('keeps its places with every kind of line end and a byte order mark', () => {
    const text = '\uFEFFCONFIG_A=y\r\n\r\n# why\rCONFIG_B=n\nrubbish\n CONFIG_C=y\nCONFIG_D =y';
    const { assignments, unread } = parseFragment('prj.conf', text);
    assert.deepEqual(
      assignments.map(({ range, line }) => [text.slice(range.start, range.end), line]),
      [
        ['CONFIG_A=y', 0],
        ['CONFIG_B=n', 3],
      ],
    );
    assert.deepEqual(
      unread.map(({ range, line }) => [text.slice(range.start, range.end), line]),
      [
        ['rubbish', 4],
        [' CONFIG_C=y', 5],
        ['CONFIG_D =y', 6],
      ],
    );
  });

  test('takes what follows a value as part of it, except after a string or the letter of a tristate', () => {
    assert.deepEqual(only('CONFIG_A=y # on').value, { type: 'tristate', value: 'y' });
    assert.deepEqual(only('CONFIG_A=4 # of 5').value, { type: 'unreadable', text: '4 # of 5' });
    assert.deepEqual(only('CONFIG_A="x" # text').value, { type: 'string', value: 'x' });
    assert.deepEqual(only('CONFIG_A="never closed').value, { type: 'unreadable', text: '"never closed' });
    assert.equal(only(`CONFIG_A=${'9'.repeat(100_000)}`).value.type, 'unreadable');
  });

  test('is read whatever it holds, each line once and in order', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('CONFIG_A=y', '# CONFIG_B is not set', 'CONFIG_C="\\"', 'CONFIG_=', '', '  ', '#'),
      fc
        .tuple(fc.stringMatching(/^[A-Z0-9_]{1,9}$/), fc.string())
        .map(([name, value]) => `CONFIG_${name}=${value}`),
    );
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '')))
      .map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(text, (text) => {
        const { assignments, unread } = parseFragment('prj.conf', text);
        let before = -1;
        const all = [...assignments, ...unread].sort((a, b) => a.line - b.line);
        for (const { range, line } of all) {
          assert.ok(line > before && range.start <= range.end && range.end <= text.length);
          assert.doesNotMatch(text.slice(range.start, range.end), /[\r\n]/);
          before = line;
        }
        for (const { symbol, symbolRange, range, value, valueRange } of assignments) {
          assert.equal(text.slice(symbolRange.start, symbolRange.end), symbol);
          assert.ok(symbolRange.end <= valueRange.start && valueRange.end <= range.end);
          const written = text.slice(valueRange.start, valueRange.end);
          if (written !== 'is not set') assert.deepEqual(readValue(written), value);
        }
      }),
    );
  });

  test('has strings that are read as they were written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.deepEqual(readValue(writeValue(text.replace(/[\r\n]/g, ' '))), {
          type: 'string',
          value: text.replace(/[\r\n]/g, ' '),
        });
      }),
    );
  });
});

describe('a fragment is known by its path alone', () => {
  for (const [path, kind] of [
    ['app/prj.conf', 'prj'],
    ['app/prj_release.conf', 'prj'],
    ['app/boards/nrf9160dk_nrf9160_ns.conf', 'board'],
    ['C:\\app\\boards\\nrf9161dk_nrf9161_ns.conf', 'board'],
    ['app/overlay-avsystem.conf', 'overlay'],
    ['app/overlay.conf', 'overlay'],
    ['file:///app/dtls.overlay.conf', 'overlay'],
    ['app/extra.conf', 'overlay'],
    ['app/sysbuild.conf', 'sysbuild'],
    ['app/sysbuild/mcuboot.conf', 'sysbuild'],
    ['app/build/zephyr/.config', 'generated'],
    ['app/build_9161/app/zephyr/.config', 'generated'],
    ['app/build/zephyr/prj.conf', undefined],
    ['app/notprj.conf', undefined],
    ['app/nginx.conf', undefined],
    ['app/prj.config', undefined],
    ['home/.config', undefined],
    ['', undefined],
  ] as const)
    test(path || 'no path', () => assert.equal(fragmentKind(path), kind));

  test('and matters where it names what LwM2M and updates rest on', () => {
    assert.ok(concerns({ text: 'CONFIG_LWM2M=y' }));
    assert.ok(concerns({ text: 'SB_CONFIG_BOOTLOADER_MCUBOOT=y' }));
    assert.ok(!concerns({ text: 'CONFIG_BT=y\nCONFIG_NETWORKING=y' }));
  });
});
