import { setFix } from '../../fixes';
import { tellAt } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt, said } from '../../telling';
import { customUri, freeCarrierTag, hasCarrier, TAG, tagOf, URI } from './carrier';

export const rule: KconfigRule = {
  code: 'kconfig/plain-bootstrap-tag',
  number: 61,
  severity: 'warning',
  document:
    'In nRF Connect SDK 2.2 and 2.3 the carrier library fails to bootstrap from a custom server over plain CoAP while the ' +
    'security tag is 0 (known issue NCSDK-18746). Any other tag works around it: no key is needed on it.',
  check(configuration) {
    const uri = customUri(configuration);
    const isPlain = /^coap:/i.test(uri);
    if (!hasCarrier(configuration, '2.2', '2.4') || !isPlain || tagOf(configuration) !== 0n) return [];
    const place = tellAt(configuration, URI, TAG);
    if (!place) return [];
    return [
      findingAt(
        place,
        `${URI}="${uri}" with ${said(configuration, TAG)} fails to bootstrap in nRF Connect SDK 2.2 and 2.3 (NCSDK-18746): give it any other tag`,
        { fixes: [setFix(configuration, place, [[TAG, freeCarrierTag(configuration)]])] },
      ),
    ];
  },
};
