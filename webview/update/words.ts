import type { UpdatePanelAction, UpdatePanelSnapshot } from '../../src/contract/updatePanel';
import { printableText } from '../../src/base/printableText';

/** Longest text from a device or the host that is drawn on one line. */
const LONGEST = 400;

/** Text from outside, made harmless and bounded. It is drawn as text only. */
export const plain = (text: string): string => printableText(text, LONGEST);

type UpdateEvent = UpdatePanelSnapshot['record']['events'][number];

/** A line of the timeline. */
export interface TimelineLine {
  readonly at: number;
  readonly kind: 'plain' | 'state' | 'illegal';
  readonly text: string;
  readonly answer?: string;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The line for an event; progress has its own place and none here. */
export function timelineLine(event: UpdateEvent): TimelineLine | undefined {
  const { at } = event;
  switch (event.kind) {
    case 'progress':
      return undefined;
    case 'waiting':
      return { at, kind: 'plain', text: `Waiting: ${plain(event.note)}` };
    case 'plan':
      return { at, kind: 'plain', text: `Planned: ${event.plan.method} over ${event.plan.protocol}` };
    case 'state': {
      const note = event.note === undefined ? '' : ` (${plain(event.note)})`;
      return event.legal
        ? { at, kind: 'state', text: `${capital(event.state)}${note}` }
        : {
            at,
            kind: 'illegal',
            text: `${capital(event.state)}: a transition the specification doesn’t draw${note}`,
          };
    }
    case 'step':
      return {
        at,
        kind: 'plain',
        text: plain(event.text),
        ...(event.answer === undefined ? {} : { answer: plain(event.answer) }),
      };
    case 'end':
      return { at, kind: 'state', text: capital(endWords[event.end.outcome]) };
  }
}

const endWords = {
  succeeded: 'done: the new version runs',
  failed: 'failed',
  cancelled: 'cancelled',
  unverified: 'ended, not verified',
} as const;

/** `12:03:11.201` in the reader's zone. */
export function timeText(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** How a run stands, in a headline. `undefined` while it goes on. */
export function headline(
  snapshot: UpdatePanelSnapshot,
): { readonly kind: 'succeeded' | 'failed' | 'other'; readonly text: string } | undefined {
  const { record, running } = snapshot;
  const { end } = record;
  if (!end)
    return running
      ? undefined
      : { kind: 'other', text: 'Interrupted: the server ended in the middle of this update' };
  if (end.code === 'INTERRUPTED')
    return { kind: 'other', text: 'Interrupted: the server ended in the middle of this update' };
  switch (end.outcome) {
    case 'succeeded':
      return {
        kind: 'succeeded',
        text: end.versionAfter === undefined ? 'Updated' : `Updated: runs ${plain(end.versionAfter)}`,
      };
    case 'failed':
      return { kind: 'failed', text: failedText(end) };
    case 'cancelled':
      return { kind: 'other', text: 'Cancelled' };
    case 'unverified':
      return { kind: 'other', text: 'Sent and accepted, yet the new version could not be verified' };
  }
}

function failedText(end: NonNullable<UpdatePanelSnapshot['record']['end']>): string {
  if (end.updateResult !== undefined && end.updateResult > 1)
    return `${capital(plain(end.resultName ?? 'update result'))} (${end.updateResult})`;
  return end.code === undefined ? 'Failed' : capital(plain(end.code).toLowerCase().replace(/_/g, ' '));
}

/** What is written on the buttons. */
export const actionLabels: Readonly<Record<UpdatePanelAction, string>> = {
  cancel: 'Cancel',
  pushAgain: 'Push Again',
  pushOther: 'Push Another Build',
  showLog: 'Show Log',
  copyMarkdown: 'Copy as Markdown',
  changeMethod: 'Change Method',
  openFile: 'Show File',
  nothingArrives: 'Nothing Arrives?',
  showLastGood: 'Open the Last Good Update',
  startServer: 'Start Server',
};

/** `15 s left`, `3 min left`. */
export function leftText(seconds: number | undefined): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '';
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s left`;
  return `${Math.round(seconds / 60)} min left`;
}
