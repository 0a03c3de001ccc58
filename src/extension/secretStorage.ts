import { OperationError, errorText } from '../base/errors';
import { Emitter } from '../base/event';
import type { SecretText } from '../base/secretText';

/** What is used of VS Code's secret storage (`ExtensionContext.secrets`). */
export interface SecretPlace {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
  /** Told of every window's changes, this one's too. */
  readonly onDidChange: (listener: (change: { readonly key: string }) => unknown) => { dispose(): unknown };
}

/** Does it while no other window or process does. */
export type Exclusively = <T>(act: () => Promise<T>) => Promise<T>;

/** What to do where the editor can't keep secrets. */
const ELSEWHERE =
  "Unlock this system's keyring, or keep the keys in the terminal program's file: `lwm2m-workbench credentials` and `serve`; this window joins that server.";

/**
 * A {@link SecretText} in VS Code's secret storage, which has no lock of its own: writers stand in a queue, those of
 * other windows by `exclusively`. Throws `OperationError` `SECRET_UNREADABLE`, `SECRET_UNWRITABLE`.
 *
 * @param stored is told after each write
 */
export function secretStorage(
  place: SecretPlace,
  key: string,
  exclusively: Exclusively,
  stored: () => Promise<void> = () => Promise.resolve(),
): SecretText {
  const changed = new Emitter<void>();
  let queue: Promise<unknown> = Promise.resolve();
  let listening: { dispose(): unknown } | undefined;
  const read = async (): Promise<string | undefined> => {
    try {
      return await place.get(key);
    } catch (cause) {
      throw new OperationError(
        'SECRET_UNREADABLE',
        `VS Code's secret storage can't be read: ${errorText(cause)}`,
        { cause, next: ELSEWHERE },
      );
    }
  };
  const write = async (text: string | undefined): Promise<void> => {
    try {
      await (text === undefined ? place.delete(key) : place.store(key, text));
    } catch {
      // no cause and none of its words: what failed had the secret in its hands
      throw new OperationError('SECRET_UNWRITABLE', "VS Code's secret storage took nothing", {
        next: ELSEWHERE,
      });
    }
  };
  return {
    read,
    change(next) {
      const done = queue.then(() =>
        exclusively(async () => {
          const before = await read();
          const after = next(before);
          if (after === before) return;
          await write(after);
          await stored();
        }),
      );
      queue = done.catch(() => undefined);
      return done;
    },
    onChange(listener) {
      listening ??= place.onDidChange((change) => {
        if (change.key === key) changed.fire();
      });
      const subscription = changed.event(listener);
      return {
        dispose: () => {
          subscription.dispose();
          if (changed.hasListeners) return;
          listening?.dispose();
          listening = undefined;
        },
      };
    },
  };
}
