import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

const MESSAGE_SIZE = 'CONFIG_LWM2M_COAP_MAX_MSG_SIZE';
const MTU = 1280n;

export const rule: KconfigRule = {
  code: 'kconfig/message-exceeds-mtu',
  number: 36,
  severity: 'warning',
  document:
    'Zephyr’s engine receives into 1280 bytes, what every IPv6 link carries. A larger CONFIG_LWM2M_COAP_MAX_MSG_SIZE promises messages that are cut.',
  check: (configuration) => {
    const message = configuration.number(MESSAGE_SIZE);
    if (message === undefined || message <= MTU) return [];
    const place = tellAt(configuration, MESSAGE_SIZE);
    return told(place, `${MESSAGE_SIZE} is ${message}: the engine receives ${MTU} bytes at most`, {
      fixes: place ? [setFix(configuration, place, [[MESSAGE_SIZE, MTU]])] : [],
    });
  },
};
