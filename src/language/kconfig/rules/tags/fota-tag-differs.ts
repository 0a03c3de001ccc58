import { DOWNLOAD_TAG, downloadsByHttpAlone, SERVER, SERVER_TAG, updatesFirmware } from '../../clientUtils';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { isSecured } from '../../serverUri';
import { serverTag } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/fota-tag-differs',
  number: 1,
  severity: 'warning',
  document:
    'Firmware over coaps is fetched with the key on CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG. By default that is 16842753, the tag of nRF Cloud, while the server’s key is on CONFIG_LWM2M_CLIENT_UTILS_SERVER_TLS_TAG, by default 35724861. A server that serves the firmware itself then refuses the handshake, though the device is registered with it: the update fails with result 4. Set both to the same tag. Where CoAP is turned off in the download library, https wants a tag of its own, and the rule is silent.',
  check: (configuration) => {
    const download = configuration.number(DOWNLOAD_TAG);
    const server = serverTag(configuration);
    if (!updatesFirmware(configuration) || !isSecured(configuration)) return [];
    if (download === undefined || server === undefined || download === server || download === -1n) return [];
    if (downloadsByHttpAlone(configuration)) return [];
    const place = tellAt(configuration, DOWNLOAD_TAG, SERVER_TAG, SERVER);
    const byDefault = configuration.stated(DOWNLOAD_TAG) ? '' : ' by default';
    return told(
      place,
      `Firmware over coaps is fetched with security tag ${download}${byDefault} (${DOWNLOAD_TAG}), but the server’s key is on tag ${server} (${SERVER_TAG}): the server will refuse the download`,
      { fixes: place ? [setFix(configuration, place, [[DOWNLOAD_TAG, server]])] : [] },
    );
  },
};
