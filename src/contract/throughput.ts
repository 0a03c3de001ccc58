import type { ProgressSample } from './updatePanel';

/** A transfer's pace. */
export interface Pace {
  /** Bytes a second, over the last seconds. */
  readonly rate: number;
  /** Seconds left at that rate, where it moves. */
  readonly left: number | undefined;
}

/** How far back the rate looks, in milliseconds. */
const WINDOW_MS = 5000;

/** The pace at the end of the samples. */
export function paceOf(samples: readonly ProgressSample[], total: number): Pace | undefined {
  const last = samples.at(-1);
  if (!last) return undefined;
  const from = samples.find(({ at }) => last.at - at <= WINDOW_MS) ?? last;
  const span = last.at - from.at;
  if (span <= 0) return undefined;
  const rate = (1000 * (last.bytes - from.bytes)) / span;
  return { rate, left: rate > 0 ? (total - last.bytes) / rate : undefined };
}

/**
 * Bytes a second in `count` equal slices of time from the first sample to `until` (at least the last one): a stall is a
 * row of zeros at the end.
 */
export function throughputBars(
  samples: readonly ProgressSample[],
  count: number,
  until = 0,
): readonly number[] {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last) return [];
  const end = Math.max(until, last.at);
  const slice = (end - first.at) / count;
  if (slice <= 0) return [];
  const bars: number[] = [];
  let before = first.bytes;
  for (let index = 1; index <= count; index++) {
    const now = bytesAt(samples, first.at + slice * index);
    bars.push((1000 * (now - before)) / slice);
    before = now;
  }
  return bars;
}

/** Bytes transferred at a time, on the line between its two samples. */
function bytesAt(samples: readonly ProgressSample[], at: number): number {
  const next = samples.findIndex((sample) => sample.at >= at);
  const after = samples[next];
  if (!after) return samples.at(-1)?.bytes ?? 0;
  const before = samples[next - 1];
  if (!before || after.at === before.at) return after.bytes;
  return before.bytes + ((after.bytes - before.bytes) * (at - before.at)) / (after.at - before.at);
}
