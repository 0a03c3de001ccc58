import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { millis } from '../../../src/base/clock';
import { isOperationError } from '../../../src/base/errors';
import { secretFile } from '../../../src/storage/secretFile';
import { temporaryFolder } from '../../support/temporaryFolder';

const modes = process.platform !== 'win32';

test('a secret is kept whole, for this user alone, and goes when it is taken away', async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'new', 'credentials.json');
  const secret = secretFile(file);
  assert.equal(await secret.read(), undefined);
  await secret.change(() => 'one');
  await secret.change((text) => `${text} two`);
  assert.equal(await secret.read(), 'one two');
  assert.equal(readFileSync(file, 'utf8'), 'one two');
  if (modes) assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(path.dirname(file)), ['credentials.json']);
  await secret.change(() => undefined);
  assert.ok(!existsSync(file));
});

test('a file that others can read is refused with the command that mends it', async (t) => {
  if (!modes) return assert.equal(process.platform, 'win32');
  const file = path.join(temporaryFolder(t), "it's mine.json");
  writeFileSync(file, 'secret', { mode: 0o600 });
  const secret = secretFile(file);
  for (const mode of [0o640, 0o604, 0o620, 0o644]) {
    chmodSync(file, mode);
    for (const act of [() => secret.read(), () => secret.change(() => 'changed')])
      await assert.rejects(act, (error) => {
        assert.ok(isOperationError(error, 'SECRET_OPEN_TO_OTHERS'));
        assert.doesNotMatch(error.message, /secret/);
        const command = /`(chmod .*)`/.exec(error.next ?? '')?.[1] ?? '';
        assert.equal(spawnSync('sh', ['-c', command]).status, 0, command);
        assert.equal(statSync(file).mode & 0o777, 0o600);
        chmodSync(file, mode);
        return true;
      });
  }
  assert.equal(readFileSync(file, 'utf8'), 'secret');
});

test('what can not be read or written is said so, and nothing is left behind', async (t) => {
  const folder = temporaryFolder(t);
  const taken = path.join(folder, 'taken');
  mkdirSync(taken, { mode: 0o700 });
  await assert.rejects(secretFile(taken).read(), (error) => isOperationError(error, 'SECRET_UNREADABLE'));
  await assert.rejects(
    secretFile(path.join(folder, 'long')).change(() => {
      throw new Error('not now');
    }),
    /not now/,
  );
  const long = path.join(folder, 'long');
  writeFileSync(long, Buffer.alloc(17 * 1024 * 1024), { mode: 0o600 });
  await assert.rejects(secretFile(long).read(), (error) => isOperationError(error, 'SECRET_UNREADABLE'));
  assert.deepEqual(readdirSync(folder).sort(), ['long', 'taken']);
});

test('changes by several hands at once all count', async (t) => {
  const file = path.join(temporaryFolder(t), 'credentials.json');
  const hands = [secretFile(file), secretFile(file), secretFile(file)];
  await Promise.all(
    Array.from({ length: 30 }, (_, i) => hands[i % 3]?.change((text) => `${text ?? ''}${i};`)),
  );
  const written = (await secretFile(file).read())?.split(';').filter((one) => one !== '') ?? [];
  assert.equal(new Set(written).size, 30);
});

test('a lock whose holder has ended counts for nothing, one that is held is waited for', async (t) => {
  const file = path.join(temporaryFolder(t), 'credentials.json');
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  writeFileSync(`${file}.lock`, String(ended));
  await secretFile(file).change(() => 'taken up');
  assert.equal(readFileSync(file, 'utf8'), 'taken up');
  writeFileSync(`${file}.lock`, String(process.pid));
  await assert.rejects(
    secretFile(file).change(() => 'late'),
    (error) => isOperationError(error, 'SECRET_BUSY') && (error.next ?? '').includes('.lock'),
  );
});

test('a change by another process is told to whoever wants to know', async (t) => {
  const file = path.join(temporaryFolder(t), 'credentials.json');
  const another = secretFile(file);
  const secret = secretFile(file, millis(10));
  let changes = 0;
  let last = Promise.resolve();
  const told = new Promise<void>((resolve) => {
    const subscription = secret.onChange(() => {
      subscription.dispose();
      resolve();
    });
  });
  // The watch may begin after the first of them, and keeps no process alive.
  const changing = setInterval(() => {
    last = another.change(() => `change ${changes++}`);
  }, 30);
  await told;
  clearInterval(changing);
  await last;
  assert.match((await secret.read()) ?? '', /^change \d+$/);
});
