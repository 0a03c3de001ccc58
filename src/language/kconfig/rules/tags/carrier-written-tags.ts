import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { CARRIER_TAG, carrierTags, tagFor, tagsOf } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/carrier-written-tags',
  number: 9,
  severity: 'error',
  document:
    'With CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=N the carrier library uses tag N, and from nRF Connect SDK 2.7 on writes its keys to N+1 to N+4. No other tag may be one of them.',
  check: (configuration) => {
    const written = carrierTags(configuration);
    if (!written?.given) return [];
    return tagsOf(configuration).flatMap(({ symbol, tag }) => {
      if (symbol === CARRIER_TAG || tag < written.from || tag > written.to) return [];
      const place = tellAt(configuration, symbol, CARRIER_TAG);
      const range = written.to === written.from ? 'that tag' : `tags ${written.from} to ${written.to}`;
      return told(
        place,
        `${symbol} is ${tag}, and ${CARRIER_TAG} is ${written.from}: the carrier library uses ${range}`,
        {
          fixes: place ? [setFix(configuration, place, [[symbol, tagFor(configuration, symbol)]])] : [],
        },
      );
    });
  },
};
