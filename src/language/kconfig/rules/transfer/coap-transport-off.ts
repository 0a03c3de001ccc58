import { DOWNLOADER, DOWNLOADER_COAP, FOTA_DOWNLOAD, isNcsFrom, updatesFirmware } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

export const rule: KconfigRule = {
  code: 'kconfig/coap-transport-off',
  number: 38,
  severity: 'warning',
  document:
    'From nRF Connect SDK 3.0 on the download library fetches by HTTP alone unless CONFIG_DOWNLOADER_TRANSPORT_COAP is on. The device then offers neither coap nor coaps (5/0/8), and a coap:// URI ends with “Protocol not found”. A line that turns CoAP off is taken as meant; one with a value that Kconfig refuses is its own to tell.',
  check: (configuration) => {
    if (!updatesFirmware(configuration) || !isNcsFrom(configuration, '3.0')) return [];
    if (!configuration.isOn(FOTA_DOWNLOAD) || !configuration.isOn(DOWNLOADER)) return [];
    if (configuration.isOn(DOWNLOADER_COAP) || configuration.stated(DOWNLOADER_COAP)) return [];
    const place = tellAt(configuration, DOWNLOADER, FOTA_DOWNLOAD);
    return told(
      place,
      `${DOWNLOADER_COAP} is off by default: the device can’t fetch firmware by coap or coaps, and doesn’t offer them`,
      { fixes: place ? [setFix(configuration, place, [[DOWNLOADER_COAP, true]])] : [] },
    );
  },
};
