import { millis, type Clock, type Timer } from '../../base/clock';

/** The longest wait asked of the clock: Node's timers overflow at 2³¹ ms. */
const LONGEST_WAIT = 6 * 3600_000;

interface Entry<T> {
  readonly at: number;
  readonly item: T;
}

/**
 * Many deadlines on one timer: a heap whose entries are moved lazily, so that putting a deadline off (an Update, once
 * a lifetime for each of ten thousand devices) costs a map entry and no timer.
 */
export class Deadlines<T> {
  private readonly heap: Entry<T>[] = [];
  /** Where an item stands in the heap (its earliest entry), and when it is really due. */
  private readonly items = new Map<T, { scheduled: number; due: number }>();
  private timer: Timer | undefined;
  private timerAt = Infinity;
  private closed = false;

  constructor(
    private readonly clock: Clock,
    private readonly expire: (item: T) => void,
  ) {}

  /** Sets or moves the deadline of an item (`clock.now()` time); `Infinity` takes it away. */
  set(item: T, due: number): void {
    if (due === Infinity) return this.delete(item);
    const known = this.items.get(item);
    if (known) {
      known.due = due;
      if (due >= known.scheduled) return;
      known.scheduled = due;
    } else this.items.set(item, { scheduled: due, due });
    this.push({ at: due, item });
    // entries left behind by shortened deadlines must not pile up
    if (this.heap.length > 2 * this.items.size + 64) this.rebuild();
    this.arm();
  }

  /** Takes an item's deadline away. */
  delete(item: T): void {
    this.items.delete(item);
    if (this.items.size === 0) this.heap.length = 0;
    else if (this.heap.length > 2 * this.items.size + 64) this.rebuild();
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
    this.items.clear();
    this.heap.length = 0;
  }

  private arm(): void {
    const first = this.heap[0];
    if (!first || this.closed || first.at >= this.timerAt) return;
    this.timer?.cancel();
    this.timerAt = first.at;
    const wait = Math.min(LONGEST_WAIT, Math.max(0, first.at - this.clock.now()));
    this.timer = this.clock.after(millis(wait), () => this.turn());
  }

  private turn(): void {
    this.timer = undefined;
    this.timerAt = Infinity;
    const now = this.clock.now();
    for (let first = this.heap[0]; first && first.at <= now; first = this.heap[0]) {
      this.pop();
      const state = this.items.get(first.item);
      if (!state || state.scheduled !== first.at) continue;
      if (state.due > now) {
        state.scheduled = state.due;
        this.push({ at: state.due, item: first.item });
      } else {
        this.items.delete(first.item);
        this.expire(first.item);
      }
    }
    this.arm();
  }

  private rebuild(): void {
    this.heap.length = 0;
    for (const [item, state] of this.items) {
      state.scheduled = state.due;
      this.push({ at: state.due, item });
    }
  }

  private push(entry: Entry<T>): void {
    let index = this.heap.push(entry) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.heap[above];
      if (!parent || parent.at <= entry.at) break;
      this.heap[index] = parent;
      index = above;
    }
    this.heap[index] = entry;
  }

  private pop(): void {
    const last = this.heap.pop();
    if (!last || this.heap.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      const right = this.heap[below + 1];
      let child = this.heap[below];
      if (child && right && right.at < child.at) {
        child = right;
        below++;
      }
      if (!child || child.at >= last.at) break;
      this.heap[index] = child;
      index = below;
    }
    this.heap[index] = last;
  }
}
