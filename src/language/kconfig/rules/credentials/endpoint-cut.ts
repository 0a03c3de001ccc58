import { endpointNames, kconfigOf } from '../../credentials';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

const LONGEST = 'CONFIG_LWM2M_RD_CLIENT_ENDPOINT_NAME_MAX_LENGTH';

export const rule: KconfigRule = {
  code: 'kconfig/endpoint-cut',
  number: 28,
  severity: 'error',
  document:
    'An endpoint’s name must be shorter than CONFIG_LWM2M_RD_CLIENT_ENDPOINT_NAME_MAX_LENGTH, 33 by default. A longer one is cut without a word: the server sees another name than the identity has.',
  check: (configuration) =>
    endpointNames(configuration).flatMap(({ symbol, length, shown }) => {
      const longest = configuration.number(LONGEST);
      if (longest === undefined || length < longest) return [];
      const place = tellAt(configuration, symbol, LONGEST);
      return told(
        place,
        `The endpoint’s name (${symbol}: ${shown}) has ${length} characters, but ${LONGEST} is ${longest}: it is cut without a word`,
        {
          fixes: place ? [setFix(configuration, place, [[LONGEST, length + 1]])] : [],
          ...kconfigOf(configuration, symbol),
        },
      );
    }),
};
