import type { KconfigRule } from '../../rule';
import { rule as contentFormatUnmet } from './content-format-unmet';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [contentFormatUnmet];
