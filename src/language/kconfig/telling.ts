import type { Configuration } from './configuration';
import type { Place } from './place';
import type { KconfigFinding } from './rule';
import { showValue } from './value';

/** A finding about a line. */
export const findingAt = (
  { fragment, assignment }: Place,
  message: string,
  more: Omit<Partial<KconfigFinding>, 'uri' | 'range' | 'message'> = {},
): KconfigFinding => ({ uri: fragment.uri, range: assignment.range, message, ...more });

/** A symbol with its value in force, for people: `CONFIG_LWM2M=y`, `CONFIG_COAP_MAX_RETRANSMIT=4 by default`. */
export function said(configuration: Configuration, symbol: string): string {
  const effective = configuration.effective(symbol);
  if (!effective) return `${symbol} without a value`;
  const text = `${symbol}=${showValue(effective.value)}`;
  switch (effective.source.kind) {
    case 'default':
      return `${text} by default`;
    case 'folder':
      return `${text} by the folder's Kconfig`;
    case 'assignment':
    case 'build':
      return text;
  }
}

/** Other lines that a finding rests on. */
export const relatedTo = (
  ...others: readonly (readonly [Place | undefined, string])[]
): NonNullable<KconfigFinding['related']> =>
  others.flatMap(([place, message]) =>
    place ? [{ uri: place.fragment.uri, range: place.assignment.range, message }] : [],
  );
