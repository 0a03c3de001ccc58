import type { Expression } from './expression';

/** What a symbol holds. */
export type SymbolType = 'bool' | 'int' | 'string' | 'hex';

/** A value or a symbol that counts where its condition holds. */
export interface Conditional {
  /** As Kconfig writes it: `y`, `42`, `"text"`, or the name of a symbol. */
  readonly value: string;
  readonly condition: Expression | undefined;
  /** The condition as Kconfig writes it. */
  readonly conditionText: string | undefined;
}

/** A symbol as the libraries define it. */
export interface KconfigSymbol {
  /** With its prefix: `CONFIG_LWM2M`. */
  readonly name: string;
  readonly type: SymbolType;
  /** The first whose condition holds counts. */
  readonly defaults: readonly Conditional[];
  /** `0 4096`. */
  readonly ranges: readonly string[];
  /** All must hold. */
  readonly depends: readonly { readonly text: string; readonly condition: Expression }[];
  readonly selects: readonly Conditional[];
  readonly implies: readonly Conditional[];
  /** The Kconfig file it is defined in. */
  readonly file: string;
  /** A sample's own: it exists, and has its default, only where a folder's own Kconfig says so. */
  readonly ofSample: boolean;
  /** The releases of nRF Connect SDK that have it, from Nordic's own tree. */
  readonly ncs: { readonly since: string; readonly until: string } | undefined;
  /** Zephyr, and so every release of nRF Connect SDK over it, has it. */
  readonly inZephyr: boolean;
  readonly inAnjay: boolean;
}

/** What is known of the symbols around LwM2M: each decoded when it is first asked for. */
export interface SymbolTable {
  /** Releases of nRF Connect SDK that were compared, ascending. */
  readonly ncs: readonly string[];
  readonly zephyr: string;
  readonly anjay: string;
  /** Every name, with its prefix. */
  names(): readonly string[];
  symbol(name: string): KconfigSymbol | undefined;
  /** Names (with prefix) of the symbols that select one. */
  selectors(name: string): readonly string[];
  /** Names of the symbols that imply one. */
  impliers(name: string): readonly string[];
}
