import type { Fix, Problem, Severity } from '../problem';
import type { TextRange } from '../text';
import type { Configuration } from './configuration';

/** A problem of a configuration, in one of its fragments. */
export interface KconfigFinding {
  /** The fragment it is told in: what is missing is told at the line that makes it necessary. */
  readonly uri: string;
  readonly range: TextRange;
  readonly message: string;
  readonly severity?: Severity;
  readonly related?: NonNullable<Problem['related']>;
  readonly fixes?: readonly Fix[];
  readonly tag?: NonNullable<Problem['tag']>;
  /** About this line alone: told in an overlay even where the configuration below it has the like. */
  readonly ofLine?: boolean;
}

/** One rule, a file each. */
export interface KconfigRule {
  /** `kconfig/…`, stable. */
  readonly code: string;
  /** Its number among the facts of `zephyr-nordic.md` §2 that it was made from. */
  readonly number: number;
  readonly severity: Severity;
  /** What is asked and why, in a few sentences. */
  readonly document: string;
  check(configuration: Configuration): readonly KconfigFinding[];
}
