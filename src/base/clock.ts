/** A length of time in milliseconds. Made by {@link millis}, {@link seconds}, {@link minutes}, so that no unit is guessed. */
export type Duration = number & { readonly duration: unique symbol };

/** `n` milliseconds as a {@link Duration}. */
export const millis = (n: number): Duration => n as Duration;
/** `n` seconds as a {@link Duration}. */
export const seconds = (n: number): Duration => (n * 1000) as Duration;
/** `n` minutes as a {@link Duration}. */
export const minutes = (n: number): Duration => (n * 60_000) as Duration;

/** A timer that was set on a {@link Clock}; cancelling it twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as the protocol cores are given it, so that a test can turn it by hand.
 * `now` never goes back (milliseconds from an arbitrary start, with fractions); `wallTime` is what a calendar shows
 * (milliseconds since 1970-01-01T00:00Z) and may jump.
 */
export interface Clock {
  now(): number;
  wallTime(): number;
  /** Calls `fire` once, at least `delay` from now. A pending timer doesn't keep the process alive by itself. */
  after(delay: Duration, fire: () => void): Timer;
}

/** Resolves after `delay`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, delay: Duration, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const timer = clock.after(delay, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
