import type { XmlRule } from '../../rule';

/** Rules 75 to 80. */
export const workspaceRules: readonly XmlRule[] = [];
