import type { XmlRule } from '../../rule';

/** Rules 34 to 54: the resources. */
export const itemRules: readonly XmlRule[] = [];
