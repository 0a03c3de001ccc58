import { endpointNames, kconfigOf } from '../../credentials';
import { setFix, type Setting } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

const EXTENDED = 'CONFIG_COAP_EXTENDED_OPTIONS_LEN';
const LENGTH = 'CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE';
/** What Zephyr's CoAP takes of an option without its extension. */
const PLAIN_LENGTH = 12;
/** What the samples have. */
const USUAL_LENGTH = 40;

export const rule: KconfigRule = {
  code: 'kconfig/endpoint-option-too-long',
  number: 29,
  severity: 'warning',
  document:
    'The endpoint’s name goes into a CoAP option as ep=NAME. Zephyr’s CoAP takes options of up to 12 bytes unless CONFIG_COAP_EXTENDED_OPTIONS_LEN is on, and then as many as CONFIG_COAP_EXTENDED_OPTIONS_LEN_VALUE says. The samples have 40.',
  check: (configuration) =>
    endpointNames(configuration).flatMap(({ symbol, length, shown }) => {
      if (length <= PLAIN_LENGTH) return [];
      const option = length + 'ep='.length;
      const isExtended = configuration.isOn(EXTENDED);
      const room = configuration.number(LENGTH);
      if (isExtended && (room === undefined || room >= option)) return [];
      const place = tellAt(configuration, symbol, LENGTH, EXTENDED);
      const why = isExtended ? `${LENGTH} is ${room}` : `${EXTENDED} is off`;
      const settings: Setting[] = [
        ...(isExtended ? [] : [[EXTENDED, true] as const]),
        [LENGTH, Math.max(USUAL_LENGTH, option)],
      ];
      return told(
        place,
        `The endpoint’s name (${symbol}: ${shown}) makes a CoAP option of ${option} bytes, but ${why}`,
        {
          fixes: place ? [setFix(configuration, place, settings)] : [],
          ...kconfigOf(configuration, symbol),
        },
      );
    }),
};
