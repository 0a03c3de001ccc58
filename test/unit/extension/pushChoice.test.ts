import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildRow, sameVersion, type FoundBuild } from '../../../src/extension/model/buildRows';
import { finishedSince } from '../../../src/extension/model/finishedBuilds';
import { choosePush } from '../../../src/extension/model/pushChoice';
import { device, image } from './support';

const build = (name: string, more: Partial<FoundBuild> = {}): FoundBuild => ({
  file: `/work/build/${name}/zephyr/zephyr.signed.bin`,
  name,
  shownPath: `build/${name}/zephyr/zephyr.signed.bin`,
  modified: 100_000,
  size: 253_952,
  facts: image(),
  ...more,
});
const merged = build('merged', { notForTheAir: 'merged.hex is for a programmer' });

describe('a build that ended', () => {
  const names = (all: readonly FoundBuild[]) => all.map(({ name }) => name);
  const other = { facts: image({ sha256: 'ff'.repeat(32) }) };

  test('is new since the last look, or has other bytes than before', () => {
    const before = [build('app'), build('net')];
    const now = [build('app', { modified: 200_500, ...other }), build('net', { modified: 200_500 })];
    assert.deepEqual(names(finishedSince(200_000, before, now)), ['app']);
    assert.deepEqual(names(finishedSince(200_000, before, [build('new', { modified: 200_001 })])), ['new']);
  });

  test('is not an old file that came into sight with its folder', () => {
    assert.deepEqual(finishedSince(200_000, [build('app')], [build('app'), build('of last year')]), []);
  });
});

describe('Push Build to Device', () => {
  test('one device and one build that can be pushed: no question', () => {
    const choice = choosePush([device('a')], [merged, build('app')], {}, undefined);
    assert.deepEqual(choice, { kind: 'go', endpoint: 'a', file: build('app').file });
  });

  test('two devices are asked about, the one pushed to last first; never guessed between', () => {
    const last = { endpoint: 'b', file: 'x' };
    const choice = choosePush([device('a', { lastSeen: 9 }), device('b')], [build('app')], {}, last);
    assert.equal(choice.kind, 'ask');
    assert.deepEqual(choice.kind === 'ask' && choice.devices.map(({ endpoint }) => endpoint), ['b', 'a']);
  });

  test('two builds: the newest first', () => {
    const choice = choosePush(
      [device('a')],
      [build('old', { modified: 1 }), build('new', { modified: 2 })],
      {},
      undefined,
    );
    assert.deepEqual(choice.kind === 'ask' && choice.builds.map(({ name }) => name), ['new', 'old']);
  });

  test('a device that was pointed at and is gone is not replaced by another', () => {
    assert.equal(choosePush([device('a')], [build('app')], { endpoint: 'b' }, undefined).kind, 'noDevice');
  });

  test('a file that was pointed at goes to the only device, whatever was built', () => {
    assert.deepEqual(choosePush([device('a')], [], { file: '/f.bin' }, undefined), {
      kind: 'go',
      endpoint: 'a',
      file: '/f.bin',
    });
  });

  test('nothing that can be pushed: what was found is told with its reason', () => {
    const choice = choosePush([device('a')], [merged], {}, undefined);
    assert.deepEqual(choice, { kind: 'noBuild', refused: [merged] });
  });
});

describe('a row of BUILDS', () => {
  test('version, size, age; the same version as a device is a mark', () => {
    const row = buildRow(build('app'), [], 112_000);
    assert.equal(row.description, '1.5.0+2 · 248 KiB · 12 s ago');
    assert.equal(row.context, 'build');
    assert.equal(
      buildRow(build('app'), ['1.5.0+2'], 112_000).description,
      '1.5.0+2 · ⚠ same version as the device · 248 KiB · 12 s ago',
    );
  });

  test('not for the air: says why, and no menu pushes it', () => {
    const row = buildRow(merged, [], 112_000);
    assert.equal(row.description, 'merged.hex is for a programmer');
    assert.notEqual(row.context, 'build');
  });

  test('a build number of 0 may be left out of a version', () => {
    assert.ok(sameVersion('1.5.0', '1.5.0+0'));
    assert.ok(sameVersion('v1.5.0+2', '1.5.0+2'));
    assert.ok(!sameVersion('1.5.0', '1.5.0+2'));
  });
});
