import { Emitter } from '../base/event';
import { errorText } from '../base/errors';
import type { Logger } from '../base/log';
import type { RunHistory, RunRecord } from '../fota/run';
import type { RecordFolder } from '../storage/recordFolder';

/** Runs kept; the oldest go first. */
export const MOST_RUNS = 500;

/** A file name by which runs sort in time. */
const nameOf = (record: RunRecord): string => `${String(record.startedAt).padStart(15, '0')}-${record.id}`;

/** A record read back is ours, written whole; this guards against a file somebody put there. */
const isRun = (value: unknown): value is RunRecord =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'endpointName' in value &&
  'startedAt' in value;

/** The runs in a folder, newest first; one whose process ended in the middle is `interrupted`. */
export const runsIn = (folder: Pick<RecordFolder, 'list'>): readonly RunRecord[] =>
  folder.list().flatMap(({ record, ownerAlive }) => {
    if (!isRun(record)) return [];
    if (record.end !== undefined || record.phase === 'ended' || ownerAlive) return [record];
    return [{ ...record, interrupted: true as const }];
  });

/** A history whose runs under way belong to this process. */
export interface OwnedHistory extends RunHistory {
  /** The process ends: whoever starts next, even while this one still winds up, may take up its runs. */
  release(): void;
}

/**
 * The history of updates in a folder that several processes share. A run whose process ended in the middle is listed as
 * `interrupted`.
 */
export function runHistory(folder: RecordFolder, log: Logger): OwnedHistory {
  const changes = new Emitter<RunRecord>();
  const underWay = new Set<string>();
  folder.prune();
  const attempt = (record: string, store: () => void) => {
    try {
      store();
    } catch (error) {
      log.log('error', `${record}: its update is not in history: ${errorText(error)}`);
    }
  };
  return {
    onChange: changes.event,
    write: (record) => {
      const name = nameOf(record);
      if (record.end === undefined && record.phase !== 'ended') underWay.add(name);
      else underWay.delete(name);
      attempt(record.endpointName, () => folder.write(name, record));
      changes.fire(record);
    },
    release: () => {
      for (const name of underWay) attempt(name, () => folder.release(name));
      underWay.clear();
    },
    list: () => runsIn(folder),
  };
}
