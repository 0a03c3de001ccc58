import type { KconfigRule } from '../../rule';
import { rule as bootloaderMissing } from './bootloader-missing';
import { rule as forcedBySysbuild } from './forced-by-sysbuild';
import { rule as signVersion } from './sign-version';
import { rule as twoFirmwareObjects } from './two-firmware-objects';
import { rule as wrongNamespace } from './wrong-namespace';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [
  bootloaderMissing,
  forcedBySysbuild,
  wrongNamespace,
  twoFirmwareObjects,
  signVersion,
];
