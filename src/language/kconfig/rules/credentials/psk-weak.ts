import { isHexPairs, kconfigOf, statedPsks } from '../../credentials';
import { told } from '../../place';
import type { KconfigRule } from '../../rule';

const DEMO_KEY = '000102030405060708090a0b0c0d0e0f';
const FEWEST_DIGITS = 32;

function weakness(key: string): string | undefined {
  if (key.toLowerCase() === DEMO_KEY) return 'is the key of the samples, which everybody knows';
  if (/^(..)\1*$/.test(key) && key.length > 2) return 'is one byte over and over';
  return key.length < FEWEST_DIGITS
    ? `has ${key.length / 2} ${key.length === 2 ? 'byte' : 'bytes'}, fewer than 16`
    : undefined;
}

export const rule: KconfigRule = {
  code: 'kconfig/psk-weak',
  number: 25,
  severity: 'warning',
  document:
    'A key that is shorter than 16 bytes, that of the samples (00 01 02 … 0f), or one byte over and over is for trying things out. A device that leaves the desk needs random bytes of its own.',
  check: (configuration) =>
    statedPsks(configuration).flatMap(({ symbol, text, place }) => {
      const why = isHexPairs(text) ? weakness(text) : undefined;
      return why === undefined
        ? []
        : told(place, `${symbol} ${why}: not for devices that are shipped`, {
            ...kconfigOf(configuration, symbol),
          });
    }),
};
