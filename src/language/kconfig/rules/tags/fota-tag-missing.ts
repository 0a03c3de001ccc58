import { DOWNLOAD_TAG, updatesFirmware } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { serverTag } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/fota-tag-missing',
  number: 4,
  severity: 'warning',
  document:
    'CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG=-1 means no tag at all. Firmware by coap and http still works; by coaps and https the download ends before it begins: “No security tag provided for TLS/DTLS”, −EINVAL.',
  check: (configuration) => {
    if (!updatesFirmware(configuration) || configuration.number(DOWNLOAD_TAG) !== -1n) return [];
    const server = serverTag(configuration);
    const place = tellAt(configuration, DOWNLOAD_TAG);
    return told(
      place,
      `${DOWNLOAD_TAG}=-1 leaves downloads without a security tag: firmware by coaps or https fails at once`,
      {
        fixes: place && server !== undefined ? [setFix(configuration, place, [[DOWNLOAD_TAG, server]])] : [],
      },
    );
  },
};
