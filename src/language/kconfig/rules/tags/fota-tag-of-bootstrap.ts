import { BOOTSTRAP_TAG, DOWNLOAD_TAG, updatesFirmware } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverTag } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/fota-tag-of-bootstrap',
  number: 2,
  severity: 'warning',
  document:
    'Firmware is fetched with the key on CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG. The tag CONFIG_LWM2M_CLIENT_UTILS_BOOTSTRAP_TLS_TAG holds the key of the bootstrap server: the server that has the firmware doesn’t know it. Take the management server’s tag.',
  check: (configuration) => {
    const download = configuration.number(DOWNLOAD_TAG);
    const bootstrap = configuration.number(BOOTSTRAP_TAG);
    if (!updatesFirmware(configuration) || download === undefined || download !== bootstrap) return [];
    const server = serverTag(configuration);
    const place = tellAt(configuration, DOWNLOAD_TAG, BOOTSTRAP_TAG);
    return told(
      place,
      `${DOWNLOAD_TAG} and ${BOOTSTRAP_TAG} are both ${download}: firmware would be fetched with the key of the bootstrap server, which the server of the firmware doesn’t know`,
      {
        fixes:
          place && server !== undefined && server !== bootstrap
            ? [setFix(configuration, place, [[DOWNLOAD_TAG, server]])]
            : [],
      },
    );
  },
};
