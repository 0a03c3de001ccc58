import type * as vscode from 'vscode';

const AGES_EVERY_MS = 15_000;
const DRAW_EVERY_MS = 200;

/** Redraws a whole view. */
export interface Redrawing extends vscode.Disposable {
  /** A moment from now, once for all changes until then. */
  soon(): void;
}

/** Redraws a view when it is told to, and now and then while it is seen and has rows, for the ages that they tell. */
export function redrawing(
  view: Pick<vscode.TreeView<unknown>, 'visible'>,
  changed: vscode.EventEmitter<undefined>,
  hasRows: () => boolean,
): Redrawing {
  let timer: NodeJS.Timeout | undefined;
  const ages = setInterval(() => {
    if (view.visible && hasRows()) changed.fire(undefined);
  }, AGES_EVERY_MS);
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        changed.fire(undefined);
      }, DRAW_EVERY_MS);
    },
    dispose: () => {
      clearInterval(ages);
      clearTimeout(timer);
    },
  };
}
