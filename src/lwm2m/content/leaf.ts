import type { Problem } from '../../base/result';
import type { LwM2mPath } from '../../objects/path';
import type { LwM2mValue } from '../../objects/value';

/**
 * One value with its place: a resource, or a resource instance by its four-part path.
 * `at` (seconds since 1970, with fractions) where the content carried a time of its own (SenML).
 */
export interface Leaf {
  readonly path: LwM2mPath;
  readonly value: LwM2mValue;
  readonly at?: number;
}

/** What a payload held: every value that could be read, and what was wrong beside (byte offsets; characters in JSON and links). */
export interface DecodedContent {
  readonly leaves: readonly Leaf[];
  readonly problems: readonly Problem[];
}
