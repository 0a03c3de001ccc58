import type { RunRecord, UpdateEvent } from '../fota/run';

/** What the panel offers as a next step; the host does it. */
export type UpdatePanelAction =
  | 'cancel'
  | 'pushAgain'
  | 'showLog'
  | 'copyMarkdown'
  | 'changeMethod'
  | 'openFile'
  | 'nothingArrives'
  | 'showLastGood';

/** Everything the panel shows, with a revision; events then come one by one, each raising it by one. */
export interface UpdatePanelSnapshot {
  readonly revision: number;
  readonly record: RunRecord;
  /** Whether the run is under way in the host that is spoken to. */
  readonly running: boolean;
  /** The last run of this device that went well before this one, to compare with. */
  readonly lastGood?: Omit<RunRecord, 'events'>;
  readonly actions: readonly UpdatePanelAction[];
}

/** Host → panel. A gap in revisions makes the panel ask for a snapshot. */
export type ToUpdatePanel =
  | { readonly kind: 'snapshot'; readonly snapshot: UpdatePanelSnapshot }
  | {
      readonly kind: 'event';
      readonly revision: number;
      readonly event: UpdateEvent;
      readonly bytes: number;
    };

/** Panel → host. `ready` asks for a snapshot. */
export type FromUpdatePanel =
  { readonly kind: 'ready' } | { readonly kind: 'act'; readonly action: UpdatePanelAction };

const actions: ReadonlySet<string> = new Set<UpdatePanelAction>([
  'cancel',
  'pushAgain',
  'showLog',
  'copyMarkdown',
  'changeMethod',
  'openFile',
  'nothingArrives',
  'showLastGood',
]);

/** A message from a panel, checked; `undefined` for anything else. */
export function parseFromUpdatePanel(message: unknown): FromUpdatePanel | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  if (message.kind === 'ready') return { kind: 'ready' };
  if (message.kind === 'act' && 'action' in message && typeof message.action === 'string')
    return actions.has(message.action)
      ? { kind: 'act', action: message.action as UpdatePanelAction }
      : undefined;
  return undefined;
}
