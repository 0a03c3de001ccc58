import { fc } from '../../../support/properties';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFolder, kconfigRules } from '../../../../src/language/kconfig/check';
import { completeKconfig } from '../../../../src/language/kconfig/completion';
import { hoverKconfig } from '../../../../src/language/kconfig/hover';
import { serverLenses } from '../../../../src/language/kconfig/lens';
import { tagLinks } from '../../../../src/language/kconfig/links';
import { RENAMES } from '../../../../src/language/kconfig/renames';
import { waitingRules } from '../../../../src/language/kconfig/rules/waiting';
import { applyEdits } from '../../../../src/language/text';
import { groupsOf, problemsOf, shippedSymbols, type Files } from './support';

const filesOf = (files: Files): Readonly<Record<string, string>> =>
  typeof files === 'string' ? { 'prj.conf': files } : files;

/** The files after a fix by its title. */
function after(
  files: Files,
  code: string,
  title: RegExp,
  platform?: string,
): Readonly<Record<string, string>> {
  const problem = problemsOf(files, platform).find((one) => one.code === code);
  const fix = problem?.fixes.find((one) => title.test(one.title));
  assert.ok(fix, `${code} offers ${title}`);
  const result = { ...filesOf(files) };
  for (const change of fix.changes)
    if (change.kind === 'edit') result[change.uri] = applyEdits(result[change.uri] ?? '', change.edits);
  assert.deepEqual(
    problemsOf(result, platform).filter((one) => one.code === code),
    [],
    'silent once mended',
  );
  return result;
}

const ON = 'CONFIG_LWM2M_CARRIER=y\n';
const URI = 'CONFIG_LWM2M_CARRIER_CUSTOM_URI="coaps://192.0.2.1:5784"\n';

test('fixes to choose from silence their rule as well', () => {
  const queue = 'CONFIG_LWM2M=y\nCONFIG_LWM2M_QUEUE_MODE_ENABLED=y\n';
  after(`${queue}CONFIG_LWM2M_DTLS_CID=y`, 'kconfig/connection-id-closed', /LISTEN_AT_IDLE/);
  after(
    `${queue}CONFIG_LWM2M_DTLS_SUPPORT=y\nCONFIG_LWM2M_RD_CLIENT_STOP_POLLING_AT_IDLE=y`,
    'kconfig/open-without-connection-id',
    /SUSPEND_SOCKET/,
  );
  after(
    'CONFIG_LWM2M=y\nCONFIG_LWM2M_UPDATE_PERIOD=300',
    'kconfig/update-period-too-long',
    /UPDATE_PERIOD=15/,
  );
  after(`${ON}CONFIG_LWM2M_CARRIER_GENERIC=y`, 'kconfig/generic-without-server', /GENERIC=n/);
  after(`${ON}${URI}CONFIG_UICC_LWM2M=y`, 'kconfig/sim-uri-wins', /UICC_LWM2M=n/);
  after(`${ON}${URI}CONFIG_UICC_LWM2M=y`, 'kconfig/sim-uri-wins', /Remove/);
  after(`${ON}CONFIG_LWM2M_CARRIER_SERVER_BINDING_UDP=y`, 'kconfig/binding-mismatch', /Remove/);
  after(
    `${ON}${URI}CONFIG_LWM2M_CARRIER_IS_BOOTSTRAP_SERVER=n\nCONFIG_LWM2M_CARRIER_SERVER_BINDING_NONIP=y`,
    'kconfig/binding-mismatch',
    /BINDING_UDP=y/,
  );
  after(`${ON}CONFIG_LWM2M_CARRIER_CERTIFICATION_MODE=y`, 'kconfig/symbol-gone', /Remove/);
  after('CONFIG_LWM2M=y\nCONFIG_LOG=n', 'kconfig/log-off', /LOG=y/);
  after(
    'CONFIG_ANJAY=y\nCONFIG_ANJAY_ZEPHYR_SECURITY_MODE_NOSEC=y\nCONFIG_ANJAY_ZEPHYR_SERVER_URI="coaps://[::1]:5684"',
    'kconfig/anjay-security-mode',
    /coap:\/\/\[::1\]:5683/,
    'anjay',
  );
  after(
    {
      'prj.conf': 'CONFIG_MCUBOOT_BOOTLOADER_MODE_OVERWRITE_ONLY=y',
      'sysbuild.conf': 'SB_CONFIG_MCUBOOT_MODE_SWAP_SCRATCH=y',
    },
    'kconfig/forced-by-sysbuild',
    /Remove/,
  );
});

test('a fix goes into the fragment that makes it necessary, and leaves the one below alone', () => {
  const files = {
    'prj.conf': 'CONFIG_LWM2M=y\r\nCONFIG_LWM2M_UPDATE_PERIOD=20\r\n',
    'overlay-long.conf': 'CONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME=40\r\nCONFIG_LWM2M_UPDATE_PERIOD=50\r\n',
    'overlay-queue.conf': 'CONFIG_LWM2M_QUEUE_MODE_ENABLED=y\r\nCONFIG_LTE_LINK_CONTROL=y\r\n',
  };
  const long = after(files, 'kconfig/update-period-too-long', /UPDATE_PERIOD=20/);
  assert.equal(long['prj.conf'], files['prj.conf']);
  assert.equal(
    long['overlay-long.conf'],
    'CONFIG_LWM2M_ENGINE_DEFAULT_LIFETIME=40\r\nCONFIG_LWM2M_UPDATE_PERIOD=20\r\n',
  );
  const queue = after(files, 'kconfig/queue-uptime-long', /UPTIME=30/);
  assert.equal(
    queue['overlay-queue.conf'],
    'CONFIG_LWM2M_QUEUE_MODE_ENABLED=y\r\nCONFIG_LWM2M_QUEUE_MODE_UPTIME=30\r\nCONFIG_LTE_LINK_CONTROL=y\r\n',
  );
});

test('every number from 42 on has a rule, or waits for what fragments do not say', () => {
  const made = new Set([
    ...kconfigRules.map(({ number }) => number),
    ...waitingRules.map(({ number }) => number),
  ]);
  for (let number = 42; number <= 72; number++) assert.ok(made.has(number), `rule ${number}`);
});

/** Lines that are often right, often nearly so. */
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        ...shippedSymbols().names(),
        ...RENAMES.map(({ old }) => old.replace('*', 'X')),
        'CONFIG_BOOTLOADER_MCUBOOT',
        'CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION',
        'SB_CONFIG_BOOTLOADER_MCUBOOT',
        'CONFIG_MY_SEC_TAG',
      ),
      fc.oneof(
        fc.constantFrom(
          'y',
          'n',
          'm',
          '""',
          '-1',
          '0',
          '0x10',
          '35724861',
          '"coaps://[::1]"',
          '"coap://h:5684/x"',
          '',
        ),
        fc.bigInt().map(String),
        fc.string().map((text) => JSON.stringify(text)),
        fc.string(),
      ),
    )
    .map(([symbol, value]) => `${symbol}=${value}`),
  fc.constantFrom(...shippedSymbols().names()).map((symbol) => `# ${symbol} is not set`),
  fc.string(),
);
const text = fc.array(line, { maxLength: 12 }).map((all) => all.join('\n'));

test('whatever the fragments hold, nothing throws and every edit is within its text', () => {
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.constantFrom('ncs-3.1.0', 'ncs-2.2.0', 'ncs', 'zephyr-4.1.0', 'anjay'),
      fc.nat(),
      (project, overlay, sysbuild, platform, at) => {
        const files: Readonly<Record<string, string>> = {
          'prj.conf': `CONFIG_LWM2M=y\nCONFIG_LWM2M_CARRIER=y\n${project}`,
          'overlay-x.conf': overlay,
          'sysbuild.conf': sysbuild,
        };
        const groups = groupsOf(files, platform);
        for (const { uri, range, message, fixes } of checkFolder(groups)) {
          const whole = files[uri] ?? '';
          assert.ok(range.start >= 0 && range.end <= whole.length && message !== '');
          for (const { changes } of fixes)
            for (const change of changes) {
              if (change.kind !== 'edit') continue;
              const length = files[change.uri]?.length ?? -1;
              for (const { range: edited } of change.edits)
                assert.ok(edited.start >= 0 && edited.start <= edited.end && edited.end <= length);
            }
        }
        const overlaid = groups[0]?.overlays[0];
        assert.ok(overlaid);
        for (const [uri, whole] of Object.entries(files)) {
          const offset = at % (whole.length + 1);
          hoverKconfig(overlaid, uri, offset);
          for (const { edit } of completeKconfig(overlaid, uri, offset, {
            listening: ['coaps://[::1]:5684'],
          }))
            assert.ok(edit.range.start <= edit.range.end && edit.range.end <= whole.length);
          serverLenses(overlaid, uri, ['coap://192.0.2.1:5683']);
        }
        const fragments = overlaid.fragments.map(({ fragment }) => fragment);
        for (const fragment of fragments) tagLinks(fragment, fragments);
      },
    ),
    { numRuns: 300 },
  );
});
