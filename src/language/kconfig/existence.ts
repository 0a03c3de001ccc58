import type { Platform } from './configuration';
import type { KconfigSymbol, SymbolTable } from './symbols';
import { compareVersions, releaseOf, zephyrOf } from './version';

/** The release of nRF Connect SDK that a platform is, or is taken for: the newest where its version isn't known. */
export const ncsVersionOf = (platform: Platform, symbols: SymbolTable): string =>
  platform.kind === 'ncs' && platform.version !== undefined
    ? releaseOf(platform.version)
    : (symbols.ncs.at(-1) ?? '0');

/** Whether the release of nRF Connect SDK is `from` or later, and before `before`. Never so on plain Zephyr. */
export function versionIn(platform: Platform, symbols: SymbolTable, from: string, before?: string): boolean {
  if (platform.kind === 'zephyr') return false;
  const version = ncsVersionOf(platform, symbols);
  return (
    compareVersions(version, from) >= 0 && (before === undefined || compareVersions(version, before) < 0)
  );
}

/** Whether a symbol exists in the software a configuration is for. */
export function existsIn(symbol: KconfigSymbol, platform: Platform, symbols: SymbolTable): boolean {
  const { ncs, inZephyr, inAnjay } = symbol;
  if (inAnjay || (inZephyr && (!ncs || ncs.until !== '99'))) return true;
  if (!ncs) return false;
  if (platform.kind === 'zephyr')
    return (
      inZephyr &&
      (platform.version === undefined || compareVersions(platform.version, zephyrOf(ncs.since)) >= 0)
    );
  const version = ncsVersionOf(platform, symbols);
  // What the oldest and the newest release compared have, those before and after are taken to have.
  const since = ncs.since === symbols.ncs[0] || compareVersions(version, ncs.since) >= 0;
  const isNewest = ncs.until === symbols.ncs.at(-1) || ncs.until === '99';
  return since && (isNewest || compareVersions(version, `${ncs.until}.99`) <= 0);
}
