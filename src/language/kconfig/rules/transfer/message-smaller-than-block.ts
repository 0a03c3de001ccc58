import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

const BLOCK_SIZE = 'CONFIG_LWM2M_COAP_BLOCK_SIZE';
const MESSAGE_SIZE = 'CONFIG_LWM2M_COAP_MAX_MSG_SIZE';

export const rule: KconfigRule = {
  code: 'kconfig/message-smaller-than-block',
  number: 34,
  severity: 'error',
  document:
    'A message holds at least one block: CONFIG_LWM2M_COAP_MAX_MSG_SIZE below CONFIG_LWM2M_COAP_BLOCK_SIZE ends the build.',
  check: (configuration) => {
    const block = configuration.number(BLOCK_SIZE);
    const message = configuration.number(MESSAGE_SIZE);
    if (block === undefined || message === undefined || message >= block) return [];
    const place = tellAt(configuration, MESSAGE_SIZE, BLOCK_SIZE);
    return told(
      place,
      `${MESSAGE_SIZE} is ${message}, less than a block (${BLOCK_SIZE}=${block}): the build ends there`,
      { fixes: place ? [setFix(configuration, place, [[MESSAGE_SIZE, block]])] : [] },
    );
  },
};
