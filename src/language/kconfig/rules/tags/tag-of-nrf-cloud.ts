import { BOOTSTRAP_TAG, SERVER_TAG } from '../../clientUtils';
import { setFix } from '../../fixes';
import { placeOf, tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';
import { CLOUD_TAG, CLOUD_TAG_SYMBOL, tagFor, tagsOf } from '../../tags';

export const rule: KconfigRule = {
  code: 'kconfig/tag-of-nrf-cloud',
  number: 11,
  severity: 'warning',
  document:
    'Tag 16842753, or what CONFIG_NRF_CLOUD_SEC_TAG says, holds the credentials for nRF Cloud. The LwM2M client writes its keys over them, or takes them for its own.',
  check: (configuration) => {
    const cloud = configuration.number(CLOUD_TAG_SYMBOL);
    return tagsOf(configuration).flatMap(({ symbol, tag }) => {
      if (symbol !== SERVER_TAG && symbol !== BOOTSTRAP_TAG) return [];
      const isGiven = tag === cloud;
      if (!isGiven && tag !== CLOUD_TAG) return [];
      const place = isGiven ? tellAt(configuration, symbol, CLOUD_TAG_SYMBOL) : tellAt(configuration, symbol);
      const other = isGiven ? placeOf(configuration, CLOUD_TAG_SYMBOL) : undefined;
      return told(
        place,
        `${symbol} is ${tag}, ${isGiven ? `as ${CLOUD_TAG_SYMBOL} is` : 'the tag of nRF Cloud'}: its credentials would be overwritten`,
        {
          fixes: place ? [setFix(configuration, place, [[symbol, tagFor(configuration, symbol)]])] : [],
          ...(other
            ? {
                related: [
                  {
                    uri: other.fragment.uri,
                    range: other.assignment.range,
                    message: 'The tag of nRF Cloud is given here',
                  },
                ],
              }
            : {}),
        },
      );
    });
  },
};
