import type { KconfigRule } from '../../rule';
import { rule as pskNotHex } from './psk-not-hex';
import { rule as pskTooLong } from './psk-too-long';
import { rule as pskWeak } from './psk-weak';
import { rule as pskExceedsKeySize } from './psk-exceeds-key-size';
import { rule as identityExceedsKeySize } from './identity-exceeds-key-size';
import { rule as endpointCut } from './endpoint-cut';
import { rule as endpointOptionTooLong } from './endpoint-option-too-long';
import { rule as endpointForm } from './endpoint-form';
import { rule as bootstrapPsk } from './bootstrap-psk';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [
  pskNotHex,
  pskTooLong,
  pskWeak,
  pskExceedsKeySize,
  identityExceedsKeySize,
  endpointCut,
  endpointOptionTooLong,
  endpointForm,
  bootstrapPsk,
];
