import type { XmlRule } from '../../rule';

/** Rules 55 to 64. */
export const rangeRules: readonly XmlRule[] = [];
