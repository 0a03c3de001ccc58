import type { XmlRule } from '../../rule';

/** Rules 34 to 54. */
export const itemRules: readonly XmlRule[] = [];
