import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';
import { customUri, freeCarrierTag, hasCarrier, TAG, tagOf, URI } from './carrier';

export const rule: KconfigRule = {
  code: 'kconfig/custom-server-without-key',
  number: 60,
  severity: 'error',
  document:
    "With CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG=0 the carrier library takes the key of the operator's own server. It has none " +
    'for a custom one: the security tag must name a place in the modem that holds the key. The library writes to the four tags ' +
    'after it as well.',
  check(configuration) {
    const uri = customUri(configuration);
    if (!hasCarrier(configuration, '2.2') || !/^coaps:/i.test(uri) || tagOf(configuration) !== 0n) return [];
    const place = tellAt(configuration, URI, TAG);
    if (!place) return [];
    return [
      findingAt(
        place,
        `${URI}="${uri}" is secured, but ${said(configuration, TAG)}: the library has no key for a custom server and ends with a configuration or bootstrap error`,
        { fixes: [setFix(configuration, place, [[TAG, freeCarrierTag(configuration)]])] },
      ),
    ];
  },
};
