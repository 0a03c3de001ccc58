import type { Configuration } from './configuration';
import type { Assignment, Fragment } from './fragment';

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
  for (const assignment of configuration.sysbuild?.assignments ?? [])
    if (configuration.sysbuild && !index.has(assignment.symbol))
      index.set(assignment.symbol, { fragment: configuration.sysbuild, assignment, order: -1 });
  indexes.set(configuration, index);
  return index;
}

/** The assignment of a symbol that counts: the last one. */
export const placeOf = (configuration: Configuration, symbol: string): Place | undefined =>
  indexOf(configuration).get(symbol);

/**
 * Where something about several symbols is told: in the fragment merged last of those that assign one of them, and
 * there at the symbol that is named first. `undefined`: no fragment assigns any.
 */
export function tellAt(configuration: Configuration, ...symbols: readonly string[]): Place | undefined {
  let best: Place | undefined;
  for (const symbol of symbols) {
    const place = placeOf(configuration, symbol);
    if (place && (!best || place.order > best.order)) best = place;
  }
  return best;
}
