import type { TextRange } from '../text';

/** Something that can be put at a place. */
export interface Completion {
  readonly label: string;
  readonly kind: 'element' | 'value' | 'unit' | 'resource' | 'id';
  /** One line beside the label. */
  readonly detail?: string;
  /** What is replaced by it. */
  readonly range: TextRange;
  readonly newText: string;
  /** `newText` has places to fill in, `${1:name}`. */
  readonly isSnippet?: boolean;
  /** What is typed to find it, where that isn't the label. */
  readonly filter?: string;
}
