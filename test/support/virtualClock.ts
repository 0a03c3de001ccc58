import type { Clock, Duration, Timer } from '../../src/base/clock';

/** Lets promise callbacks that are ready run, several turns deep. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock that stands still until a test turns it. Timers fire in order of their time, then of their setting. */
export class VirtualClock implements Clock {
  private time = 0;
  private order = 0;
  private readonly pending = new Set<Pending>();

  constructor(private readonly epoch = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  wallTime(): number {
    return this.epoch + this.time;
  }

  after(delay: Duration, fire: () => void): Timer {
    const entry: Pending = { at: this.time + Math.max(0, delay), order: this.order++, fire };
    this.pending.add(entry);
    return { cancel: () => void this.pending.delete(entry) };
  }

  /** How many timers are set: a test's leak check. */
  get timers(): number {
    return this.pending.size;
  }

  /** Turns the clock by `duration` milliseconds, firing what falls due and letting promises run in between. */
  async advance(duration: number): Promise<void> {
    const end = this.time + duration;
    await settle();
    for (;;) {
      const due = [...this.pending]
        .filter((entry) => entry.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!due) break;
      this.pending.delete(due);
      this.time = Math.max(this.time, due.at);
      due.fire();
      await settle();
    }
    this.time = end;
    await settle();
  }
}
