import { setFix } from '../../fixes';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';
import { CARRIER_TAG, carrierTags, tagFor, tagsOf } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/carrier-reserved-tags',
  number: 8,
  severity: 'error',
  document:
    'Without a tag of its own (CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=0, the default) the carrier library writes its keys to tags 25 to 28 and deletes what is there.',
  check: (configuration) => {
    const reserved = carrierTags(configuration);
    if (!reserved || reserved.given) return [];
    return tagsOf(configuration).flatMap(({ symbol, tag, place }) =>
      symbol === CARRIER_TAG || tag < reserved.from || tag > reserved.to
        ? []
        : told(
            place,
            `${symbol}=${tag}: tags 25 to 28 belong to the carrier library while ${CARRIER_TAG} is 0`,
            { fixes: [setFix(configuration, place, [[symbol, tagFor(configuration, symbol)]])] },
          ),
    );
  },
};
