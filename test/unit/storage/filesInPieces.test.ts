import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { nodeFileReader } from '../../../src/storage/fileReader';
import { fileSink } from '../../../src/storage/fileSink';
import { openFileSource } from '../../../src/storage/fileSource';
import { temporaryFolder } from '../../support/temporaryFolder';

test('a file read in blocks of any size is the file, and the next block is at hand', async (t) => {
  const file = path.join(temporaryFolder(t), 'image');
  const image = randomBytes(200_001);
  writeFileSync(file, image);
  const source = await openFileSource(file);
  t.after(() => source.close());
  assert.equal(source.size, image.length);
  for (const block of [16, 1000, 1024, 70_000]) {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < image.length; at += block)
      parts.push((source.readNow(at, block) ?? (await source.read(at, block))).slice());
    assert.deepEqual(Buffer.concat(parts), image, `blocks of ${block}`);
  }
  await source.read(0, 1);
  assert.deepEqual(source.readNow(1024, 1024), new Uint8Array(image.subarray(1024, 2048)));
  assert.equal((await source.read(image.length, 10)).length, 0);
});

test('a file that becomes shorter while it is read is told, not padded', async (t) => {
  const file = path.join(temporaryFolder(t), 'image');
  writeFileSync(file, randomBytes(300_000));
  const source = await openFileSource(file);
  t.after(() => source.close());
  await source.read(0, 10);
  truncateSync(file, 100_000);
  await assert.rejects(source.read(250_000, 10), (error) => isOperationError(error, 'UNREADABLE'));
});

test('an absent file is unreadable, and a folder is no file', async (t) => {
  const folder = temporaryFolder(t);
  await assert.rejects(openFileSource(path.join(folder, 'no')), (error) =>
    isOperationError(error, 'UNREADABLE'),
  );
  assert.equal(await nodeFileReader.stat(path.join(folder, 'no')), undefined);
  assert.equal((await nodeFileReader.stat(folder))?.kind, 'folder');
  assert.equal((await nodeFileReader.readAll(folder, 10)).ok, false);
});

test('a file appears under its name when it is whole, and not at all when its transfer ends early', async (t) => {
  const folder = temporaryFolder(t);
  const whole = fileSink(path.join(folder, 'whole'));
  await whole.write(Buffer.from('ab'));
  assert.equal(existsSync(path.join(folder, 'whole')), false);
  await whole.write(Buffer.from('c'));
  await whole.close();
  assert.equal(readFileSync(path.join(folder, 'whole'), 'utf8'), 'abc');

  const cut = fileSink(path.join(folder, 'cut'));
  await cut.write(Buffer.from('ab'));
  await cut.abort();
  assert.deepEqual(
    (await nodeFileReader.list(folder)).map(({ name }) => name),
    ['whole'],
  );
});
