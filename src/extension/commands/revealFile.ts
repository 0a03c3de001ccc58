import * as vscode from 'vscode';
import { printableText } from '../../base/printableText';
import { Commands } from '../ids';
import { showInformation, showWarning } from '../notify';

/** Registers the command that shows where a file is: a build, an update's image, a capture. */
export const registerReveal = (): vscode.Disposable =>
  vscode.commands.registerCommand(Commands.BUILD_REVEAL, async (given: unknown) => {
    if (typeof given === 'object' && given !== null && 'file' in given && typeof given.file === 'string')
      await reveal(given.file);
  });

/** Shows a file among the workspace's, or where the system keeps it. */
async function reveal(file: string): Promise<void> {
  const uri = vscode.Uri.file(file);
  const shown = printableText(file, 400);
  try {
    await vscode.workspace.fs.stat(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') {
      void showWarning(`${shown} is no longer there.`);
      return;
    }
  }
  if (vscode.workspace.getWorkspaceFolder(uri)) {
    await vscode.commands.executeCommand('revealInExplorer', uri);
    return;
  }
  try {
    // The system of a remote window's user has other files than the machine that works.
    if (vscode.env.remoteName === undefined) {
      await vscode.commands.executeCommand('revealFileInOS', uri);
      return;
    }
  } catch {
    // VS Code in a browser has no such command.
  }
  const copy = 'Copy Path';
  const chosen = await showInformation(`${shown} is outside this workspace.`, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(file);
}
