import type { RunSummary, Workbench } from '../contract/workbench';
import type { RunRecord } from '../fota/run';

/** Past and running updates as this window can know them: from the server it uses, or else from the state folder. */
export interface Runs {
  /** Newest first. */
  list(): Promise<readonly RunSummary[]>;
  run(id: string): Promise<RunRecord | undefined>;
}

/**
 * @param workbench the one that is used, if any
 * @param past what the state folder holds; asked only while there is no workbench
 */
export const runsOf = (
  workbench: () => Workbench | undefined,
  past: () => Promise<readonly RunRecord[]>,
): Runs => ({
  list: async () => (await workbench()?.history()) ?? (await past()),
  run: async (id) => {
    const used = workbench();
    return used ? used.run(id) : (await past()).find((run) => run.id === id);
  },
});
