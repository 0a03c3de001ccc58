import type { SymbolType } from './symbol';

/**
 * The table of symbols as `media/kconfig/symbols.json` holds it, written by `test/generate/kconfig.mjs`. Symbols stand
 * without `CONFIG_`. Facts only: no prompt, no help.
 */
export interface SymbolTableFile {
  readonly format: 1;
  /** Releases of nRF Connect SDK that were compared, ascending: `2.0` … `3.2`. */
  readonly ncs: readonly string[];
  /** The release of Zephyr that was read. */
  readonly zephyr: string;
  /** The release of Anjay-zephyr that was read. */
  readonly anjay: string;
  /** The Kconfig files that the symbols are defined in. */
  readonly files: readonly string[];
  /** Conditions and names, each once: rows name them by index. */
  readonly texts: readonly string[];
  readonly symbols: Readonly<Record<string, SymbolRow>>;
}

/** Trailing empty columns are left out. */
export type SymbolRow = readonly [
  /** Index of {@link TYPE_BY_FLAG}, and 4 for each of Zephyr, 8 for Anjay-zephyr, that has it. */
  flags: number,
  /** Index of `files`. */
  file: number,
  /** Index of the first release of nRF Connect SDK that has it; -1: none. */
  since: number,
  /** Index of the last one. */
  until: number,
  /** `value`, or `value if condition`; the first whose condition holds counts. */
  defaults?: readonly string[],
  /** `0 4096`. */
  ranges?: readonly string[],
  /** Indexes of `texts`; all must hold. */
  depends?: readonly number[],
  /** Indexes of `texts`: `SYMBOL`, or `SYMBOL if condition`. */
  selects?: readonly number[],
  implies?: readonly number[],
];

/** Types by the low two bits of a row's flags. */
export const TYPE_BY_FLAG: readonly SymbolType[] = ['bool', 'int', 'string', 'hex'];
/** The flag of a symbol that Zephyr has. */
export const IN_ZEPHYR = 4;
/** The flag of a symbol that Anjay-zephyr has. */
export const IN_ANJAY = 8;
