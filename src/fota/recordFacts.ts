import type { StatePair } from './machine';
import { parsePackageUri } from './packageUri';
import type { RunRecord } from './run';

const statesOf = ({ events }: RunRecord) => events.filter((event) => event.kind === 'state');

/** The pair told last. */
export const lastPairOf = (record: RunRecord): StatePair | undefined => statesOf(record).at(-1);

/** What stood before Execute: the last Downloaded. */
export const pairBeforeExecute = (record: RunRecord): StatePair | undefined =>
  statesOf(record)
    .filter(({ state }) => state === 'downloaded')
    .at(-1);

/** Execute as it was answered. */
const execution = ({ events }: RunRecord) =>
  events.filter((event) => event.kind === 'step' && event.text.startsWith('Update executed')).at(-1);

/** Whether Execute was answered. */
export const wasExecuted = (record: RunRecord): boolean => execution(record) !== undefined;

/** When Execute was sent, as near as the record knows. */
export const executedAt = (record: RunRecord): number =>
  (execution(record) ?? record.events.at(-1))?.at ?? record.startedAt;

/** The path a run's image was served at besides the offer's own, where the user chose its URI. */
export const servedBefore = ({ asked, plan }: RunRecord): readonly string[] | undefined =>
  asked?.uri === undefined || plan?.packageUri === undefined || plan.external
    ? undefined
    : parsePackageUri(plan.packageUri)?.segments;
