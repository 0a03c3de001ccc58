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

/**
 * The history of updates in a folder that several processes share. A run whose process ended in the middle is listed as
 * `interrupted`.
 */
export function runHistory(folder: RecordFolder, log: Logger): RunHistory {
  const changes = new Emitter<RunRecord>();
  folder.prune();
  return {
    onChange: changes.event,
    write: (record) => {
      try {
        folder.write(nameOf(record), record);
      } catch (error) {
        log.log('error', `${record.endpointName}: its update is not in history: ${errorText(error)}`);
      }
      changes.fire(record);
    },
    list: () =>
      folder.list().flatMap(({ record, ownerAlive }) => {
        if (!isRun(record)) return [];
        if (record.end !== undefined || record.phase === 'ended' || ownerAlive) return [record];
        return [{ ...record, interrupted: true as const }];
      }),
  };
}
