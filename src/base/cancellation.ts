/** What a cancellable operation needs of an `AbortSignal`; also had from a {@link Cancellation}. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** An `AbortController` and its signal in one, for what is made thousands of times a second: those cost a tenth of a request. */
export class Cancellation implements CancelSignal {
  private listeners: readonly (() => void)[] = NOBODY;
  private cause: { readonly reason: unknown } | undefined;

  get aborted(): boolean {
    return this.cause !== undefined;
  }

  get reason(): unknown {
    return this.cause?.reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners = [...this.listeners, listener];
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const [only] = this.listeners;
    this.listeners =
      this.listeners.length === 1 && only === listener
        ? NOBODY
        : this.listeners.filter((other) => other !== listener);
  }

  /** Cancels what listens, once; a later call does nothing. */
  abort(reason: unknown): void {
    if (this.cause) return;
    this.cause = { reason };
    const { listeners } = this;
    this.listeners = NOBODY;
    for (const listener of listeners) listener();
  }
}

const NOBODY: readonly (() => void)[] = [];
