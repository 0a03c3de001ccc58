import { setFix } from '../../fixes';
import { tellAt, told } from '../../place';
import type { KconfigRule } from '../../rule';

const BLOCK_SIZE = 'CONFIG_LWM2M_COAP_BLOCK_SIZE';
const SIZES = [1024n, 512n, 256n, 128n, 64n];

export const rule: KconfigRule = {
  code: 'kconfig/block-size',
  number: 33,
  severity: 'error',
  document:
    'A block of CoAP has a power of two of bytes (RFC 7959 §2.2). Zephyr’s client takes 64, 128, 256, 512 and 1024.',
  check: (configuration) => {
    const size = configuration.number(BLOCK_SIZE);
    if (size === undefined || SIZES.includes(size)) return [];
    const place = tellAt(configuration, BLOCK_SIZE);
    const nearest = SIZES.find((one) => one <= size) ?? 64n;
    return told(place, `${BLOCK_SIZE}=${size}: a block has 64, 128, 256, 512 or 1024 bytes`, {
      fixes: place ? [setFix(configuration, place, [[BLOCK_SIZE, nearest]])] : [],
    });
  },
};
