import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

const BLOCK_TRANSFER = 'CONFIG_LWM2M_COAP_BLOCK_TRANSFER';
const BUFFER = 'CONFIG_LWM2M_COAP_ENCODE_BUFFER_SIZE';
const BLOCK_SIZE = 'CONFIG_LWM2M_COAP_BLOCK_SIZE';
const HEADER = 'CONFIG_LWM2M_ENGINE_MESSAGE_HEADER_SIZE';

export const rule: KconfigRule = {
  code: 'kconfig/encode-buffer-too-small',
  number: 35,
  severity: 'error',
  document:
    'With CONFIG_LWM2M_COAP_BLOCK_TRANSFER a payload is written to a buffer first, which must hold more than a block with its header. CONFIG_LWM2M_COAP_ENCODE_BUFFER_SIZE up to CONFIG_LWM2M_COAP_BLOCK_SIZE + CONFIG_LWM2M_ENGINE_MESSAGE_HEADER_SIZE ends the build; with blocks of 1024 its default does.',
  check: (configuration) => {
    if (!configuration.isOn(BLOCK_TRANSFER)) return [];
    const buffer = configuration.number(BUFFER);
    const block = configuration.number(BLOCK_SIZE);
    const header = configuration.number(HEADER);
    if (buffer === undefined || block === undefined || header === undefined || buffer > block + header)
      return [];
    let enough = 1024n;
    while (enough <= block + header) enough *= 2n;
    const place = tellAt(configuration, BUFFER, BLOCK_SIZE, HEADER, BLOCK_TRANSFER);
    return told(
      place,
      `${BUFFER} is ${buffer}, but must be more than ${BLOCK_SIZE} (${block}) and ${HEADER} (${header}) together: the build ends there`,
      { fixes: place ? [setFix(configuration, place, [[BUFFER, enough]])] : [] },
    );
  },
};
