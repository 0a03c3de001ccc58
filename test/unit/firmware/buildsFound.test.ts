import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BuildCache, findBuilds } from '../../../src/firmware/builds';
import { nodeHash } from '../../../src/transport/nodeHash';
import { bareProgram, dfuPackage, elf, espImage, intelHex, mcubootImage } from '../../support/images';
import { MemoryFiles } from './memoryFiles';

const found = async (files: MemoryFiles, folder = '/w', cache?: BuildCache) =>
  findBuilds(files, folder, nodeHash, cache);

/** File, application, and whether it would be sent, would not, or can't. */
const rows = async (files: MemoryFiles, folder = '/w') =>
  (await found(files, folder)).map(({ file, app, chosen, facts, notForTheAir }) => {
    assert.equal(facts.sendable, notForTheAir === undefined, file);
    return [file, app, chosen ? 'chosen' : facts.sendable ? 'sendable' : 'not for the air'];
  });

const sysbuild = (build: string, app = 'app', modified = 1000, version = '1.0.0') =>
  new MemoryFiles().add(
    {
      [`${build}/domains.yaml`]: `default: ${app}\nbuild_dir: ${build}\ndomains:\n  - name: ${app}\n`,
      [`${build}/build_info.yml`]: 'cmake:\n',
      [`${build}/CMakeCache.txt`]: '',
      [`${build}/zephyr/.config`]: 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n',
      [`${build}/merged.hex`]: intelHex(),
      [`${build}/dfu_application.zip`]: dfuPackage(),
      [`${build}/${app}/CMakeCache.txt`]: '',
      [`${build}/${app}/zephyr/zephyr.signed.bin`]: mcubootImage({ version }),
      [`${build}/${app}/zephyr/zephyr.signed.hex`]: intelHex(),
      [`${build}/${app}/zephyr/zephyr.bin`]: bareProgram(),
      [`${build}/${app}/zephyr/zephyr.elf`]: elf(),
      [`${build}/mcuboot/zephyr/zephyr.bin`]: bareProgram(),
    },
    modified,
  );

describe('a build with sysbuild', () => {
  test("gives the application's image, and says of the others what they are for", async () => {
    const builds = await found(sysbuild('/w/build'));
    assert.deepEqual(
      builds.map(({ file, app, chosen, notForTheAir }) => [file, app, chosen, notForTheAir]),
      [
        ['/w/build/app/zephyr/zephyr.signed.bin', 'app', true, undefined],
        [
          '/w/build/dfu_application.zip',
          'app',
          false,
          'dfu_application.zip is a package for a programmer or a phone; the update image is /w/build/app/zephyr/zephyr.signed.bin',
        ],
        [
          '/w/build/mcuboot/zephyr/zephyr.bin',
          'mcuboot',
          false,
          'zephyr.bin is the bootloader itself, which only a programmer writes; the update image is /w/build/app/zephyr/zephyr.signed.bin',
        ],
        [
          '/w/build/merged.hex',
          'app',
          false,
          'merged.hex is for a programmer; the update image is /w/build/app/zephyr/zephyr.signed.bin',
        ],
      ],
    );
    for (const { build, modified } of builds) assert.deepEqual([build, modified], ['/w/build', 1000]);
    const [image, , , merged] = builds;
    assert.deepEqual([image?.facts.version, image?.facts.kind], ['1.0.0', 'mcuboot']);
    assert.deepEqual(merged?.facts.problems, [
      {
        code: 'NOT_FOR_THE_AIR',
        message: 'merged.hex is for a programmer',
        next: 'The update image is /w/build/app/zephyr/zephyr.signed.bin.',
      },
    ]);
  });

  test("chooses the application's image though the network core's is newer", async () => {
    const files = sysbuild('/w/build')
      .add({ '/w/build/ipc_radio/zephyr/zephyr.signed.bin': mcubootImage({ seed: 2 }) }, 2000)
      .add({ '/w/build/signed_by_mcuboot_and_b0_ipc_radio.bin': mcubootImage({ seed: 3 }) }, 3000);
    assert.deepEqual((await rows(files)).slice(0, 3), [
      ['/w/build/signed_by_mcuboot_and_b0_ipc_radio.bin', 'ipc_radio', 'sendable'],
      ['/w/build/ipc_radio/zephyr/zephyr.signed.bin', 'ipc_radio', 'sendable'],
      ['/w/build/app/zephyr/zephyr.signed.bin', 'app', 'chosen'],
    ]);
  });

  test('knows a program of another name', async () => {
    const files = new MemoryFiles().add({
      '/w/build/domains.yaml': 'default: "thing"\n',
      '/w/build/thing/zephyr/firmware.signed.bin': mcubootImage(),
      '/w/build/mcuboot/zephyr/.config': 'CONFIG_KERNEL_BIN_NAME="boot"\n',
      '/w/build/mcuboot/zephyr/boot.bin': bareProgram(),
    });
    assert.deepEqual(await rows(files), [
      ['/w/build/thing/zephyr/firmware.signed.bin', 'thing', 'chosen'],
      ['/w/build/mcuboot/zephyr/boot.bin', 'mcuboot', 'not for the air'],
    ]);
  });
});

describe('a build without sysbuild', () => {
  test('of NCS gives app_update.bin once, though zephyr.signed.bin is the same', async () => {
    const image = mcubootImage();
    const files = new MemoryFiles().add({
      '/w/thing/build/CMakeCache.txt': '',
      '/w/thing/build/zephyr/app_update.bin': image,
      '/w/thing/build/zephyr/zephyr.signed.bin': image,
      '/w/thing/build/zephyr/merged.hex': intelHex(),
      '/w/thing/build/zephyr/net_core_app_update.bin': mcubootImage({ seed: 9 }),
      '/w/thing/build/zephyr/zephyr.bin': bareProgram(),
      '/w/thing/build/mcuboot/zephyr/zephyr.bin': bareProgram(),
    });
    assert.deepEqual(await rows(files), [
      ['/w/thing/build/zephyr/app_update.bin', 'thing', 'chosen'],
      ['/w/thing/build/zephyr/net_core_app_update.bin', 'net core', 'sendable'],
      ['/w/thing/build/mcuboot/zephyr/zephyr.bin', 'mcuboot', 'not for the air'],
      ['/w/thing/build/zephyr/merged.hex', 'thing', 'not for the air'],
    ]);
  });

  test('and without MCUboot lists the program, and says what to build', async () => {
    const files = new MemoryFiles().add({
      '/w/build/zephyr/zephyr.bin': bareProgram(),
      '/w/build/zephyr/zephyr.elf': elf(),
    });
    const [only, ...others] = await found(files);
    assert.equal(others.length, 0);
    assert.deepEqual(
      [only?.app, only?.chosen, only?.notForTheAir],
      ['w', false, 'zephyr.bin is not signed, and the build has no signed image'],
    );
    assert.match(only?.facts.problems[0]?.next ?? '', /CONFIG_BOOTLOADER_MCUBOOT=y/);
  });

  test('whose image is cut off says so and chooses nothing', async () => {
    const files = new MemoryFiles().add({
      '/w/build/zephyr/zephyr.signed.bin': mcubootImage().subarray(0, 3000),
    });
    const [only] = await found(files);
    assert.deepEqual(
      [only?.chosen, only?.facts.problems[0]?.code, only?.facts.version],
      [false, 'TRUNCATED', '1.5.0+2'],
    );
    assert.match(only?.notForTheAir ?? '', /bytes before the program does/);
  });
});

describe('a build of ESP-IDF', () => {
  const build = (description: string) =>
    new MemoryFiles().add({
      '/w/build/project_description.json': description,
      '/w/build/thermometer.bin': espImage({ version: 'v2.1' }),
      '/w/build/thermometer.elf': elf(),
      '/w/build/bootloader/bootloader.bin': espImage(),
      '/w/secret.bin': espImage({ version: 'v9' }),
    });
  const expected = [
    ['/w/build/thermometer.bin', 'thermometer', 'chosen'],
    ['/w/build/bootloader/bootloader.bin', 'bootloader', 'not for the air'],
  ];

  test('is told by its description', async () => {
    assert.deepEqual(
      (
        await rows(
          build(
            '{"version":"1.2","project_name":"thermometer","app_bin":"thermometer.bin","target":"esp32c3"}',
          ),
        )
      ).sort(),
      [...expected].sort(),
    );
  });

  test('whose description is being written is still told', async () => {
    assert.deepEqual(
      (await rows(build('{"project_name": "thermometer", "app_bin": "thermometer.bin", "tar'))).sort(),
      [...expected].sort(),
    );
  });

  for (const [what, description] of [
    ['names a file outside', '{"app_bin":"../secret.bin"}'],
    ['is no object', '[1, null]'],
    ['names no text', '{"app_bin":{"a":1}}'],
    ['is null', 'null'],
    ['is no JSON', '\u0000\u0001'],
  ] as const)
    test(`whose description ${what} gives nothing`, async () => {
      assert.deepEqual(await rows(build(description)), []);
    });
});

describe('where builds are looked for', () => {
  const image = mcubootImage();

  test('in the folder and two levels below, under every name that begins with build, and in the build itself', async () => {
    const files = new MemoryFiles().add({
      '/w/build/zephyr/zephyr.signed.bin': image,
      '/w/build_9160/zephyr/zephyr.signed.bin': image,
      '/w/a/build/zephyr/zephyr.signed.bin': image,
      '/w/a/b/build-release/zephyr/zephyr.signed.bin': image,
      '/w/a/b/c/build/zephyr/zephyr.signed.bin': image,
      '/w/out/build_info.yml': '',
      '/w/out/app/zephyr/zephyr.signed.bin': image,
      '/w/other/zephyr/zephyr.signed.bin': image,
      '/w/node_modules/x/build/zephyr/zephyr.signed.bin': image,
      '/w/.git/build/zephyr/zephyr.signed.bin': image,
    });
    assert.deepEqual(
      (await rows(files)).map(([file]) => file),
      [
        '/w/a/b/build-release/zephyr/zephyr.signed.bin',
        '/w/a/build/zephyr/zephyr.signed.bin',
        '/w/build/zephyr/zephyr.signed.bin',
        '/w/build_9160/zephyr/zephyr.signed.bin',
        '/w/out/app/zephyr/zephyr.signed.bin',
      ],
    );
    assert.deepEqual(
      (await rows(files, '/w/build')).map(([file]) => file),
      ['/w/build/zephyr/zephyr.signed.bin'],
    );
  });

  test('in build/<board>/<app>, as west can be told to build', async () => {
    const files = sysbuild('/w/build/thingy91/my_app', 'my_app');
    assert.equal((await rows(files))[0]?.[0], '/w/build/thingy91/my_app/my_app/zephyr/zephyr.signed.bin');
  });

  test('not without end', async () => {
    const files = new MemoryFiles();
    const many: Record<string, string> = {};
    for (let i = 0; i < 1500; i++) many[`/w/${i}/x/file`] = '';
    await found(files.add(many));
    assert.ok(files.lists <= 1001, `${files.lists} folders listed`);
  });

  test('a folder without builds, or none, gives none', async () => {
    assert.deepEqual(await rows(new MemoryFiles().add({ '/w/a/b/c.txt': '' })), []);
    assert.deepEqual(await rows(new MemoryFiles()), []);
  });
});

test('of several builds the newest is chosen, and all are newest first', async () => {
  const files = sysbuild('/w/old', 'app', 1000)
    .add({ '/w/build/zephyr/zephyr.signed.bin': mcubootImage({ version: '2.0.0' }) }, 3000)
    .add({ '/w/build2/zephyr/zephyr.signed.bin': mcubootImage({ version: '3.0.0' }) }, 2000)
    .add({ '/w/build/zephyr/merged.hex': intelHex() }, 4000);
  const all = await found(files);
  assert.deepEqual(
    all.map(({ modified }) => modified),
    [4000, 3000, 2000, 1000, 1000, 1000, 1000],
  );
  assert.deepEqual(
    all.filter(({ chosen }) => chosen).map(({ facts }) => facts.version),
    ['2.0.0'],
  );
});

test('a file that vanishes during a build is left out, one that is forbidden is told', async () => {
  const files = sysbuild('/w/build');
  files.forbidden.add('/w/build/app/zephyr/zephyr.signed.bin');
  const [forbidden] = (await found(files)).filter(({ file }) => file.endsWith('signed.bin'));
  assert.deepEqual([forbidden?.facts.problems[0]?.code, forbidden?.facts.sendable], ['UNREADABLE', false]);

  const vanishing = sysbuild('/w/build');
  const open = vanishing.open.bind(vanishing);
  vanishing.open = (file) => {
    if (file.endsWith('signed.bin')) vanishing.remove(file);
    return open(file);
  };
  assert.ok((await found(vanishing)).every(({ file }) => !file.endsWith('signed.bin')));
});

test('what was read before is read again only when its size or time changed', async () => {
  const cache = new BuildCache();
  const files = sysbuild('/w/build');
  const first = await found(files, '/w', cache);
  assert.equal(files.opened.length, 4);
  assert.deepEqual(await found(files, '/w', cache), first);
  assert.equal(files.opened.length, 4);
  files.add({ '/w/build/app/zephyr/zephyr.signed.bin': mcubootImage({ version: '1.0.1' }) }, 1001);
  const again = await found(files, '/w', cache);
  assert.equal(files.opened.length, 5);
  assert.equal(again[0]?.facts.version, '1.0.1');
});
