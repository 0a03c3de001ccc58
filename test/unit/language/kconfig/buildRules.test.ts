import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixed, problemsOf, ruleCases } from './support';

const UTILS = 'CONFIG_LWM2M_CLIENT_UTILS=y\n';
const BUILT = 'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=y\n';

ruleCases('kconfig/bootloader-missing', [
  {
    situation: 'sysbuild.conf has other lines only',
    files: { 'prj.conf': UTILS, 'sysbuild.conf': 'SB_CONFIG_MCUBOOT_MODE_SWAP_SCRATCH=y' },
    says: [/CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT/, /lacks SB_CONFIG_BOOTLOADER_MCUBOOT=y/],
    at: 'CONFIG_LWM2M_CLIENT_UTILS=y',
    in: 'prj.conf',
  },
  {
    situation: 'sysbuild.conf turns it off',
    files: { 'prj.conf': UTILS, 'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=n\n' },
    says: /sets SB_CONFIG_BOOTLOADER_MCUBOOT=n/,
  },
  {
    situation: 'there is no sysbuild.conf: a warning, a board may have it by default',
    files: UTILS,
    says: /no sysbuild\.conf/,
    severity: 'warning',
    fixed: UTILS,
  },
  {
    situation: 'sysbuild.conf has it',
    files: { 'prj.conf': UTILS, 'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y' },
  },
  { situation: 'before sysbuild', files: UTILS, platform: 'ncs-2.6.1' },
  {
    situation: 'a version that is not known, and the line of before sysbuild',
    files: `${UTILS}CONFIG_BOOTLOADER_MCUBOOT=y`,
    platform: 'ncs',
  },
  {
    situation: 'the object is off',
    files: `${UTILS}CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT=n`,
  },
  {
    situation: 'the build has it, by a board’s default',
    files: { 'prj.conf': UTILS, 'build/app/zephyr/.config': `${BUILT}CONFIG_BOOTLOADER_MCUBOOT=y\n` },
  },
  { situation: 'plain Zephyr', files: 'CONFIG_LWM2M=y', platform: 'zephyr-4.1.0' },
]);

ruleCases('kconfig/forced-by-sysbuild', [
  {
    situation: 'the bootloader in prj.conf',
    files: { 'prj.conf': 'CONFIG_BOOTLOADER_MCUBOOT=y\nCONFIG_LWM2M=y\n', 'sysbuild.conf': '' },
    says: [/CONFIG_BOOTLOADER_MCUBOOT=y has no effect/, /SB_CONFIG_BOOTLOADER_MCUBOOT/],
    fixed: 'CONFIG_LWM2M=y\n',
  },
  {
    situation: 'sysbuild.conf says the same',
    files: {
      'prj.conf': 'CONFIG_LWM2M=y\nCONFIG_BOOTLOADER_MCUBOOT=y',
      'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n',
    },
    says: /no effect/,
    fixed: 'CONFIG_LWM2M=y\n',
  },
  {
    situation: 'sysbuild.conf says another mode: which is meant is the author’s to say',
    files: {
      'prj.conf': 'CONFIG_MCUBOOT_BOOTLOADER_MODE_OVERWRITE_ONLY=y',
      'sysbuild.conf': 'SB_CONFIG_MCUBOOT_MODE_SWAP_SCRATCH=y\n',
    },
    says: /CONFIG_MCUBOOT_BOOTLOADER_MODE_OVERWRITE_ONLY=y.*SB_CONFIG_MCUBOOT_MODE_OVERWRITE_ONLY/,
    fixed: false,
  },
  {
    situation: 'the key, in an overlay, by the release alone',
    files: { 'prj.conf': 'CONFIG_LWM2M=y', 'overlay-key.conf': 'CONFIG_MCUBOOT_SIGNATURE_KEY_FILE="k.pem"' },
    says: /CONFIG_MCUBOOT_SIGNATURE_KEY_FILE="k\.pem".*SB_CONFIG_BOOT_SIGNATURE_KEY_FILE/,
    in: 'overlay-key.conf',
    fixed: '',
  },
  { situation: 'before sysbuild', files: 'CONFIG_BOOTLOADER_MCUBOOT=y', platform: 'ncs-2.6.0' },
  {
    situation: 'plain Zephyr without sysbuild.conf',
    files: 'CONFIG_BOOTLOADER_MCUBOOT=y',
    platform: 'zephyr-4.1.0',
  },
  {
    situation: 'an option of MCUboot that is not forced',
    files: { 'prj.conf': 'CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION="1.0.0"', 'sysbuild.conf': '' },
  },
]);

test('where there is no sysbuild.conf, a fix makes it beside prj.conf', () => {
  for (const [code, prj, made] of [
    ['kconfig/bootloader-missing', UTILS, 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n'],
    ['kconfig/forced-by-sysbuild', 'CONFIG_BOOTLOADER_MCUBOOT=y\r\n', 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\r\n'],
    ['kconfig/wrong-namespace', 'SB_CONFIG_BOOTLOADER_MCUBOOT=y', 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n'],
  ] as const) {
    const files = { 'prj.conf': prj };
    const problem = problemsOf(files).find((one) => one.code === code);
    assert.ok(problem, code);
    const after = fixed(files, problem);
    assert.equal(after['sysbuild.conf'], made);
    assert.deepEqual(
      problemsOf(after).filter((one) => one.code === code),
      [],
    );
  }
  // with a board's fragment alone nobody can say where it belongs
  const [problem] = problemsOf({ 'boards/nrf9160dk_nrf9160_ns.conf': 'CONFIG_BOOTLOADER_MCUBOOT=y\n' });
  assert.ok(problem?.fixes.every(({ changes }) => changes.every(({ kind }) => kind === 'edit')));
});

test('kconfig/forced-by-sysbuild: what is moved arrives in sysbuild.conf, on a line of its own', () => {
  const files = {
    'prj.conf': 'CONFIG_MCUBOOT_SIGNATURE_KEY_FILE="k.pem"\r\nCONFIG_LWM2M=y\r\n',
    'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y',
  };
  const [problem] = problemsOf(files).filter(({ code }) => code === 'kconfig/forced-by-sysbuild');
  assert.ok(problem);
  assert.deepEqual(fixed(files, problem), {
    'prj.conf': 'CONFIG_LWM2M=y\r\n',
    'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\nSB_CONFIG_BOOT_SIGNATURE_KEY_FILE="k.pem"\n',
  });
});

ruleCases('kconfig/wrong-namespace', [
  {
    situation: 'sysbuild.conf with the application’s name of an option that it has',
    files: { 'prj.conf': 'CONFIG_LWM2M=y', 'sysbuild.conf': 'CONFIG_BOOTLOADER_MCUBOOT=y\n' },
    says: /CONFIG_BOOTLOADER_MCUBOOT is an option of the application/,
    in: 'sysbuild.conf',
    fixed: 'SB_CONFIG_BOOTLOADER_MCUBOOT=y\n',
  },
  {
    situation: 'sysbuild.conf with an option of the application: moved',
    files: { 'prj.conf': 'CONFIG_LWM2M=y\n', 'sysbuild.conf': 'CONFIG_LOG=y\n' },
    says: /CONFIG_LOG is an option of the application/,
    fixed: '',
  },
  {
    situation: 'prj.conf with one of sysbuild',
    files: { 'prj.conf': 'CONFIG_LWM2M=y\nSB_CONFIG_BOOTLOADER_MCUBOOT=y\n', 'sysbuild.conf': '' },
    says: /SB_CONFIG_BOOTLOADER_MCUBOOT is an option of sysbuild/,
    in: 'prj.conf',
    fixed: 'CONFIG_LWM2M=y\n',
  },
  {
    situation: 'each in its file',
    files: { 'prj.conf': 'CONFIG_LWM2M=y', 'sysbuild.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y' },
  },
  {
    situation: 'an overlay for sysbuild',
    files: { 'prj.conf': 'CONFIG_LWM2M=y', 'overlay-sb.conf': 'SB_CONFIG_BOOTLOADER_MCUBOOT=y' },
  },
]);

const ADVANCED = 'CONFIG_LWM2M_CLIENT_UTILS=y\nCONFIG_LWM2M_CLIENT_UTILS_ADV_FIRMWARE_UPDATE_OBJ_SUPPORT=y';

ruleCases('kconfig/two-firmware-objects', [
  {
    situation: 'object 5 is on by default',
    files: ADVANCED,
    says: /CONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT=y by default/,
    at: 'CONFIG_LWM2M_CLIENT_UTILS_ADV_FIRMWARE_UPDATE_OBJ_SUPPORT=y',
    fixed: `${ADVANCED}\nCONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT=n`,
  },
  {
    situation: 'the download library schedules updates',
    files: `${ADVANCED}\nCONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT=n\nCONFIG_DOWNLOADER=y\nCONFIG_DFU_TARGET=y\nCONFIG_FOTA_DOWNLOAD=y\nCONFIG_FOTA_CLIENT_AUTOSCHEDULE_UPDATE=y`,
    says: /CONFIG_FOTA_CLIENT_AUTOSCHEDULE_UPDATE=y/,
  },
  {
    situation: 'both off, as the sample’s overlay has it',
    files: `${ADVANCED}\nCONFIG_LWM2M_FIRMWARE_UPDATE_OBJ_SUPPORT=n\nCONFIG_FOTA_CLIENT_AUTOSCHEDULE_UPDATE=n`,
  },
  { situation: 'object 5 alone', files: 'CONFIG_LWM2M_CLIENT_UTILS=y' },
]);

const version = (text: string): string => `CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION=${text}`;

ruleCases('kconfig/sign-version', [
  { situation: 'a v in front', files: version('"v1.2.3"'), says: /"v1\.2\.3"/, fixed: version('"1.2.3"') },
  { situation: 'two numbers', files: version('"1.2"'), says: /X\.Y\.Z/, fixed: version('"1.2.0"') },
  { situation: 'four numbers', files: version('"1.2.3.4"'), says: /X\.Y\.Z/, fixed: version('"1.2.3+4"') },
  { situation: 'no quotes', files: version('1.2.3'), says: /quotes/, fixed: version('"1.2.3"') },
  { situation: 'a word', files: version('"latest"'), says: /"latest"/, fixed: false },
  {
    situation: 'a part that its field does not hold',
    files: version('"256.0.0"'),
    says: /major number above 255/,
    fixed: false,
  },
  { situation: 'three numbers', files: version('"255.255.65535"') },
  { situation: 'with a build', files: version('"1.2.3+4294967295"') },
  { situation: 'empty: the VERSION file’s', files: version('""') },
]);
