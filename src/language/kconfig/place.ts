import type { Configuration } from './configuration';
import type { Assignment, Fragment } from './fragment';
import type { KconfigFinding } from './rule';

/** An assignment in its fragment. */
export interface Place {
  readonly fragment: Fragment;
  readonly assignment: Assignment;
  /** How late its fragment is merged: 0 first. */
  readonly order: number;
}

const indexes = new WeakMap<Configuration, ReadonlyMap<string, Place>>();

function indexOf(configuration: Configuration): ReadonlyMap<string, Place> {
  const known = indexes.get(configuration);
  if (known) return known;
  const index = new Map<string, Place>();
  configuration.fragments.forEach(({ fragment }, order) => {
    for (const assignment of fragment.assignments)
      index.set(assignment.symbol, { fragment, assignment, order });
  });
  const { sysbuild } = configuration;
  for (const assignment of sysbuild?.assignments ?? [])
    // a CONFIG_ line of sysbuild.conf assigns nothing
    if (sysbuild && assignment.symbol.startsWith('SB_') && !index.has(assignment.symbol))
      index.set(assignment.symbol, { fragment: sysbuild, assignment, order: -1 });
  indexes.set(configuration, index);
  return index;
}

/** The assignment of a symbol that counts: the last one. */
export const placeOf = (configuration: Configuration, symbol: string): Place | undefined =>
  indexOf(configuration).get(symbol);

/** What all else rests on: told at where nothing nearer is written. */
const FOUNDATIONS = [
  'CONFIG_LWM2M_CLIENT_UTILS',
  'CONFIG_LWM2M_CARRIER',
  'CONFIG_ANJAY',
  'CONFIG_LWM2M',
  'CONFIG_FOTA_DOWNLOAD',
];

function latest(configuration: Configuration, symbols: readonly string[]): Place | undefined {
  let best: Place | undefined;
  for (const symbol of symbols) {
    const place = placeOf(configuration, symbol);
    if (place && (!best || place.order > best.order)) best = place;
  }
  return best;
}

/**
 * Where something about several symbols is told: in the fragment merged last of those that assign one of them, and
 * there at the symbol that is named first. Where no fragment assigns any: at the line that turns the library on.
 */
export const tellAt = (configuration: Configuration, ...symbols: readonly string[]): Place | undefined =>
  latest(configuration, symbols) ?? latest(configuration, FOUNDATIONS);

/** A finding at the line of a place; none without a place. */
export const told = (
  place: Place | undefined,
  message: string,
  rest: Omit<KconfigFinding, 'uri' | 'range' | 'message'> = {},
): readonly KconfigFinding[] =>
  place ? [{ uri: place.fragment.uri, range: place.assignment.range, message, ...rest }] : [];
