import { setFix } from '../../fixes';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';
import { DECRYPTED_TAGS, tagFor, tagsOf } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/tag-for-decryption',
  number: 7,
  severity: 'warning',
  document:
    'Tags 2147483648 to 2147483667 exist so that a trace of their TLS sessions can be decrypted with Nordic’s tools (modem firmware 2.0.0 and later). They are for tests and must not be shipped; and they are above the range of a Kconfig int.',
  check: (configuration) =>
    tagsOf(configuration).flatMap(({ symbol, tag, place }) =>
      tag < DECRYPTED_TAGS.from || tag > DECRYPTED_TAGS.to
        ? []
        : told(
            place,
            `${symbol}=${tag} is one of the tags whose TLS sessions can be decrypted: for tests with modem firmware 2.0.0 or later, never for devices that are shipped`,
            { fixes: [setFix(configuration, place, [[symbol, tagFor(configuration, symbol)]])] },
          ),
    ),
};
