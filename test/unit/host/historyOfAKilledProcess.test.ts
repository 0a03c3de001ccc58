import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { NO_LOG } from '../../../src/base/log';
import type { RunRecord } from '../../../src/fota/run';
import { runHistory } from '../../../src/host/history';
import { RecordFolder } from '../../../src/storage/recordFolder';
import { temporaryFolder } from '../../support/temporaryFolder';

const run = (id: string, startedAt: number, more: Partial<RunRecord> = {}): RunRecord => ({
  id,
  endpointName: 'dev1',
  startedAt,
  file: '/build/zephyr.signed.bin',
  image: { kind: 'mcuboot', size: 3, sha256: '00', sendable: true, problems: [] },
  phase: 'transferring',
  events: [],
  bytes: 0,
  ...more,
});

/** Makes a record look as if a process that has ended wrote it. */
function orphan(folder: string): void {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const envelope = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...envelope, pid, instance: 'another' }));
  }
}

test('a run whose process was killed stands as interrupted; one that ended does not', (t) => {
  const folder = temporaryFolder(t);
  const written = runHistory(new RecordFolder(folder, 'first', 500), NO_LOG);
  written.write(run('a', 1000));
  written.write(
    run('b', 2000, {
      phase: 'ended',
      end: {
        outcome: 'succeeded',
        updateResult: 1,
        resultName: 'updated successfully',
        versionAfter: '2',
        stateAfter: 'idle',
        durationMs: 5,
      },
    }),
  );
  assert.deepEqual(
    written.list().map(({ id, interrupted }) => [id, interrupted]),
    [
      ['b', undefined],
      ['a', undefined],
    ],
  );
  orphan(folder);
  const after = runHistory(new RecordFolder(folder, 'second', 500), NO_LOG);
  assert.deepEqual(
    after.list().map(({ id, interrupted }) => [id, interrupted]),
    [
      ['b', undefined],
      ['a', true],
    ],
  );
});

test('another process that still runs keeps its run; both see both', (t) => {
  const folder = temporaryFolder(t);
  const mine = runHistory(new RecordFolder(folder, 'mine', 500), NO_LOG);
  const theirs = runHistory(new RecordFolder(folder, 'theirs', 500), NO_LOG);
  mine.write(run('a', 1000));
  theirs.write(run('b', 2000));
  mine.write(run('a', 1000, { bytes: 7 }));
  assert.deepEqual(
    theirs.list().map(({ id, bytes }) => [id, bytes]),
    [
      ['b', 0],
      ['a', 7],
    ],
  );
});

test('what is no record is passed over, and the oldest go beyond the limit', (t) => {
  const folder = temporaryFolder(t);
  const before = new RecordFolder(folder, 'first', 2);
  for (let n = 0; n < 4; n++) runHistory(before, NO_LOG).write(run(`r${n}`, n));
  orphan(folder);
  writeFileSync(path.join(folder, 'zzz.json'), '{"half');
  before.prune();
  assert.deepEqual(
    runHistory(new RecordFolder(folder, 'second', 2), NO_LOG)
      .list()
      .map(({ id }) => id),
    ['r3'],
  );
});

test('a host that closes leaves its runs to the next at once, and only those under way', (t) => {
  const folder = temporaryFolder(t);
  const closing = runHistory(new RecordFolder(folder, 'closing', 500), NO_LOG);
  closing.write(run('a', 1000));
  closing.write(run('b', 2000));
  closing.write(run('b', 2000, { phase: 'ended' }));
  closing.release();
  const pids = readdirSync(folder)
    .sort()
    .map(
      (name) => (JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as { readonly pid: number }).pid,
    );
  assert.deepEqual(pids, [0, process.pid]);
  const next = runHistory(new RecordFolder(folder, 'next', 500), NO_LOG);
  assert.deepEqual(
    next.list().map(({ id, interrupted }) => [id, interrupted]),
    [
      ['b', undefined],
      ['a', true],
    ],
  );
});
