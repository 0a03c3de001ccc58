import { APP_PSK, kconfigOf, statedPsks } from '../../credentials';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';

const MOST_DIGITS = 64;

export const rule: KconfigRule = {
  code: 'kconfig/psk-too-long',
  number: 24,
  severity: 'error',
  document:
    'nRF Connect SDK’s client utilities have room for 64 hexadecimal digits, 32 bytes of key. A longer one is not written: “PSK is too large to convert”.',
  check: (configuration) =>
    statedPsks(configuration).flatMap(({ symbol, text, place }) =>
      symbol !== APP_PSK || text.length <= MOST_DIGITS
        ? []
        : told(
            place,
            `${symbol} has ${text.length} digits: the client utilities take ${MOST_DIGITS} (32 bytes) at most`,
            { ...kconfigOf(configuration, symbol) },
          ),
    ),
};
