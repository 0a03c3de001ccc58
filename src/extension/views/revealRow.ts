import type * as vscode from 'vscode';

/** Long enough for a view that is being drawn. */
const DRAWN_WITHIN_MS = 500;

/**
 * Reveals a row; where the view was redrawn meanwhile, once more. VS Code looks a row up while it reveals it, and fails
 * with "Cannot resolve tree item" when a redraw takes its list away (observed: code-server 4.139). What can't be revealed
 * even then stands in the view all the same, which is in front.
 */
export async function revealRow<T>(
  view: Pick<vscode.TreeView<T>, 'reveal'>,
  node: T,
  options: { readonly select: boolean; readonly focus: boolean; readonly expand?: boolean },
): Promise<void> {
  try {
    await view.reveal(node, options);
  } catch {
    await new Promise((resolve) => setTimeout(resolve, DRAWN_WITHIN_MS));
    await view.reveal(node, options).then(undefined, () => undefined);
  }
}
