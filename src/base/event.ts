import type { Disposable } from './disposable';

/** A source of values of one kind; calling it subscribes, disposing what it returns ends that. Same shape as VS Code's. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/**
 * Owns the listeners of one {@link Event}. Listeners are called in the order of their subscription, synchronously;
 * one that throws doesn't keep the value from the others: the first error is thrown after all were called.
 */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    const own = (value: T) => listener(value);
    this.listeners.add(own);
    return { dispose: () => void this.listeners.delete(own) };
  };

  fire(value: T): void {
    let failure: { readonly error: unknown } | undefined;
    // a copy, for listeners may come and go meanwhile; one alone, as with most, needs none
    if (this.listeners.size === 1) {
      const [only] = this.listeners;
      return only?.(value);
    }
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
  }

  get hasListeners(): boolean {
    return this.listeners.size > 0;
  }

  dispose(): void {
    this.listeners.clear();
  }
}
