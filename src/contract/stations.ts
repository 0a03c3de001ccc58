import type { RunRecord, UpdateEvent } from '../fota/run';

/** The specification's states as stops on the way, and what the user wants to know as the last. */
export const stationNames = ['idle', 'downloading', 'downloaded', 'updating', 'runs'] as const;

/** A station's name. */
export type StationName = (typeof stationNames)[number];

/** `ahead` not reached, `current` where it is now, `done` passed, `skipped` never seen on the way, `failed` where it ended. */
export type StationStanding = 'ahead' | 'current' | 'done' | 'skipped' | 'failed';

/** A stop on the way with how it stands. */
export interface Station {
  readonly name: StationName;
  readonly label: string;
  readonly standing: StationStanding;
}

/** Where a run stands, by the states the device told and the phase it is in. */
export function stationsOf(
  record: Omit<RunRecord, 'events'> & { readonly events: readonly UpdateEvent[] },
): readonly Station[] {
  const seen = new Set<StationName>(['idle']);
  let reached = 0;
  for (const event of record.events) {
    if (event.kind !== 'state') continue;
    const index = stationNames.indexOf(event.state);
    seen.add(event.state);
    // Back in Idle after an attempt says how it ended, not that it begins anew.
    if (index > reached) reached = index;
  }
  reached = Math.max(reached, byPhase[record.phase]);
  // What was sent or fetched shows that it was downloading, told or not: a quick device tells only where it ended.
  if (record.bytes > 0) {
    seen.add('downloading');
    reached = Math.max(reached, 1);
  }
  const { end } = record;
  const succeeded = end?.outcome === 'succeeded';
  if (succeeded) reached = 4;
  const version = (succeeded ? end.versionAfter : undefined) ?? record.image.version;
  const stopped = end !== undefined || record.interrupted === true;
  return stationNames.map((name, index) => ({
    name,
    label:
      name === 'runs'
        ? lastLabel(version ?? 'the new image')
        : `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    standing: standing(name, index),
  }));

  /** What was hoped for is not to be read as what is. */
  function lastLabel(aim: string): string {
    if (!stopped || succeeded) return `Runs ${aim}`;
    return end?.outcome === 'unverified' ? `${aim} not verified` : `${aim} not reached`;
  }

  function standing(name: StationName, index: number): StationStanding {
    if (succeeded && index === 4) return 'done';
    if (index > reached) return 'ahead';
    if (index === reached)
      return stopped ? (end?.outcome === 'unverified' ? 'current' : 'failed') : 'current';
    return seen.has(name) || name === 'runs' ? 'done' : 'skipped';
  }
}

const byPhase: Readonly<Record<RunRecord['phase'], number>> = {
  preparing: 0,
  transferring: 1,
  downloaded: 2,
  updating: 3,
  verifying: 4,
  ended: 0,
};
