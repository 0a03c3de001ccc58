import { setFix } from '../../fixes';
import { placeOf, tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';
import { freeCarrierTag, hasCarrier, TAG, tagOf } from './carrier';

const PSK = 'CONFIG_CARRIER_APP_PSK';

export const rule: KconfigRule = {
  code: 'kconfig/app-psk-not-written',
  number: 62,
  severity: 'error',
  document:
    "The carrier sample writes CONFIG_CARRIER_APP_PSK to the tag CONFIG_LWM2M_CARRIER_SERVER_SEC_TAG, and only where that isn't 0.",
  check(configuration) {
    if (!hasCarrier(configuration, '2.2') || tagOf(configuration) !== 0n) return [];
    if ((configuration.string(PSK) ?? '') === '' || !placeOf(configuration, PSK)) return [];
    const place = tellAt(configuration, PSK, TAG);
    if (!place) return [];
    return [
      // The key itself is not said again.
      findingAt(
        place,
        `${PSK} is set, but ${said(configuration, TAG)}: the sample writes the key to no tag`,
        { fixes: [setFix(configuration, place, [[TAG, freeCarrierTag(configuration)]])] },
      ),
    ];
  },
};
