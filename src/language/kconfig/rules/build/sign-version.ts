import type { Fix } from '../../../problem';
import { setFix } from '../../fixes';
import type { KconfigValue } from '../../fragment';
import { placeOf } from '../../place';
import type { KconfigRule } from '../../rule';
import { findingAt } from '../../telling';
import { showValue } from '../../value';

const SYMBOL = 'CONFIG_MCUBOOT_IMGTOOL_SIGN_VERSION';
const FORM = /^(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})(?:\+(0|[1-9]\d{0,9}))?$/;
/** What each part is called and the most it holds in MCUboot's image header. */
const PARTS = [
  ['major', 0xff],
  ['minor', 0xff],
  ['revision', 0xffff],
  ['build', 0xffffffff],
] as const;

/** Why imgtool can't take a version; `undefined`: it can. */
function fault(version: string): string | undefined {
  const parts = FORM.exec(version)?.slice(1);
  if (!parts) return 'is not of the form X.Y.Z or X.Y.Z+B, of decimal numbers';
  for (const [index, [name, most]] of PARTS.entries()) {
    const part = parts[index];
    if (part !== undefined && Number(part) > most) return `has a ${name} number above ${most}`;
  }
  return undefined;
}

/** The version that was meant, where one can tell: `v1.2`, `1.2.3.4`, `1.2.3-4`, `01.02.03`. */
function meant(text: string): string | undefined {
  const [, numbers, build] = /^v?(\d{1,9}(?:\.\d{1,9}){0,2})(?:[.+-](\d{1,9}))?$/.exec(text.trim()) ?? [];
  if (numbers === undefined) return undefined;
  const [major = '0', minor = '0', revision = '0'] = numbers.split('.');
  const plain = [major, minor, revision].map((part) => String(Number(part))).join('.');
  const version = build === undefined ? plain : `${plain}+${Number(build)}`;
  return fault(version) === undefined ? version : undefined;
}

const textOf = (value: KconfigValue): string => (value.type === 'string' ? value.value : showValue(value));

export const rule: KconfigRule = {
  code: 'kconfig/sign-version',
  number: 46,
  severity: 'warning',
  document:
    'The version that imgtool signs into the image is X.Y.Z or X.Y.Z+B: MCUboot keeps it as numbers of 8, 8, 16 and 32 bits, ' +
    'compares them where downgrades are refused, and the Advanced Firmware Update object reports them.',
  check(configuration) {
    const place = placeOf(configuration, SYMBOL);
    if (!place) return [];
    const { value } = place.assignment;
    const text = textOf(value);
    // Empty: the VERSION file's, or 0.0.0+0.
    if (value.type === 'string' && text === '') return [];
    const why = value.type === 'string' ? fault(text) : 'stands without quotes, so it is no string';
    if (why === undefined) return [];
    const version = meant(text);
    const fixes: Fix[] = version === undefined ? [] : [setFix(configuration, place, [[SYMBOL, version]])];
    return [findingAt(place, `${SYMBOL}=${showValue(value)} ${why}: imgtool can't sign with it`, { fixes })];
  },
};
