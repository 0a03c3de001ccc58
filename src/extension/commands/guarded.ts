import * as vscode from 'vscode';
import { showFailure, showWarning } from '../notify';

/** A command whose failures are told. In a folder that is not trusted nothing is done. */
export const guarded = (id: string, act: (given?: unknown) => Promise<unknown>): vscode.Disposable =>
  vscode.commands.registerCommand(id, async (given?: unknown) => {
    if (!vscode.workspace.isTrusted) {
      const manage = 'Manage Workspace Trust';
      const chosen = await showWarning(
        'Keys and certificates are not used in a folder that is not trusted.',
        manage,
      );
      if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    }
    try {
      await act(given);
    } catch (error) {
      await showFailure(error);
    }
  });
