import type { XmlRule } from '../../rule';

/** Rules 70 to 74. */
export const reusableRules: readonly XmlRule[] = [];
