import type { RunHistory, RunRecord } from './run';
import { couldNot, type Verdict } from './verdict';

const CAUSE = 'A newer update of this device was started before this one could go on';
const NEXT = 'Start it again only if its image is the one that is to run: the newer one may be there by now.';

/**
 * Whether the newest run of a run's device is another: to go on would put an older image over what that one brought.
 */
export function isOvertaken(
  { id, endpointName }: Pick<RunRecord, 'id' | 'endpointName'>,
  history: Pick<RunHistory, 'list'>,
): boolean {
  const newest = history.list().find((run) => run.endpointName === endpointName);
  return newest !== undefined && newest.id !== id;
}

/** How a run ends that a process's end cut and a newer one overtook: as interrupted. */
export const overtaken = (): Verdict => couldNot('INTERRUPTED', CAUSE, NEXT);
