import type { Fix } from '../../../problem';
import type { Configuration } from '../../configuration';
import { versionIn } from '../../existence';
import { setFix } from '../../fixes';
import { placeOf, tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, relatedTo } from '../../telling';
import { intoSysbuild } from './sysbuildEdits';

const UTILS = 'CONFIG_LWM2M_CLIENT_UTILS';
const OBJECT = 'CONFIG_LWM2M_CLIENT_UTILS_FIRMWARE_UPDATE_OBJ_SUPPORT';
const BOOTLOADER = 'CONFIG_BOOTLOADER_MCUBOOT';
const SYSBUILD = 'SB_CONFIG_BOOTLOADER_MCUBOOT';

function fixesOf(configuration: Configuration): readonly Fix[] {
  const { sysbuild } = configuration;
  const title = sysbuild ? `Set ${SYSBUILD}=y in sysbuild.conf` : `Create sysbuild.conf with ${SYSBUILD}=y`;
  const place = placeOf(configuration, SYSBUILD);
  if (sysbuild && place?.fragment === sysbuild)
    return [setFix(configuration, place, [[SYSBUILD, true]], title)];
  const change = intoSysbuild(configuration, `${SYSBUILD}=y`);
  return change ? [{ title, preferred: true, changes: [change] }] : [];
}

/** Whether the bootloader comes, as far as fragments and a build show. */
function hasBootloader(configuration: Configuration): boolean {
  if (configuration.isOn(SYSBUILD)) return true;
  if (configuration.build) return configuration.isOn(BOOTLOADER);
  // Without a version and a sysbuild.conf it may be a build of before sysbuild, which takes the line of prj.conf.
  const { platform, sysbuild } = configuration;
  return platform.version === undefined && !sysbuild && placeOf(configuration, BOOTLOADER) !== undefined;
}

export const rule: KconfigRule = {
  code: 'kconfig/bootloader-missing',
  number: 42,
  severity: 'error',
  document:
    "The client utilities' Firmware Update object needs MCUboot: it selects CONFIG_BOOTLOADER_MCUBOOT. From nRF Connect " +
    'SDK 2.7 on it is sysbuild that decides which bootloader is built, and it overwrites what the application selects. ' +
    'Without SB_CONFIG_BOOTLOADER_MCUBOOT=y in sysbuild.conf there is no bootloader, and no update can be installed.',
  check(configuration) {
    const { platform, symbols, sysbuild } = configuration;
    if (!versionIn(platform, symbols, '2.7') || !configuration.isOn(UTILS) || !configuration.isOn(OBJECT))
      return [];
    if (hasBootloader(configuration)) return [];
    const place = tellAt(configuration, OBJECT, UTILS);
    if (!place) return [];
    const written = placeOf(configuration, SYSBUILD);
    const stated = written?.fragment === sysbuild ? written : undefined;
    const lack = sysbuild
      ? stated
        ? `sysbuild.conf sets ${SYSBUILD}=n`
        : `sysbuild.conf lacks ${SYSBUILD}=y`
      : `there is no sysbuild.conf beside it with ${SYSBUILD}=y`;
    return [
      findingAt(
        place,
        `${OBJECT} needs MCUboot, but ${lack}: sysbuild builds no bootloader, so no update can be installed`,
        {
          // A board's own defaults, or the command line, may still ask for it.
          ...(sysbuild ? {} : { severity: 'warning' as const }),
          related: relatedTo([stated, `${SYSBUILD} is turned off here`]),
          fixes: fixesOf(configuration),
        },
      ),
    ];
  },
};
