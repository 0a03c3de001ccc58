import type { FolderKconfig } from './folderKconfig';
import type { Assignment, Fragment, FragmentKind, KconfigValue } from './fragment';
import type { SymbolTable } from './symbols';

/** The software that a configuration is for. */
export interface Platform {
  readonly kind: 'ncs' | 'zephyr' | 'anjay';
  /** `3.1.0`, where it is known. */
  readonly version: string | undefined;
  /** How it is known: `VERSION of …/nrf`, the setting, a build's `.config`; for people. */
  readonly because: string;
}

/** Where a value comes from. */
export type ValueSource =
  /** A line of a fragment: the last one counts. */
  | { readonly kind: 'assignment'; readonly fragment: Fragment; readonly assignment: Assignment }
  /** A build's `.config`: what was really built with. */
  | { readonly kind: 'build'; readonly fragment: Fragment; readonly assignment: Assignment }
  /** The library's own Kconfig, for this platform. */
  | { readonly kind: 'default' }
  /** The folder's own Kconfig. */
  | { readonly kind: 'folder'; readonly uri: string };

/** What a symbol is in a configuration. */
export interface EffectiveValue {
  readonly symbol: string;
  readonly value: KconfigValue;
  readonly source: ValueSource;
}

/** Fragments in the order in which they are merged, the last assignment counting, with what stands below them. */
export interface Configuration {
  readonly platform: Platform;
  /** What is known of the libraries' symbols. */
  readonly symbols: SymbolTable;
  /** `prj.conf`, its board fragment, at most one overlay; a `sysbuild.conf` beside them apart. */
  readonly fragments: readonly { readonly kind: FragmentKind; readonly fragment: Fragment }[];
  readonly sysbuild: Fragment | undefined;
  /** `.config` of a build of this very folder, where there is one that is newer than the fragments. */
  readonly build: Fragment | undefined;
  /** The folder's own Kconfig. */
  readonly kconfig: FolderKconfig | undefined;
  /** The value in force; `undefined` where nothing shows it. A silence that a default explains is told as that. */
  effective(symbol: string): EffectiveValue | undefined;
  /** Only what a fragment, the folder's own Kconfig or a build says: no library default. */
  stated(symbol: string): EffectiveValue | undefined;
  isOn(symbol: string): boolean;
  number(symbol: string): bigint | undefined;
  string(symbol: string): string | undefined;
}
