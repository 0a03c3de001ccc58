import * as vscode from 'vscode';
import { Commands } from '../ids';
import { arrivalsText } from '../model/arrivalsText';
import { showFailure } from '../notify';
import type { Services } from '../services';

const SCHEME = 'lwm2m-arrivals';
const REPORT = vscode.Uri.from({ scheme: SCHEME, path: '/Nothing Arrives?' });

/** "Nothing Arrives?": a read-only text that is made anew each time it is asked for. */
export function registerArrivals(services: Services): vscode.Disposable[] {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return [
    changed,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async () =>
        arrivalsText(
          await services.connection.workbench?.arrivals(),
          vscode.env.remoteName,
          services.model.devices().length,
        ),
    }),
    vscode.commands.registerCommand(Commands.ARRIVALS_SHOW, async () => {
      try {
        changed.fire(REPORT);
        const document = await vscode.workspace.openTextDocument(REPORT);
        await vscode.languages.setTextDocumentLanguage(document, 'lwm2m-report');
        await vscode.window.showTextDocument(document, { preview: true });
      } catch (error) {
        await showFailure(error);
      }
    }),
  ];
}
