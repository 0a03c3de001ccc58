import type { KconfigRule } from '../../rule';

/** Rules of this group, in the order of the facts. */
export const rules: readonly KconfigRule[] = [];
