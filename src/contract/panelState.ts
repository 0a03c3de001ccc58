import type { ProgressSample, ToUpdatePanel, UpdatePanelSnapshot } from './updatePanel';

/** Most samples of a transfer that are kept; beyond, every second one goes. */
export const MOST_SAMPLES = 240;
/** Most lines of the timeline that a panel keeps. */
const MOST_EVENTS = 1000;

/** Samples with one more, thinned where they become many: the shape of the transfer stays. */
export function withSample(
  samples: readonly ProgressSample[],
  sample: ProgressSample,
): readonly ProgressSample[] {
  const last = samples.at(-1);
  // A transfer that begins anew starts at the front again: what was before is another curve.
  if (last && sample.bytes < last.bytes) return [sample];
  const all = [...samples, sample];
  return all.length <= MOST_SAMPLES
    ? all
    : all.filter((_, index) => index % 2 === 0 || index === all.length - 1);
}

/** What a panel shows after a message, or `gap` where it has missed one and must ask for a snapshot. */
export function applyToPanel(
  shown: UpdatePanelSnapshot | undefined,
  message: Extract<ToUpdatePanel, { kind: 'event' | 'facts' }>,
): UpdatePanelSnapshot | 'gap' {
  if (!shown || message.revision !== shown.revision + 1) return 'gap';
  const { revision } = message;
  if (message.kind === 'facts')
    return {
      ...shown,
      revision,
      record: { ...message.record, events: shown.record.events },
      running: shown.running && message.record.end === undefined,
    };
  const { event, bytes } = message;
  const kept =
    event.kind === 'progress'
      ? shown.record.events.filter(({ kind }) => kind !== 'progress')
      : shown.record.events;
  return {
    ...shown,
    revision,
    record: {
      ...shown.record,
      ...(event.kind === 'plan' ? { plan: event.plan } : {}),
      ...(event.kind === 'end' ? { end: event.end } : {}),
      bytes,
      events: [...kept, event].slice(-MOST_EVENTS),
    },
    samples:
      event.kind === 'progress'
        ? withSample(shown.samples, { at: event.at, bytes: event.bytes })
        : shown.samples,
    running: shown.running && event.kind !== 'end',
  };
}
