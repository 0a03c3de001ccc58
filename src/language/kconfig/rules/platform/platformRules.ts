import type { KconfigRule } from '../../rule';
import { rule as symbolGone } from './symbol-gone';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [symbolGone];
