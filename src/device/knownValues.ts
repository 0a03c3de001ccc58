import { pathContains, printPath, type LwM2mPath } from '../objects/path';
import type { LwM2mValue } from '../objects/value';
import type { Leaf } from '../lwm2m/content/leaf';

/** How a value became known: read, reported by a notification or by Send, or written by us and taken by the device. */
export type ValueSource = 'read' | 'notify' | 'send' | 'write';

/** A value a device has, as far as is known. */
export interface KnownValue {
  readonly path: LwM2mPath;
  readonly value: LwM2mValue;
  /** Milliseconds since 1970: the device's own time where it told one, else that of arrival. */
  readonly at: number;
  readonly source: ValueSource;
}

/** One point of a number's course. `at` in milliseconds since 1970. */
export interface HistoryPoint {
  readonly at: number;
  readonly value: number;
}

/** How much of one device is kept. */
export interface KnownValueLimits {
  /** Values; the one that changed longest ago goes first. Default 4,000. */
  readonly values: number;
  /** Bytes or characters of one value; longer ones are not kept. Default 16 KiB. */
  readonly valueSize: number;
  /** Points of a number's course. Default 120. */
  readonly points: number;
  /** Numbers whose course is kept. Default 200. */
  readonly courses: number;
}

/** Enough for a device with a hundred objects; a whole fleet stays within some hundred MiB. */
export const DEFAULT_LIMITS: KnownValueLimits = {
  values: 4000,
  valueSize: 16 * 1024,
  points: 120,
  courses: 200,
};

/** The values of one device, and the course of its numbers. */
export class KnownValues {
  /** By printed path; the one set last stands last. */
  private readonly values = new Map<string, KnownValue>();
  private readonly courses = new Map<string, HistoryPoint[]>();

  constructor(private readonly limits: KnownValueLimits) {}

  get size(): number {
    return this.values.size;
  }

  all(): readonly KnownValue[] {
    return [...this.values.values()];
  }

  get(path: LwM2mPath): KnownValue | undefined {
    return this.values.get(printPath(path));
  }

  history(path: LwM2mPath): readonly HistoryPoint[] {
    return this.courses.get(printPath(path)) ?? [];
  }

  /** Takes values; what is new of them comes back, and what had to go for them. Older ones of a path are history only. */
  take(
    leaves: readonly Leaf[],
    source: ValueSource,
    now: number,
  ): { readonly changed: readonly KnownValue[]; readonly removed: readonly LwM2mPath[] } {
    const changed = new Map<string, KnownValue>();
    for (const { path, value, at } of leaves) {
      if (sizeOf(value) > this.limits.valueSize) continue;
      const key = printPath(path);
      // a device's clock may be wrong by years, yet what comes now was never in the future
      const known = {
        path,
        value: ownValue(value),
        at: Math.min(now, at === undefined ? now : at * 1000),
        source,
      };
      this.note(key, known);
      const before = this.values.get(key);
      if (before && before.at > known.at) continue;
      this.values.delete(key);
      this.values.set(key, known);
      changed.set(key, known);
    }
    const removed: LwM2mPath[] = [];
    for (const [key, { path }] of this.values) {
      if (this.values.size <= this.limits.values) break;
      this.forget(key);
      changed.delete(key);
      removed.push(path);
    }
    return { changed: [...changed.values()], removed };
  }

  /** Forgets what lies at or below a path but isn't among `kept`. */
  removeBelow(path: LwM2mPath, kept: readonly Leaf[] = []): readonly LwM2mPath[] {
    const keep = new Set(kept.map((leaf) => printPath(leaf.path)));
    const removed: LwM2mPath[] = [];
    for (const [key, known] of this.values) {
      if (keep.has(key) || !pathContains(path, known.path)) continue;
      this.forget(key);
      removed.push(known.path);
    }
    return removed;
  }

  private forget(key: string): void {
    this.values.delete(key);
    this.courses.delete(key);
  }

  private note(key: string, { value, at }: KnownValue): void {
    if (value.type !== 'integer' && value.type !== 'unsigned' && value.type !== 'float') return;
    if (typeof value.value !== 'number' || !Number.isFinite(value.value)) return;
    let course = this.courses.get(key);
    if (!course) {
      if (this.courses.size >= this.limits.courses) return;
      this.courses.set(key, (course = []));
    }
    const point = { at, value: value.value };
    let place = course.length;
    while (place > 0 && (course[place - 1]?.at ?? 0) > at) place--;
    course.splice(place, 0, point);
    if (course.length > this.limits.points) course.shift();
  }
}

/** Bytes are a view of the whole payload they came in, which nobody needs any more. */
const ownValue = (value: LwM2mValue): LwM2mValue =>
  value.type === 'opaque' ? { type: 'opaque', value: value.value.slice() } : value;

function sizeOf({ type, value }: LwM2mValue): number {
  return type === 'string' || type === 'corelnk' || type === 'opaque' ? value.length : 8;
}
