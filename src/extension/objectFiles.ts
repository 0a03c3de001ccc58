import * as vscode from 'vscode';
import { errorText } from '../base/errors';
import type { Connection } from './connection';
import type { DeviceModel } from './model/deviceModel';

/** Most XML files that are looked at, and how much of each for its root element. */
const MOST_FILES = 500;
const HEAD_BYTES = 4096;
const LONGEST_FILE = 2 * 1024 * 1024;

/** Whether a file is object XML, by its root element. */
async function isObjectXml(uri: vscode.Uri): Promise<boolean> {
  if ((await vscode.workspace.fs.stat(uri)).size > LONGEST_FILE) return false;
  const head = (await vscode.workspace.fs.readFile(uri)).subarray(0, HEAD_BYTES);
  return /<LWM2M[\s>]/.test(new TextDecoder().decode(head));
}

/** Gives the user's own object XML in the workspace to the server, and again when a file is saved. */
export function followObjectFiles(
  connection: Connection,
  model: DeviceModel,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  let watcher: vscode.Disposable | undefined;

  const tell = async (uri: vscode.Uri): Promise<boolean> => {
    try {
      if (uri.scheme !== 'file' || !(await isObjectXml(uri))) return false;
      await connection.objectFileChanged(uri.fsPath);
      return true;
    } catch (error) {
      log.warn(`${uri.fsPath} can't be read: ${errorText(error)}`);
      return false;
    }
  };
  const one = async (uri: vscode.Uri, gone: boolean) => {
    if (gone) await connection.objectFileChanged(uri.fsPath).catch(() => undefined);
    else if (!(await tell(uri))) return;
    model.forgetDefinitions();
  };
  const all = async () => {
    const files = await vscode.workspace.findFiles(
      '**/*.xml',
      '**/{node_modules,build*,.git}/**',
      MOST_FILES,
    );
    const told = await Promise.all(files.map(tell));
    if (told.includes(true)) model.forgetDefinitions();
  };
  const watch = () => {
    if (watcher) return;
    const xml = vscode.workspace.createFileSystemWatcher('**/*.xml');
    watcher = vscode.Disposable.from(
      xml,
      xml.onDidCreate((uri) => void one(uri, false)),
      xml.onDidChange((uri) => void one(uri, false)),
      xml.onDidDelete((uri) => void one(uri, true)),
    );
  };
  const subscription = connection.onState((state) => {
    if (state.kind !== 'running' || !state.own || !vscode.workspace.isTrusted) return;
    watch();
    void all().catch((error: unknown) => log.warn(`Object XML can't be found: ${errorText(error)}`));
  });
  return {
    dispose: () => {
      subscription.dispose();
      watcher?.dispose();
    },
  };
}
