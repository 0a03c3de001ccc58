import { setFix } from '../../fixes';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';
import { anjayTags, tagFor, tagsOf } from '../../tags';

const BASE = 'CONFIG_ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_BASE';
const COUNT = 'CONFIG_ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_COUNT';

export const rule: KconfigRule = {
  code: 'kconfig/tag-within-anjay',
  number: 12,
  severity: 'error',
  document:
    'Anjay writes short-lived keys to its own range of security tags, 2652900 to 2652999 unless CONFIG_ANJAY_COMPAT_ZEPHYR_TLS_EPHEMERAL_SEC_TAG_BASE and …_COUNT say otherwise, and deletes them again. A tag in that range loses its keys.',
  check: (configuration) => {
    const own = anjayTags(configuration);
    if (!own) return [];
    return tagsOf(configuration).flatMap(({ symbol, tag, place }) =>
      tag < own.from || tag > own.to
        ? []
        : told(
            place,
            `${symbol}=${tag}: Anjay takes tags ${own.from} to ${own.to} for its own short-lived keys (${BASE}, ${COUNT})`,
            { fixes: [setFix(configuration, place, [[symbol, tagFor(configuration, symbol)]])] },
          ),
    );
  },
};
