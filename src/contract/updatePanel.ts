import type { RunRecord, UpdateEvent } from '../fota/run';

const actions = [
  'cancel',
  'pushAgain',
  'pushOther',
  'showLog',
  'copyMarkdown',
  'changeMethod',
  'openFile',
  'nothingArrives',
  'showLastGood',
  'startServer',
] as const;

/** What the panel offers as a next step; the host does it. */
export type UpdatePanelAction = (typeof actions)[number];

/** A run without its timeline. */
export type RunFacts = Omit<RunRecord, 'events'>;

/** How much had been transferred when; milliseconds since 1970, bytes. */
export interface ProgressSample {
  readonly at: number;
  readonly bytes: number;
}

/** Everything the panel shows, with a revision; events then come one by one, each raising it by one. */
export interface UpdatePanelSnapshot {
  readonly revision: number;
  readonly record: RunRecord;
  /** Whether the run is under way in the host that is spoken to. */
  readonly running: boolean;
  /** The transfer so far, thinned; oldest first. */
  readonly samples: readonly ProgressSample[];
  /** The last run of this device that went well before this one, to compare with. */
  readonly lastGood?: RunFacts;
  readonly actions: readonly UpdatePanelAction[];
}

/** Host → panel. A gap in revisions makes the panel ask for a snapshot. */
export type ToUpdatePanel =
  | { readonly kind: 'snapshot'; readonly snapshot: UpdatePanelSnapshot }
  /** `bytes` transferred in all. */
  | {
      readonly kind: 'event';
      readonly revision: number;
      readonly event: UpdateEvent;
      readonly bytes: number;
    }
  /** The run's facts changed. */
  | { readonly kind: 'facts'; readonly revision: number; readonly record: RunFacts }
  /** There is nothing to show the run from: no server runs, or it doesn't know the run. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly actions: readonly UpdatePanelAction[] };

/** Panel → host. `ready` asks for a snapshot. */
export type FromUpdatePanel =
  { readonly kind: 'ready' } | { readonly kind: 'act'; readonly action: UpdatePanelAction };

/** A message from a panel, checked; `undefined` for anything else. */
export function parseFromUpdatePanel(message: unknown): FromUpdatePanel | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  if (message.kind === 'ready') return { kind: 'ready' };
  if (message.kind !== 'act' || !('action' in message)) return undefined;
  const action = actions.find((known) => known === message.action);
  return action === undefined ? undefined : { kind: 'act', action };
}
