import * as vscode from 'vscode';
import { safeName } from './model/words';
import { failureText, showError } from './notify';
import type { Services } from './services';

/** Tells the end of an update only where the user must act and doesn't see its panel. */
export function noticeUpdates({ connection, panels }: Services): vscode.Disposable {
  return connection.onEvent((event) => {
    if (event.kind !== 'update' || event.event.kind !== 'end' || panels.isVisible(event.run)) return;
    const { outcome, cause, code } = event.event.end;
    if (outcome !== 'failed' && outcome !== 'unverified') return;
    const open = 'Open Update';
    const words = failureText(new Error(cause ?? code ?? outcome));
    void showError(`Update of ${safeName(event.endpoint)}: ${words}`, open).then((chosen) =>
      chosen === open ? panels.show(event.run, event.endpoint) : undefined,
    );
  });
}
