import {
  CLIENT_UTILS,
  DOWNLOAD_TAG,
  DOWNLOADER,
  FOTA_DOWNLOAD,
  isNcsFrom,
  isStatedOff,
  updatesFirmware,
} from '../../clientUtils';
import type { Configuration } from '../../configuration';
import { setFix } from '../../fixes';
import { placeOf, tellAt, told, type Place } from '../../place';
import type { KconfigRule } from '../../rule';

const DOWNLOAD = /^CONFIG_(FOTA_DOWNLOAD|DOWNLOADER|DOWNLOAD_CLIENT)(_|$)/;

/** The line that shows that the device is to fetch firmware itself. */
function wanted(configuration: Configuration): Place | undefined {
  if (isStatedOff(configuration, FOTA_DOWNLOAD)) return undefined;
  const tag = placeOf(configuration, DOWNLOAD_TAG);
  const symbols = new Set<string>();
  for (const { fragment } of configuration.fragments)
    for (const { symbol, value } of fragment.assignments)
      if (DOWNLOAD.test(symbol) && !(value.type === 'tristate' && value.value === 'n')) symbols.add(symbol);
  if (symbols.size === 0) return tag;
  return tellAt(configuration, FOTA_DOWNLOAD, ...symbols, DOWNLOAD_TAG);
}

export const rule: KconfigRule = {
  code: 'kconfig/fota-download-off',
  number: 37,
  severity: 'error',
  document:
    'The client utilities fetch firmware with CONFIG_FOTA_DOWNLOAD, which needs the download library: CONFIG_DOWNLOADER from nRF Connect SDK 3.0 on, CONFIG_DOWNLOAD_CLIENT before. Without both a device takes firmware by push alone. Told where something shows that it is to fetch: a line about downloads, or a tag for them.',
  check: (configuration) => {
    if (!updatesFirmware(configuration)) return [];
    const place = wanted(configuration);
    const library = isNcsFrom(configuration, '3.0') ? DOWNLOADER : 'CONFIG_DOWNLOAD_CLIENT';
    const missing = [library, FOTA_DOWNLOAD].filter((symbol) => !configuration.isOn(symbol));
    if (!place || missing.length === 0) return [];
    return told(
      place,
      `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} off: the client utilities (${CLIENT_UTILS}) can’t fetch firmware`,
      {
        fixes: [
          setFix(
            configuration,
            place,
            missing.map((symbol) => [symbol, true] as const),
          ),
        ],
      },
    );
  },
};
