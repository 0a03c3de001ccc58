import assert from 'node:assert/strict';
import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isOperationError } from '../../../src/base/errors';
import { imageStaging } from '../../../src/host/staging';
import { fileCopies } from '../../../src/storage/fileCopies';
import { nodeFileReader } from '../../../src/storage/fileReader';
import { ensureFolder } from '../../../src/storage/stateFolder';
import { nodeHash } from '../../../src/transport/nodeHash';
import { bareProgram, factsOf, intelHex, mcubootImage } from '../../support/images';
import { seededRandom } from '../../support/seededRandom';
import { temporaryFolder } from '../../support/temporaryFolder';

function scene(t: TestContext) {
  const folder = temporaryFolder(t);
  const build = ensureFolder(folder, 'build', 'app', 'zephyr');
  const images = ensureFolder(folder, 'state', 'images');
  const staging = () => imageStaging(fileCopies(images), nodeFileReader, nodeHash, seededRandom(1));
  return { build, images, staging: staging(), another: staging };
}

test('a rebuild in the middle changes nothing of what is sent', async (t) => {
  const { build, images, staging } = scene(t);
  const file = path.join(build, 'zephyr.signed.bin');
  const first = mcubootImage({ version: '1.0.0', programSize: 150_000 });
  writeFileSync(file, first);
  const staged = await staging.stage(file);
  writeFileSync(file, mcubootImage({ version: '2.0.0', programSize: 90_000, seed: 2 }));
  assert.deepEqual(staged.facts, await factsOf(first));
  const source = await staged.open();
  assert.deepEqual(Buffer.from(await source.read(0, source.size)), Buffer.from(first));
  await source.close();
  await staged.remove();
  await staged.remove();
  assert.deepEqual(readdirSync(images), []);
});

test('the copy of an earlier process is found again, and told by its bytes where it is damaged', async (t) => {
  const { build, images, staging, another } = scene(t);
  const file = path.join(build, 'zephyr.signed.bin');
  writeFileSync(file, mcubootImage());
  const staged = await staging.stage(file);
  const found = await another().reopen(staged.copy, file);
  assert.deepEqual([found?.file, found?.copy, found?.facts], [file, staged.copy, staged.facts]);
  truncateSync(staged.copy, 1000);
  const damaged = await another().reopen(staged.copy, file);
  assert.deepEqual([damaged?.facts.sendable, damaged?.facts.problems[0]?.code], [false, 'TRUNCATED']);
  await damaged?.remove();
  assert.equal(await another().reopen(staged.copy, file), undefined);
  assert.equal(await another().reopen(file, file), undefined, 'a file elsewhere is no copy');
  assert.deepEqual(readdirSync(images), []);
});

test('a refusal names the image of the same build, by its own path', async (t) => {
  const { build, staging } = scene(t);
  writeFileSync(path.join(build, 'zephyr.signed.bin'), mcubootImage());
  writeFileSync(path.join(build, 'zephyr.bin'), bareProgram());
  const merged = path.join(build, '..', '..', 'merged.hex');
  writeFileSync(merged, intelHex());
  for (const file of [path.join(build, 'zephyr.bin'), path.resolve(merged)]) {
    const { facts, remove } = await staging.stage(file);
    assert.equal(facts.sendable, false);
    assert.equal(facts.problems[0]?.next, `The update image is ${path.join(build, 'zephyr.signed.bin')}.`);
    await remove();
  }
});

test('an absent file is unreadable, and leaves no copy', async (t) => {
  const { build, images, staging } = scene(t);
  await assert.rejects(staging.stage(path.join(build, 'absent')), (error) =>
    isOperationError(error, 'UNREADABLE'),
  );
  assert.deepEqual(readdirSync(images), []);
  writeFileSync(path.join(build, 'x.bin'), mcubootImage());
  const { copy } = await staging.stage(path.join(build, 'x.bin'));
  assert.deepEqual(readFileSync(copy), readFileSync(path.join(build, 'x.bin')));
});
