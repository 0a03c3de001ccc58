import { millis, type Clock, type Duration, type Timer } from '../base/clock';
import { abortError, OperationError } from '../base/errors';

/**
 * Waits for as long as something goes on: a wait ends by its check, by the signal, or by a silence. Progress is told by
 * {@link touch}, so that a timeout follows the device and not the clock.
 */
export class Patience {
  private progressAt: number;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly clock: Clock) {
    this.progressAt = clock.now();
  }

  /** Something went on: the silence begins anew. */
  touch(): void {
    this.progressAt = this.clock.now();
    this.poke();
  }

  /** What the checks look at may have changed, though nothing went on. */
  poke(): void {
    for (const look of [...this.waiting]) look();
  }

  /** Milliseconds since something went on. */
  get silence(): number {
    return this.clock.now() - this.progressAt;
  }

  /**
   * Resolves with what `check` first gives. Throws `OperationError` `STALLED` after a silence of `limit`, counted from
   * here on, and the signal's abort error.
   */
  until<T>(check: () => T | undefined, limit: Duration, signal: AbortSignal): Promise<T> {
    this.progressAt = this.clock.now();
    return new Promise<T>((resolve, reject) => {
      let timer: Timer | undefined;
      const finish = () => {
        timer?.cancel();
        this.waiting.delete(look);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        finish();
        reject(abortError(signal));
      };
      const look = () => {
        let found: T | undefined;
        try {
          found = check();
        } catch (error) {
          finish();
          return reject(error as Error);
        }
        if (found === undefined) return;
        finish();
        resolve(found);
      };
      const watch = () => {
        const left = this.progressAt + limit - this.clock.now();
        if (left > 0) timer = this.clock.after(millis(left), watch);
        else {
          finish();
          reject(new OperationError('STALLED', `nothing went on for ${limit / 1000} s`));
        }
      };
      if (signal.aborted) return reject(abortError(signal));
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.add(look);
      watch();
      look();
    });
  }
}
