import type { XmlRule } from '../../rule';

/** Rules 65 to 69. */
export const unitRules: readonly XmlRule[] = [];
