import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { fileCopies } from '../../../src/storage/fileCopies';
import { readJsonFile, writeJsonFile } from '../../../src/storage/jsonFile';
import { defaultStateFolder, ensureFolder } from '../../../src/storage/stateFolder';
import { temporaryFolder } from '../../support/temporaryFolder';

test('the state folder is where the environment says, unless that is empty or relative', () => {
  assert.equal(defaultStateFolder({ LWM2M_WORKBENCH_STATE: '/else/where' }), path.resolve('/else/where'));
  const usual = defaultStateFolder({});
  assert.ok(path.isAbsolute(usual) && usual.startsWith(os.homedir()), usual);
  const variable = process.platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_STATE_HOME';
  for (const value of ['', 'relative/folder']) assert.equal(defaultStateFolder({ [variable]: value }), usual);
  if (process.platform !== 'darwin')
    assert.equal(
      defaultStateFolder({ [variable]: path.resolve('/st') }),
      path.resolve('/st', 'lwm2m-workbench'),
    );
});

test('a folder is made for this user alone, with what is above it', (t) => {
  const folder = ensureFolder(temporaryFolder(t), 'a', 'b');
  assert.ok(statSync(folder).isDirectory());
  if (process.platform !== 'win32') assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(ensureFolder(folder), folder);
});

test('a folder that can not be made says what to do', (t) => {
  const file = path.join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  assert.throws(
    () => ensureFolder(file, 'below'),
    (error) => isOperationError(error, 'STATE_FOLDER') && error.next !== undefined,
  );
});

test('a JSON file is replaced whole, for this user alone; one that is absent or damaged says nothing', (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'registrations.json');
  assert.equal(readJsonFile(file), undefined);
  writeJsonFile(file, [1]);
  writeJsonFile(file, { a: 'ü' });
  assert.deepEqual(readJsonFile(file), { a: 'ü' });
  assert.deepEqual(readdirSync(folder), ['registrations.json']);
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(file, '{"a":');
  assert.equal(readJsonFile(file), undefined);
  assert.throws(
    () => writeJsonFile(path.join(folder, 'absent', 'x.json'), 1),
    (error) => isOperationError(error, 'STATE_FOLDER'),
  );
});

test('a copy is what the file was, whatever becomes of the file', async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'zephyr.signed.bin');
  const images = ensureFolder(folder, 'images');
  const copies = fileCopies(images);
  writeFileSync(file, 'first');
  const copy = await copies.copy(file, '1.image');
  writeFileSync(file, 'second build');
  assert.equal(readFileSync(copy, 'utf8'), 'first');
  assert.equal(await copies.has(copy), true);
  await copies.remove(copy);
  await copies.remove(copy);
  assert.equal(await copies.has(copy), false);
  assert.equal(await copies.has(file), false, 'a file elsewhere is no copy');
});

test('what can not be copied is unreadable, or has no room, and leaves nothing', async (t) => {
  const folder = temporaryFolder(t);
  const images = ensureFolder(folder, 'images');
  const copies = fileCopies(images);
  await assert.rejects(copies.copy(path.join(folder, 'absent'), '1.image'), (error) =>
    isOperationError(error, 'UNREADABLE'),
  );
  await assert.rejects(copies.copy(images, '1.image'), (error) => isOperationError(error, 'UNREADABLE'));
  const file = path.join(folder, 'file');
  writeFileSync(file, 'bytes');
  mkdirSync(path.join(images, '2.image'));
  await assert.rejects(
    fileCopies(path.join(folder, 'gone')).copy(file, '1.image'),
    (error) => isOperationError(error, 'STATE_FOLDER') && error.next !== undefined,
  );
  assert.deepEqual(readdirSync(images), ['2.image']);
});

test('copies that a killed process left long ago are swept, newer ones kept', async (t) => {
  const folder = temporaryFolder(t);
  const copies = fileCopies(folder);
  const now = Date.now();
  for (const [name, days] of [
    ['old', 8],
    ['newer', 6],
  ] as const) {
    const file = path.join(folder, name);
    writeFileSync(file, '');
    const at = new Date(now - days * 24 * 3600 * 1000);
    utimesSync(file, at, at);
  }
  await copies.sweep(now);
  assert.deepEqual(
    [existsSync(path.join(folder, 'old')), existsSync(path.join(folder, 'newer'))],
    [false, true],
  );
});
