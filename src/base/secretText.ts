import { Emitter, type Event } from './event';

/**
 * One secret text that outlives the process: a file that only its owner can read, or the editor's secret storage.
 * Whoever keeps secrets in it holds them in memory no longer than needed and never logs them.
 */
export interface SecretText {
  /** The text, or `undefined` where none was written. Throws `OperationError` where it may not or can't be read. */
  read(): Promise<string | undefined>;
  /**
   * Replaces the text by what `next` makes of it, whole or not at all, with no other writer in between; `undefined`
   * removes it. Throws `OperationError`, and what `next` throws, and nothing is changed then.
   */
  change(next: (text: string | undefined) => string | undefined): Promise<void>;
  /** The text was changed, by this process or another. */
  readonly onChange: Event<void>;
}

/** A {@link SecretText} that ends with the process. */
export function memorySecret(text?: string): SecretText {
  const changed = new Emitter<void>();
  let held = text;
  return {
    read: () => Promise.resolve(held),
    change: async (next) => {
      const after = next(held);
      if (after === held) return;
      held = after;
      changed.fire();
    },
    onChange: changed.event,
  };
}
