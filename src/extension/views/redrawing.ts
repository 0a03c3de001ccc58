import type * as vscode from 'vscode';

const AGES_EVERY_MS = 15_000;
const DRAW_EVERY_MS = 200;

/** Redraws a whole view. */
export interface Redrawing extends vscode.Disposable {
  /** A moment from now, once for all changes until then. */
  soon(): void;
  /** Draws what is due, and nothing more until `work` has ended. */
  undisturbed(work: () => Thenable<void>): Promise<void>;
}

/** Redraws a view when it is told to, and now and then while it is seen and has rows, for the ages that they tell. */
export function redrawing(
  view: Pick<vscode.TreeView<unknown>, 'visible'>,
  changed: vscode.EventEmitter<undefined>,
  hasRows: () => boolean,
): Redrawing {
  let timer: NodeJS.Timeout | undefined;
  let disturbed = 0;
  let due = false;
  const draw = () => {
    due = disturbed > 0;
    if (!due) changed.fire(undefined);
  };
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      draw();
    }, DRAW_EVERY_MS);
  };
  const ages = setInterval(() => {
    if (view.visible && hasRows()) draw();
  }, AGES_EVERY_MS);
  return {
    soon,
    undisturbed: async (work) => {
      if (timer) {
        clearTimeout(timer);
        timer = undefined;
        draw();
      }
      disturbed++;
      try {
        await work();
      } finally {
        disturbed--;
        if (due) soon();
      }
    },
    dispose: () => {
      clearInterval(ages);
      clearTimeout(timer);
    },
  };
}
