import { CARRIER } from '../../clientUtils';
import { setFix } from '../../fixes';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';
import { tagFor, tagsOf } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/tag-of-carrier-certificates',
  number: 10,
  severity: 'hint',
  document:
    'The carrier sample writes CA certificates for firmware downloads to tags 411, 412 and 413. Another use of these tags gets in its way.',
  check: (configuration) =>
    configuration.isOn(CARRIER)
      ? tagsOf(configuration).flatMap(({ symbol, tag, place }) =>
          tag < 411n || tag > 413n
            ? []
            : told(
                place,
                `${symbol}=${tag}: the carrier sample writes CA certificates to tags 411, 412 and 413`,
                { fixes: [setFix(configuration, place, [[symbol, tagFor(configuration, symbol)]])] },
              ),
        )
      : [],
};
