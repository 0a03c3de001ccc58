import type { XmlRule } from '../../rule';

/** Rules 1 to 14. */
export const fileRules: readonly XmlRule[] = [];
