import type { Configuration } from './configuration';

/**
 * Whether something shows that an option is off: a line, the folder's own Kconfig, or a build that hasn't it. Silence
 * shows nothing where board, SoC or another option may turn it on.
 */
export function isShownOff(configuration: Configuration, symbol: string): boolean {
  const value = configuration.stated(symbol)?.value;
  if (value) return value.type === 'tristate' && value.value === 'n';
  return configuration.build !== undefined && configuration.effective(symbol) === undefined;
}

/** Whether something shows that an option is on. */
export function isShownOn(configuration: Configuration, symbol: string): boolean {
  const value = configuration.stated(symbol)?.value;
  return value?.type === 'tristate' && value.value !== 'n';
}

/** A number that something shows. */
export function shownNumber(configuration: Configuration, symbol: string): bigint | undefined {
  const value = configuration.stated(symbol)?.value;
  return value?.type === 'int' || value?.type === 'hex' ? value.value : undefined;
}
