import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  assumedPlatform,
  findPlatform,
  platformOf,
  readVersionFile,
} from '../../../../src/language/kconfig/platform';
import { revisionsOf } from '../../../../src/language/kconfig/westManifest';
import { shippedSymbols } from './support';

const ZEPHYR_VERSION =
  'VERSION_MAJOR = 4\nVERSION_MINOR = 1\nPATCHLEVEL = 99\nVERSION_TWEAK = 0\nEXTRAVERSION =\n';
const FRAGMENT = { text: 'CONFIG_LWM2M_CLIENT_UTILS=y' };

const found = (
  files: Readonly<Record<string, string>>,
  {
    setting = '',
    builds = [],
    folders = ['/w/app', '/w', ''],
    fragments = [FRAGMENT],
  }: {
    setting?: string;
    builds?: readonly string[];
    folders?: readonly string[];
    fragments?: readonly { text: string }[];
  } = {},
) =>
  findPlatform(
    { read: (path) => Promise.resolve(files[path]), folders, builds, setting },
    fragments,
    shippedSymbols(),
  );

describe('the software a folder is for', () => {
  test('is what the user set', async () => {
    assert.deepEqual(
      await found({ '/w/.west/config': '', '/w/nrf/VERSION': '2.6.0' }, { setting: 'ncs-3.1.0' }),
      {
        kind: 'ncs',
        version: '3.1.0',
        because: 'the setting',
      },
    );
    assert.equal(platformOf('zephyr-v4.1.0', '')?.version, '4.1.0');
    assert.equal(platformOf('ncs', '')?.version, undefined);
    for (const wrong of ['', 'ncs-', 'nrf-3.0', '3.1.0']) assert.equal(platformOf(wrong, ''), undefined);
  });

  test('is nrf of the west workspace, above its zephyr', async () => {
    const { kind, version, because } = await found({
      '/w/.west/config': '[manifest]\npath = app\nfile = west.yml\n[zephyr]\nbase = zephyr\n',
      '/w/nrf/VERSION': '3.1.1\n',
      '/w/zephyr/VERSION': ZEPHYR_VERSION,
      '/w/app/VERSION': 'VERSION_MAJOR = 9\nVERSION_MINOR = 9\n',
    });
    assert.deepEqual([kind, version, because], ['ncs', '3.1.1', '/w/nrf/VERSION']);
  });

  test('is zephyr where there is no nrf and nothing of it is used', async () => {
    const files = {
      '/w/.west/config': '[zephyr]\nbase = deps/zephyr',
      '/w/deps/zephyr/VERSION': ZEPHYR_VERSION,
    };
    const plain = await found(files, { fragments: [{ text: 'CONFIG_LWM2M=y' }] });
    assert.deepEqual([plain.kind, plain.version], ['zephyr', '4.1.99']);
    assert.equal((await found(files)).kind, 'ncs', 'its symbols are used');
  });

  test('is what the manifest asks for, before west has fetched it', async () => {
    const manifest =
      'manifest:\n  remotes:\n    - name: ncs\n      url-base: https://github.com/nrfconnect\n  projects:\n    - name: nrf\n      remote: ncs\n      repo-path: sdk-nrf\n      revision: v2.9.1 # pinned\n      import: true\n  self:\n    path: app\n';
    const { kind, version, because } = await found({ '/w/app/west.yml': manifest });
    assert.deepEqual([kind, version, because], ['ncs', '2.9.1', '/w/app/west.yml']);
    assert.deepEqual(
      revisionsOf(
        'projects:\n  - revision: main\n    name: sdk-nrf\n  - name: zephyr\n    revision: v4.0.0\n',
      ),
      {
        ncs: undefined,
        zephyr: '4.0.0',
      },
    );
  });

  test('is what a build was made with, before all but the setting', async () => {
    const { version, because } = await found(
      {
        '/w/app/build/CMakeCache.txt': 'A:STRING=b\nZEPHYR_BASE:PATH=/opt/ncs/zephyr\n',
        '/opt/ncs/nrf/VERSION': '3.0.2',
        '/w/.west/config': '',
        '/w/nrf/VERSION': '3.1.0',
      },
      { builds: ['/w/app/build'] },
    );
    assert.deepEqual([version, because], ['3.0.2', '/opt/ncs/nrf/VERSION']);
    const zephyr = await found(
      {
        '/b/build_info.yml':
          'cmake:\n  board:\n    name: x\n  zephyr:\n    zephyr-base: /gone\n    version: 4.0.0\n',
      },
      { builds: ['/b'], fragments: [{ text: 'CONFIG_LWM2M=y' }] },
    );
    assert.deepEqual([zephyr.kind, zephyr.version], ['zephyr', '4.0.0']);
  });

  test('is the tree that a sample lies in', async () => {
    const { kind, version } = await found(
      { '/ncs/nrf/VERSION': 'VERSION_MAJOR = 3\nVERSION_MINOR = 1\nPATCHLEVEL = 99\n' },
      { folders: ['/ncs/nrf/samples/cellular/lwm2m_client', '/ncs/nrf/samples', '/ncs/nrf', '/ncs'] },
    );
    assert.deepEqual([kind, version], ['ncs', '3.1.99']);
  });

  test('is assumed to be the newest known otherwise, and said so', async () => {
    const assumed = await found({});
    assert.deepEqual([assumed.kind, assumed.version], ['ncs', '3.2']);
    assert.match(assumed.because, /assumed/);
    const of = (text: string) => assumedPlatform([{ text }], shippedSymbols());
    assert.equal(of('CONFIG_ANJAY=y').kind, 'anjay');
    assert.equal(of('CONFIG_LWM2M=y').kind, 'zephyr');
    assert.equal(of('SB_CONFIG_BOOTLOADER_MCUBOOT=y').kind, 'ncs');
  });

  test('has a VERSION file of either form', () => {
    assert.equal(readVersionFile('2.6.99\n'), '2.6.99');
    assert.equal(readVersionFile(ZEPHYR_VERSION), '4.1.99');
    assert.equal(readVersionFile('nothing'), undefined);
  });
});
