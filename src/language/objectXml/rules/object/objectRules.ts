import type { XmlRule } from '../../rule';

/** Rules 15 to 33. */
export const objectRules: readonly XmlRule[] = [];
