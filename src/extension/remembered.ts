import type * as vscode from 'vscode';

/** Something kept for this workspace over reloads. */
export interface Remembered<T> {
  get(): T | undefined;
  set(value: T | undefined): void;
}

/** Kept in the workspace's state under a key; `changed` is told each new value. */
export function remembered<T>(
  context: vscode.ExtensionContext,
  key: string,
  changed: (value: T | undefined) => void = () => undefined,
): Remembered<T> {
  return {
    get: () => context.workspaceState.get<T>(key),
    set: (value) => {
      void context.workspaceState.update(key, value);
      changed(value);
    },
  };
}

/** Kept as long as the window. */
export function inMemory<T>(): Remembered<T> {
  let kept: T | undefined;
  return { get: () => kept, set: (value) => void (kept = value) };
}
