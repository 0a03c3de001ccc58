import { DOWNLOAD_TAG } from '../../clientUtils';
import { setFix } from '../../fixes';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';
import { DECRYPTED_TAGS, tagFor, HIGHEST_TAG, tagsOf } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/tag-out-of-range',
  number: 6,
  severity: 'error',
  document:
    'The modem takes security tags from 0 to 2147483647 from a user (AT%CMNG); higher ones are its own. Only CONFIG_LWM2M_CLIENT_UTILS_DOWNLOADER_SEC_TAG may be -1, which means none.',
  check: (configuration) =>
    tagsOf(configuration).flatMap(({ symbol, tag, place }) => {
      if (tag >= 0n && tag <= HIGHEST_TAG) return [];
      if (tag === -1n && symbol === DOWNLOAD_TAG) return [];
      if (tag >= DECRYPTED_TAGS.from && tag <= DECRYPTED_TAGS.to) return [];
      return told(
        place,
        `${symbol}=${tag} is no security tag a user may have: they go from 0 to ${HIGHEST_TAG}`,
        {
          fixes: [setFix(configuration, place, [[symbol, tagFor(configuration, symbol)]])],
        },
      );
    }),
};
