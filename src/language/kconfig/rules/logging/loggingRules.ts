import type { KconfigRule } from '../../rule';
import { rule as logOff } from './log-off';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [logOff];
