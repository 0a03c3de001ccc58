import type { RunRecord } from '../../fota/run';
import type { RunFacts, UpdatePanelAction } from '../../contract/updatePanel';

/** What the panel offers for a run as it stands: the likeliest next step first. `connected`: to the server that has it. */
export function actionsFor(
  record: RunRecord,
  running: boolean,
  lastGood: RunFacts | undefined,
  connected = true,
): readonly UpdatePanelAction[] {
  const always: readonly UpdatePanelAction[] = ['changeMethod', 'openFile', 'showLog', 'copyMarkdown'];
  if (running) return [connected ? 'cancel' : 'startServer', ...always];
  if (record.end?.outcome === 'succeeded') return always;
  const unreached =
    record.end?.outcome === 'failed' &&
    /^(STALLED|NEVER_FETCHED|UNREACHABLE|NOT_REGISTERED|NOT_LISTENING)/.test(record.end.code ?? '');
  const takenUp = !connected && record.interrupted === true && record.plan?.method === 'pull';
  return [
    ...(takenUp ? (['startServer'] as const) : []),
    'pushAgain',
    'pushOther',
    ...(unreached ? (['nothingArrives'] as const) : []),
    ...(lastGood ? (['showLastGood'] as const) : []),
    ...always,
  ];
}

/** The newest run of the same device that went well before this one. */
export const lastGoodBefore = (
  record: Pick<RunRecord, 'id' | 'endpointName' | 'startedAt'>,
  history: readonly RunFacts[],
): RunFacts | undefined =>
  history
    .filter(
      (run) =>
        run.id !== record.id &&
        run.endpointName === record.endpointName &&
        run.startedAt < record.startedAt &&
        run.end?.outcome === 'succeeded',
    )
    .sort((a, b) => b.startedAt - a.startedAt)[0];
