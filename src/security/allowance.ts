import type { Clock, Duration } from '../base/clock';

/** So many at once, and one more each `every`: for what a stranger can have us do. */
export class Allowance {
  private left: number;
  private since: number;

  constructor(
    private readonly clock: Clock,
    private readonly most: number,
    private readonly every: Duration,
  ) {
    this.left = most;
    this.since = clock.now();
  }

  /** Takes one, where there is one. */
  take(): boolean {
    const gained = Math.floor((this.clock.now() - this.since) / this.every);
    this.since += gained * this.every;
    this.left = Math.min(this.most, this.left + gained);
    if (this.left === 0) return false;
    this.left--;
    return true;
  }
}
