import { DTLS, fillsSecurity, KEY_SIZE } from '../../clientUtils';
import { ENDPOINT_PREFIX, IMEI_DIGITS, kconfigOf, statedText } from '../../credentials';
import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

export const rule: KconfigRule = {
  code: 'kconfig/identity-exceeds-key-size',
  number: 27,
  severity: 'error',
  document:
    'The identity (0/x/3) has the same room as the key, CONFIG_LWM2M_SECURITY_KEY_SIZE: 16 bytes by default. The client utilities take the endpoint’s name for it: the prefix and the 15 digits of the IMEI, with a byte for the end. An identity that is too long is not written, nobody says so, and the server doesn’t know the device. nRF Connect SDK’s sample has 33.',
  check: (configuration) => {
    if (!fillsSecurity(configuration) || !configuration.isOn(DTLS)) return [];
    const prefix = statedText(configuration, ENDPOINT_PREFIX);
    const size = configuration.number(KEY_SIZE);
    if (!prefix || size === undefined) return [];
    const needed = prefix.text.length + IMEI_DIGITS + 1;
    if (needed <= size) return [];
    const place = tellAt(configuration, ENDPOINT_PREFIX, KEY_SIZE);
    return told(
      place,
      `The identity, ${ENDPOINT_PREFIX} “${prefix.text}” and ${IMEI_DIGITS} digits, needs ${needed} bytes, but ${KEY_SIZE} is ${size}: it is not written, and nobody says so`,
      {
        fixes: place ? [setFix(configuration, place, [[KEY_SIZE, Math.max(33, needed)]])] : [],
        ...kconfigOf(configuration, ENDPOINT_PREFIX),
      },
    );
  },
};
