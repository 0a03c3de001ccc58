import type { Configuration } from '../../configuration';

const MODE = 'CONFIG_MCUBOOT_BOOTLOADER_MODE_';

/**
 * What sysbuild calls an option that it forces into each image, `undefined` for one that it doesn't force: nRF Connect
 * SDK's list of forced options.
 */
export function sysbuildName(symbol: string): string | undefined {
  if (symbol === 'CONFIG_BOOTLOADER_MCUBOOT') return 'SB_CONFIG_BOOTLOADER_MCUBOOT';
  if (symbol === 'CONFIG_MCUBOOT_SIGNATURE_KEY_FILE') return 'SB_CONFIG_BOOT_SIGNATURE_KEY_FILE';
  if (symbol.startsWith(MODE)) return `SB_CONFIG_MCUBOOT_MODE_${symbol.slice(MODE.length)}`;
  return undefined;
}

/** Whether the build is one of sysbuild: its file lies beside, or the release of nRF Connect SDK has it on (2.7). */
export const isSysbuild = ({ sysbuild, platform }: Configuration, isSince27: boolean): boolean =>
  sysbuild !== undefined || (platform.kind === 'ncs' && platform.version !== undefined && isSince27);

/** What two names of sysbuild contend for: members of one choice share it. */
export function choiceNameOf(name: string): string {
  if (/^SB_CONFIG_MCUBOOT_MODE_/.test(name)) return 'SB_CONFIG_MCUBOOT_MODE_';
  if (/^SB_CONFIG_BOOTLOADER_(MCUBOOT|NONE)$/.test(name)) return 'SB_CONFIG_BOOTLOADER_';
  return name;
}
