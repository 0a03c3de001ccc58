/** Past updates while no server is used, in the lazy half: looked at and nothing else, so that any folder's window may. */
import path from 'node:path';
import type { RunRecord } from '../fota/run';
import { MOST_RUNS, runsIn } from '../host/history';
import { RecordFolder } from '../storage/recordFolder';
import { defaultStateFolder } from '../storage/stateFolder';

const folders = new Map<string, RecordFolder>();

/** The runs kept in a state folder (without one, this user's own), newest first. Writes and removes nothing. */
export function pastRuns(stateFolder: string | undefined): readonly RunRecord[] {
  const folder = path.join(stateFolder ?? defaultStateFolder(), 'runs');
  // Kept for what it has read: files that didn't change are not read again.
  const known = folders.get(folder) ?? new RecordFolder(folder, '', MOST_RUNS);
  folders.set(folder, known);
  return runsIn(known);
}
