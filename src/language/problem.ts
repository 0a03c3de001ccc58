import type { TextEdit, TextRange } from './text';

/** How much it matters: an error will not work, a warning will surprise, a hint is a matter of form. */
export type Severity = 'error' | 'warning' | 'hint';

/** What a file is checked for: while it is written, or before it goes to OMA's registry. */
export type Profile = 'editing' | 'registry';

/** Edits of one file, its new name, or a file that is not there yet. Files are URIs as the caller gave them, or beside such. */
export type FileChange =
  | { readonly kind: 'edit'; readonly uri: string; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'rename'; readonly uri: string; readonly newName: string }
  | { readonly kind: 'create'; readonly uri: string; readonly text: string };

/** A way to mend a problem. */
export interface Fix {
  /** What it does, in the imperative: `Set ObjectType to MODefinition`. */
  readonly title: string;
  readonly changes: readonly FileChange[];
  /** The one that "fix all" takes: applied, the rule is silent and nothing that was meant is lost. */
  readonly preferred?: boolean;
}

/** Something about a file that its author should know. */
export interface Problem {
  /** Stable: `xml/item-order`, `kconfig/fota-tag-differs`. */
  readonly code: string;
  readonly severity: Severity;
  /** Names every symbol, element or value concerned in full. */
  readonly message: string;
  readonly range: TextRange;
  readonly related?: readonly {
    readonly uri: string;
    readonly range: TextRange;
    readonly message: string;
  }[];
  readonly fixes: readonly Fix[];
  /** Shown as unneeded or as out of date. */
  readonly tag?: 'unnecessary' | 'deprecated';
}
