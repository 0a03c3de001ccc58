import type { XmlRule } from '../../rule';
import { rule as breakingMinor } from './breaking-minor';
import { rule as changedMinor } from './changed-minor';
import { rule as definedTwice } from './defined-twice';
import { rule as indexDescription } from './index-description';
import { rule as indexEntry } from './index-entry';
import { rule as publishedDiffers } from './published-differs';

/** Rules 75 to 80. */
export const workspaceRules: readonly XmlRule[] = [
  definedTwice,
  breakingMinor,
  changedMinor,
  publishedDiffers,
  indexEntry,
  indexDescription,
];
