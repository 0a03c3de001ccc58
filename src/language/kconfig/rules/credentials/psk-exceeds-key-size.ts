import { KEY_SIZE } from '../../clientUtils';
import { kconfigOf, statedPsks } from '../../credentials';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

export const rule: KconfigRule = {
  code: 'kconfig/psk-exceeds-key-size',
  number: 26,
  severity: 'error',
  document:
    'The Security object holds the key (0/x/5) in a buffer of CONFIG_LWM2M_SECURITY_KEY_SIZE bytes, 16 by default. A longer key is refused: “Incorrect buffer length”, −ENOMEM.',
  check: (configuration) =>
    statedPsks(configuration).flatMap(({ symbol, text, place: own }) => {
      const size = configuration.number(KEY_SIZE);
      const bytes = Math.ceil(text.length / 2);
      // The carrier library has buffers of its own.
      if (size === undefined || bytes <= size || symbol === 'CONFIG_CARRIER_APP_PSK') return [];
      const place = tellAt(configuration, symbol, KEY_SIZE) ?? own;
      return told(place, `${symbol} has ${bytes} bytes, but ${KEY_SIZE} is ${size}: the key is refused`, {
        fixes: [setFix(configuration, place, [[KEY_SIZE, Math.max(33, bytes)]])],
        ...kconfigOf(configuration, symbol),
      });
    }),
};
