import { DOWNLOAD_TAG, downloadsByHttpAlone, SERVER_TAG, updatesFirmware } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { freeTag } from '../../tags';

const HTTP = 'CONFIG_DOWNLOADER_TRANSPORT_HTTP';

export const rule: KconfigRule = {
  code: 'kconfig/https-tag-shared',
  number: 5,
  severity: 'warning',
  document:
    'Firmware by https needs a CA certificate on its tag. On the server’s tag, CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG, it doesn’t last: the client deletes certificates there each time it writes a PSK. Give https a tag of its own, and put the certificate there. Judged only where CoAP is turned off in the download library (nRF Connect SDK 3.0 and later): what a server will serve by is not in the configuration.',
  check: (configuration) => {
    const download = configuration.number(DOWNLOAD_TAG);
    if (!updatesFirmware(configuration) || !downloadsByHttpAlone(configuration)) return [];
    if (download === undefined || download !== configuration.number(SERVER_TAG)) return [];
    const place = tellAt(configuration, DOWNLOAD_TAG, SERVER_TAG, HTTP);
    return told(
      place,
      `${DOWNLOAD_TAG} is ${download}, as ${SERVER_TAG} is: https needs a CA certificate there, and the client deletes it when it writes the server’s PSK`,
      {
        fixes: place
          ? [setFix(configuration, place, [[DOWNLOAD_TAG, freeTag(configuration, DOWNLOAD_TAG)]])]
          : [],
      },
    );
  },
};
