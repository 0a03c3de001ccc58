import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isRunning, markOf } from '../../../src/storage/processes';
import { RecordFolder } from '../../../src/storage/recordFolder';
import { ChildModule } from '../../support/childModule';
import { temporaryFolder } from '../../support/temporaryFolder';

interface Written {
  readonly n: number;
  readonly events: readonly unknown[];
}

test('a process killed in the middle of writing leaves a whole record, and is known to be gone', async (t) => {
  const folder = temporaryFolder(t);
  const records = new RecordFolder(folder, 'reader', 500);
  const writer = await ChildModule.start('test/unit/storage/recordWriter.ts', [folder]);
  t.after(() => writer.stop());
  const pid = Number(await writer.line());
  let told = -1;
  while (told < 20) told = Number(await writer.line());
  const [alive] = records.list();
  assert.deepEqual([alive?.ownerAlive, alive?.own], [true, false]);
  process.kill(pid, 'SIGKILL');
  await assert.rejects(async () => {
    for (;;) told = Number(await writer.line());
  });
  const [left, ...others] = records.list();
  assert.equal(others.length, 0);
  assert.equal(left?.ownerAlive, false);
  const { n, events } = left?.record as Written;
  // what was told had been written
  assert.ok(n >= told, `${n} < ${told}`);
  assert.equal(events.length, 2000);
});

test('a process is told from another that has its number now, and from one that has ended', async () => {
  assert.equal(isRunning(markOf(process.pid)), true);
  assert.equal(isRunning({ pid: process.pid }), true);
  assert.equal(isRunning({ pid: 0 }), false);
  assert.equal(isRunning({ pid: spawnSync(process.execPath, ['-e', '']).pid }), false);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const mark = markOf(child.pid ?? 0);
  assert.equal(isRunning(mark), true);
  if (mark.started !== undefined) assert.equal(isRunning({ ...mark, started: `${mark.started}0` }), false);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  assert.equal(isRunning(mark), false);
});

test('a record left to others counts as its process having ended', (t) => {
  const folder = temporaryFolder(t);
  const before = new RecordFolder(folder, 'before', 500);
  before.write('1-a', { n: 1 });
  before.write('2-b', { n: 2 });
  before.release('1-a');
  before.release('absent');
  const after = new RecordFolder(folder, 'after', 500);
  after.release('2-b');
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    // as another process would find them
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { readonly pid: number };
    assert.equal(pid, name === '1-a.json' ? 0 : process.pid);
  }
  assert.deepEqual(after.list()[1], { record: { n: 1 }, own: false, ownerAlive: false });
  assert.deepEqual(before.list()[0], { record: { n: 2 }, own: true, ownerAlive: true });
});

test('a record replaced within one tick of the clock is read anew', (t) => {
  const folder = temporaryFolder(t);
  const writer = new RecordFolder(folder, 'writer', 500);
  const reader = new RecordFolder(folder, 'reader', 500);
  const at = new Date(1_700_000_000_000);
  for (let n = 0; n < 10; n++) {
    writer.write('1-a', { n });
    utimesSync(path.join(folder, '1-a.json'), at, at);
    assert.deepEqual(reader.list()[0]?.record, { n });
  }
});

test('strange files in the folder are passed over, and nothing is left behind by writing', (t) => {
  const folder = temporaryFolder(t);
  const records = new RecordFolder(folder, 'one', 500);
  records.write('1-a', { n: 1 });
  for (const [name, text] of [
    ['0.json', ''],
    ['2.json', 'null'],
    ['3.json', '{"pid":"x","instance":"y","record":1}'],
    ['4.json', '[1,2'],
    ['notes.txt', 'hello'],
  ] as const)
    writeFileSync(path.join(folder, name), text);
  assert.deepEqual(
    records.list().map(({ record }) => record),
    [{ n: 1 }],
  );
  assert.equal(readdirSync(folder).filter((name) => name.endsWith('.part')).length, 0);
});

test('beyond the limit the oldest go, but none that a running process still writes', (t) => {
  const folder = temporaryFolder(t);
  const records = new RecordFolder(folder, 'one', 2);
  for (const name of ['1-a', '2-b', '3-c', '4-d', '5-e']) records.write(name, { name });
  for (const name of ['1-a', '3-c', '5-e']) records.release(name);
  records.prune();
  assert.deepEqual(readdirSync(folder).sort(), ['2-b.json', '4-d.json', '5-e.json']);
});

test('halves of files that a killed process left are removed, those of a running one kept', (t) => {
  const folder = temporaryFolder(t);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const name of [`1-a.json.${pid}.part`, `1-a.json.${process.pid}.part`])
    writeFileSync(path.join(folder, name), '{"half');
  new RecordFolder(folder, 'one', 500).prune();
  assert.deepEqual(readdirSync(folder), [`1-a.json.${process.pid}.part`]);
});
