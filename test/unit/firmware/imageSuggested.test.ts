import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggestUpdateImage } from '../../../src/firmware/suggest';
import { bareProgram, dfuPackage, elf, espImage, intelHex, mcubootImage } from '../../support/images';
import { MemoryFiles } from './memoryFiles';

test('with sysbuild every wrong file leads to the image of the application', async () => {
  const files = new MemoryFiles().add({
    '/w/build/domains.yaml': 'default: app\n',
    '/w/build/merged.hex': intelHex(),
    '/w/build/dfu_application.zip': dfuPackage(),
    '/w/build/app/zephyr/zephyr.signed.bin': mcubootImage(),
    '/w/build/ipc_radio/zephyr/zephyr.bin': bareProgram(),
    '/w/build/mcuboot/zephyr/zephyr.bin': bareProgram(),
    // signed for a bootloader below it: still not what the device's application fetches
    '/w/build/mcuboot/zephyr/zephyr.signed.bin': mcubootImage(),
  });
  for (const wrong of [
    'merged.hex',
    'dfu_application.zip',
    'app/zephyr/zephyr.bin',
    'app/zephyr/zephyr.elf',
    'app/zephyr/zephyr.signed.hex',
    'ipc_radio/zephyr/zephyr.bin',
    'mcuboot/zephyr/zephyr.bin',
  ])
    assert.equal(
      await suggestUpdateImage(files, `/w/build/${wrong}`),
      '/w/build/app/zephyr/zephyr.signed.bin',
      wrong,
    );
  assert.equal(await suggestUpdateImage(files, '/w/build/app/zephyr/zephyr.signed.bin'), undefined);
});

test('without sysbuild it is app_update.bin', async () => {
  const files = new MemoryFiles().add({
    '/w/build/zephyr/app_update.bin': mcubootImage(),
    '/w/build/zephyr/merged.hex': intelHex(),
  });
  for (const wrong of ['zephyr/merged.hex', 'zephyr/dfu_application.zip', 'mcuboot/zephyr/zephyr.hex'])
    assert.equal(await suggestUpdateImage(files, `/w/build/${wrong}`), '/w/build/zephyr/app_update.bin');
});

test('of ESP-IDF it is what the description names', async () => {
  const files = new MemoryFiles().add({
    '/w/build/project_description.json': '{"app_bin":"thing.bin"}',
    '/w/build/thing.bin': espImage({ version: '1' }),
    '/w/build/thing.elf': elf(),
  });
  for (const wrong of ['thing.elf', 'bootloader/bootloader.elf', 'partition_table/partition-table.bin'])
    assert.equal(await suggestUpdateImage(files, `/w/build/${wrong}`), '/w/build/thing.bin');
});

test('a file in no build leads nowhere, and so does a build without an image', async () => {
  const files = new MemoryFiles().add({
    '/home/me/other.elf': elf(),
    '/home/me/project/zephyr/zephyr.signed.bin': mcubootImage(),
    '/w/build/zephyr/zephyr.bin': bareProgram(),
    '/w/build/merged.hex': intelHex(),
  });
  assert.equal(await suggestUpdateImage(files, '/home/me/other.elf'), undefined);
  assert.equal(await suggestUpdateImage(files, '/w/build/merged.hex'), undefined);
  assert.equal(await suggestUpdateImage(files, 'merged.hex'), undefined);
  assert.equal(await suggestUpdateImage(files, '/merged.hex'), undefined);
});

test('what only has the name of an image, or can not be read, is not suggested', async () => {
  const files = new MemoryFiles().add({
    '/w/build/zephyr/zephyr.signed.bin': intelHex(),
    '/w/build/zephyr/app_update.bin': mcubootImage(),
  });
  assert.equal(await suggestUpdateImage(files, '/w/build/merged.hex'), '/w/build/zephyr/app_update.bin');
  files.forbidden.add('/w/build/zephyr/app_update.bin');
  assert.equal(await suggestUpdateImage(files, '/w/build/merged.hex'), undefined);
});
