import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RENAMES, renameOf } from '../../../../src/language/kconfig/renames';
import { platformNamed, ruleCases, shippedSymbols } from './support';

const UTILS = 'CONFIG_LWM2M_CLIENT_UTILS_';
const CARRIER = 'CONFIG_LWM2M_CARRIER_';

ruleCases('kconfig/symbol-gone', [
  {
    situation: 'renamed, at two releases one after the other',
    files: 'CONFIG_APP_MCUBOOT_FLASH_BUF_SZ=512\nCONFIG_LWM2M=y',
    says: /CONFIG_APP_MCUBOOT_FLASH_BUF_SZ is CONFIG_FOTA_DOWNLOAD_MCUBOOT_FLASH_BUF_SZ since/,
    severity: 'warning',
    fixed: 'CONFIG_FOTA_DOWNLOAD_MCUBOOT_FLASH_BUF_SZ=512\nCONFIG_LWM2M=y',
  },
  {
    situation: 'the same between the two',
    files: 'CONFIG_APP_MCUBOOT_FLASH_BUF_SZ=512\nCONFIG_LWM2M=y',
    platform: 'ncs-2.3.0',
    says: /is CONFIG_LWM2M_CLIENT_UTILS_MCUBOOT_FLASH_BUF_SIZE since/,
    severity: 'warning',
  },
  {
    situation: 'a whole family',
    files: `# ${UTILS}LOCATION_ASSIST_AGPS_BUF_SIZE: see below\n${UTILS}LOCATION_ASSIST_AGPS_BUF_SIZE= 4096`,
    says: /_AGNSS_BUF_SIZE since nRF Connect SDK 2\.5/,
    fixed: `# ${UTILS}LOCATION_ASSIST_AGPS_BUF_SIZE: see below\n${UTILS}LOCATION_ASSIST_AGNSS_BUF_SIZE= 4096`,
  },
  {
    situation: 'one that became two',
    files: `${UTILS}LOCATION_ASSIST_OBJ_SUPPORT=y`,
    says: /GROUND_FIX_OBJ_SUPPORT and .*GNSS_ASSIST_OBJ_SUPPORT/,
    fixed: `${UTILS}GROUND_FIX_OBJ_SUPPORT=y\n${UTILS}GNSS_ASSIST_OBJ_SUPPORT=y`,
  },
  {
    situation: 'off, as Kconfig writes it',
    files: `# ${CARRIER}IS_SERVER_BOOTSTRAP is not set`,
    says: /IS_BOOTSTRAP_SERVER/,
    fixed: `# ${CARRIER}IS_BOOTSTRAP_SERVER is not set`,
  },
  {
    situation: 'the new name is set as well',
    files: `CONFIG_LWM2M_DTLS_CID=y\n${UTILS}DTLS_CID=y\n`,
    says: /deprecated/,
    severity: 'warning',
    fixed: 'CONFIG_LWM2M_DTLS_CID=y\n',
  },
  {
    situation: 'removed, nothing to be said instead',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_RD_CLIENT_SUPPORT=y\n',
    says: /CONFIG_LWM2M_RD_CLIENT_SUPPORT is gone since nRF Connect SDK 3\.0/,
    fixed: 'CONFIG_LWM2M=y\n',
  },
  {
    situation: 'deprecated in plain Zephyr',
    files: 'CONFIG_LWM2M=y\nCONFIG_LWM2M_RD_CLIENT_SUPPORT=y\n',
    platform: 'zephyr-3.3.0',
    says: /deprecated/,
    severity: 'warning',
  },
  {
    situation: 'removed, and what was meant must be said in another way',
    files: `${CARRIER}CERTIFICATION_MODE=y`,
    says: /CUSTOM_URI.*SERVER_SEC_TAG/,
    fixed: false,
  },
  {
    situation: 'the version is not known',
    files: `${CARRIER}BOOTSTRAP_SMARTCARD=y`,
    platform: 'ncs',
    says: /CONFIG_UICC_LWM2M.*not known/,
    severity: 'warning',
  },
  { situation: 'in a release that has it', files: `${CARRIER}BOOTSTRAP_SMARTCARD=y`, platform: 'ncs-2.7.0' },
  {
    situation: 'an application that defines the symbol itself',
    files: {
      'prj.conf': 'CONFIG_LWM2M=y\nCONFIG_APP_LWM2M_SERVER="coap://[::1]"',
      Kconfig: 'config APP_LWM2M_SERVER\n\tstring "Server"\n',
    },
  },
  { situation: 'a new name', files: `${UTILS}LOCATION_ASSIST_AGNSS=y` },
]);

test('renames: every new name of a library’s symbol is known, and none of the old ones in the newest release', () => {
  const symbols = shippedSymbols();
  const names = symbols.names();
  const newest = platformNamed('ncs-3.2.0');
  for (const { old, names: fresh, gone } of RENAMES) {
    const found = renameOf(old.replace('*', ''), newest, symbols);
    assert.ok(found, old);
    for (const name of fresh.flatMap(
      (one) => renameOf(one.replace('*', ''), newest, symbols)?.names ?? [one],
    ))
      assert.ok(
        names.some((known) => known === name || (name.endsWith('*') && known.startsWith(name.slice(0, -1)))),
        `${name} is known`,
      );
    if (gone === 'still there') continue;
    const until = symbols.symbol(old)?.ncs?.until;
    if (until !== undefined) assert.notEqual(until, symbols.ncs.at(-1), old);
  }
});
