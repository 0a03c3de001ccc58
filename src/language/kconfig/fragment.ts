import type { TextRange } from '../text';

/** The value of an assignment, as Kconfig reads it. */
export type KconfigValue =
  | { readonly type: 'tristate'; readonly value: 'y' | 'n' | 'm' }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'hex'; readonly value: bigint }
  | { readonly type: 'string'; readonly value: string }
  /** None of these: the text as it stands. */
  | { readonly type: 'unreadable'; readonly text: string };

/** `CONFIG_X=value`, or `# CONFIG_X is not set`. */
export interface Assignment {
  /** With its prefix: `CONFIG_LWM2M`, `SB_CONFIG_BOOTLOADER_MCUBOOT`. */
  readonly symbol: string;
  readonly symbolRange: TextRange;
  readonly value: KconfigValue;
  readonly valueRange: TextRange;
  /** The whole line without its end. */
  readonly range: TextRange;
  /** 0 for the first line. */
  readonly line: number;
}

/** A line that is neither blank, comment nor assignment. */
export interface UnreadLine {
  readonly range: TextRange;
  readonly line: number;
}

/** A fragment as it can be read; never fails. */
export interface Fragment {
  readonly uri: string;
  readonly text: string;
  readonly assignments: readonly Assignment[];
  readonly unread: readonly UnreadLine[];
}

/** What a file is, by its name and folder alone. */
export type FragmentKind = 'prj' | 'board' | 'overlay' | 'sysbuild' | 'generated';
