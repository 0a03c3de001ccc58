import { compareBounds, type Bound } from './rules/range/rangeBound';
import { printRange, readRange, type RangePart } from './rules/range/rangeText';

interface Interval {
  readonly min: Bound;
  readonly max: Bound;
}

function intervalsOf(parts: readonly RangePart[]): readonly Interval[] | undefined {
  const intervals: Interval[] = [];
  for (const part of parts) {
    if (part.kind === 'text') return undefined;
    intervals.push(part.kind === 'interval' ? part : { min: part.value, max: part.value });
  }
  return intervals;
}

/** Whether every value of one interval is in another. */
const within = (inner: Interval, outer: Interval): boolean =>
  compareBounds(outer.min, inner.min) <= 0 && compareBounds(inner.max, outer.max) <= 0;

/**
 * What another range means: `breaking` where values that were allowed no longer are, `editorial` where the same values
 * are written otherwise, else `compatible`. A range where there was none tells what was meant all along.
 */
export function rangeChange(before: string, after: string): 'breaking' | 'compatible' | 'editorial' {
  const [was, is] = [readRange(before), readRange(after)];
  if (was.parts.length > 0 && printRange(was.parts) === printRange(is.parts)) return 'editorial';
  const [old, now] = [intervalsOf(was.parts), intervalsOf(is.parts)];
  if (!old || !now) {
    const texts = new Set(is.parts.map((part) => (part.kind === 'text' ? part.value : '')));
    const lost = was.parts.some((part) => part.kind === 'text' && !texts.has(part.value));
    return is.parts.length > 0 && lost ? 'breaking' : 'compatible';
  }
  if (old.length === 0 || now.length === 0) return 'compatible';
  return old.every((one) => now.some((other) => within(one, other))) ? 'compatible' : 'breaking';
}
