import type { XmlRule } from '../../rule';
import { rule as boundImpossible } from './range-bound-impossible';
import { rule as dash } from './range-dash';
import { rule as dots } from './range-dots';
import { rule as missing } from './range-missing';
import { rule as prose } from './range-prose';
import { rule as reversed } from './range-reversed';
import { rule as unexpected } from './range-unexpected';

/** Rules 55 to 64; 60 to 62 allow what other checkers complain of: lengths, single numbers, lists and labels. */
export const rangeRules: readonly XmlRule[] = [
  dash,
  dots,
  reversed,
  boundImpossible,
  unexpected,
  prose,
  missing,
];
