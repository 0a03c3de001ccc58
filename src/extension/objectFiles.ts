import * as vscode from 'vscode';
import { errorText } from '../base/errors';
import type { Connection } from './connection';

/** Most XML files that are looked at, how much of each for its root element, and the longest that is read at all. */
const MOST_FILES = 500;
const HEAD_CHARACTERS = 65_536;
const LONGEST_FILE = 2 * 1024 * 1024;

/** The text of a file that is object XML by its root element. */
async function objectXml(uri: vscode.Uri): Promise<string | undefined> {
  if ((await vscode.workspace.fs.stat(uri)).size > LONGEST_FILE) return undefined;
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  return /<LWM2M[\s>]/.test(text.slice(0, HEAD_CHARACTERS)) ? text : undefined;
}

/** Gives the user's own object XML in the workspace to the server, own or joined, and again when a file is saved. */
export function followObjectFiles(connection: Connection, log: vscode.LogOutputChannel): vscode.Disposable {
  let watcher: vscode.Disposable | undefined;
  /** Files that the server has. */
  const told = new Set<string>();

  const tell = async (uri: vscode.Uri, gone = false) => {
    const { workbench } = connection;
    if (!workbench || uri.scheme !== 'file') return;
    const file = uri.fsPath;
    try {
      const text = gone ? undefined : await objectXml(uri);
      if (text === undefined && !told.delete(file)) return;
      if (text !== undefined) told.add(file);
      await workbench.setObjectFile(file, text ?? null);
    } catch (error) {
      log.warn(`${file} does not count: ${errorText(error)}`);
    }
  };
  const all = async () => {
    told.clear();
    const files = await vscode.workspace.findFiles(
      '**/*.xml',
      '**/{node_modules,build*,.git}/**',
      MOST_FILES,
    );
    await Promise.all(files.map((uri) => tell(uri)));
  };
  const watch = () => {
    if (watcher) return;
    const xml = vscode.workspace.createFileSystemWatcher('**/*.xml');
    watcher = vscode.Disposable.from(
      xml,
      xml.onDidCreate((uri) => void tell(uri)),
      xml.onDidChange((uri) => void tell(uri)),
      xml.onDidDelete((uri) => void tell(uri, true)),
    );
  };
  const subscription = connection.onState((state) => {
    if (state.kind !== 'running' || !vscode.workspace.isTrusted) return;
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
