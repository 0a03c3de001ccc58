import { isHexPairs, kconfigOf, statedPsks } from '../../credentials';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';

export const rule: KconfigRule = {
  code: 'kconfig/psk-not-hex',
  number: 23,
  severity: 'error',
  document:
    'A PSK is written as pairs of hexadecimal digits, two for each byte: "0a1b". Other characters, or a digit left over, can’t be turned into a key.',
  check: (configuration) =>
    statedPsks(configuration).flatMap(({ symbol, text, place }) => {
      if (isHexPairs(text)) return [];
      // The key itself is never told.
      const why = /[^0-9A-Fa-f]/.test(text)
        ? 'has characters that are no hexadecimal digits'
        : `has ${text.length} digits, an odd number`;
      return told(place, `${symbol} ${why}: a key is pairs of hexadecimal digits`, {
        ...kconfigOf(configuration, symbol),
      });
    }),
};
