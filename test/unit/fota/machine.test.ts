import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  allowedTogether,
  cellOf,
  judge,
  stateOf,
  type Happening,
  type ServerAction,
} from '../../../src/fota/machine';
import { UpdateStates } from '../../../src/fota/vocabulary';

/** State × event as the specification has it: `x` refused, `.` can't occur, else state/result. */
const table: Record<Happening, string> = {
  package: '1/0|2/0  x        x         x',
  nextBlocks: '.        1/0      .         .',
  reset: '0/0      0/0      0/0       x',
  packageUri: '1/0      x        x         x',
  badUriSyntax: '0/7      0/7      .         .',
  unsupportedScheme: '0/9      0/9      .         .',
  execute: 'x        x        3/0       x',
  deferred: '.        .        2/11      .',
  deferEnded: '.        .        3/0       .',
  automaticUpgrade: '.        2/0      3/0       .',
  cancel: 'x        0/10     0/10      x',
  transferComplete: '.        2/0      .         .',
  noFlash: '.        0/2      .         .',
  noRam: '.        0/3      .         .',
  connectionLost: '.        0/4      .         .',
  integrityBad: '.        0/5      .         .',
  unsupportedPackage: '.        0/6      .         .',
  uriNotFound: '.        0/7      .         .',
  protocolUnsupported: '.        0/9      .         .',
  installed: '.        .        .         0/1',
  installFailed: '.        .        .         0/8|2/8',
  integrityBadAtInstall: '.        .        .         0/5',
  instanceBusy: '.        0/12     .         .',
  dependency: '.        .        2/13      0/13|2/13',
};

describe('every cell of state × event', () => {
  for (const [happening, row] of Object.entries(table) as [Happening, string][])
    for (const [at, cell] of row.split(/\s+/).entries()) {
      const state = UpdateStates[at] ?? 'idle';
      test(`${happening} in ${state}: ${cell}`, () => {
        const found = cellOf(state, happening);
        if (cell === 'x') assert.equal(found, 'refused');
        else if (cell === '.') assert.equal(found, 'impossible');
        else {
          assert.ok(typeof found !== 'string');
          const text = found
            .map((pair) => `${UpdateStates.indexOf(pair.state)}/${pair.updateResult}`)
            .join('|');
          assert.equal(text, cell);
        }
        if (typeof found === 'string') return;
        const server: readonly ServerAction[] = ['package', 'packageUri', 'reset', 'execute', 'cancel'];
        for (const to of found)
          if (to.state !== state || to.updateResult !== 0) {
            const judged = judge({ state, updateResult: 0 }, to, { done: new Set(server), oneBlock: true });
            assert.notEqual(judged.kind, 'illegal');
            assert.ok(judged.happenings.length > 0);
          }
      });
    }
});

const judged = (from: string, to: string, done: readonly ServerAction[] = [], restarted = false) => {
  const pair = (text: string) => {
    const [state, result] = text.split('/').map(Number);
    return { state: UpdateStates[state ?? 0] ?? ('idle' as const), updateResult: result ?? 0 };
  };
  return judge(pair(from), pair(to), { done: new Set(done), restarted });
};

describe('a change that was seen', () => {
  test('is named by what explains it', () => {
    assert.deepEqual(judged('1/0', '0/5'), { kind: 'legal', happenings: ['integrityBad'] });
    assert.deepEqual(judged('3/0', '0/1'), { kind: 'legal', happenings: ['installed'] });
    assert.deepEqual(judged('2/0', '0/10', ['cancel']), { kind: 'legal', happenings: ['cancel'] });
  });
  test('over unseen states is legal, and tells which', () => {
    const jump = judged('0/0', '3/0', ['package', 'execute']);
    assert.equal(jump.kind, 'skipped');
    assert.match(jump.note ?? '', /Downloaded not seen/);
    assert.equal(judged('2/0', '0/1', ['execute']).kind, 'skipped');
    assert.match(judged('0/8', '2/0', ['package']).note ?? '', /Downloading not seen/);
  });
  test('to success without an installation is told in words', () => {
    assert.match(judged('1/0', '0/1', ['package']).note ?? '', /without Updating/);
    assert.equal(judged('1/0', '0/1', ['package']).kind, 'illegal');
    assert.equal(judged('1/0', '2/1', ['package']).kind, 'illegal');
  });
  test('to Updating before Execute may only be an automatic upgrade', () => {
    assert.deepEqual(judged('2/0', '3/0').happenings, ['automaticUpgrade']);
    assert.match(judged('0/0', '3/0').note ?? '', /before Update was executed/);
  });
  test('to the initial state after a restart is no break of the rules', () => {
    assert.equal(judged('3/0', '0/0', ['execute'], true).kind, 'skipped');
    assert.equal(judged('3/0', '0/0', ['execute'], false).kind, 'illegal');
  });
  test('with a number of its own says so', () => {
    assert.match(judged('1/0', '0/77').note ?? '', /77 is not in the specification/);
  });
  test('back to Downloading from Downloaded is illegal', () => {
    assert.equal(judged('2/0', '1/0', ['package']).kind, 'illegal');
  });
});

test('a state may only stand beside the results of the figure', () => {
  assert.equal(allowedTogether({ state: 'updating', updateResult: 1 }), false);
  assert.equal(allowedTogether({ state: 'downloaded', updateResult: 1 }), false);
  assert.equal(allowedTogether({ state: 'downloaded', updateResult: 8 }), true);
  assert.equal(allowedTogether({ state: 'idle', updateResult: 5 }), true);
});

test('raw states by profile', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, -1].map((raw) => stateOf(raw, 'standard')),
    ['idle', 'downloading', 'downloaded', 'updating', undefined, undefined],
  );
  assert.deepEqual(
    [0, 1, 2, 3].map((raw) => stateOf(raw, 'legacy')),
    ['idle', 'idle', 'downloading', 'downloaded'],
  );
});
