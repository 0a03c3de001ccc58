import * as vscode from 'vscode';
import {
  LONGEST_LANGUAGE_FILE,
  MOST_LANGUAGE_FILES,
  type FilesFound,
  type FilesRead,
  type FilesWanted,
} from '../../contract/languageServer';

/** Files that may concern the language server, by their names alone. */
export const LANGUAGE_FILES = '**/{*.xml,*.conf,.config,Kconfig}';

/** Folders that nobody edits; what a build wrote is looked at for its `.config` alone. */
const LEFT_OUT = '**/{node_modules,.git,twister-out*,build,build_*,build-*,_build}/**';
const BUILT = '**/{build,build_*,build-*,_build}/{zephyr,*/zephyr}/.config';
const leftOutPath = /\/(node_modules|\.git|twister-out[^/]*|_?build([_-][^/]*)?)\//;

/** Whether a file that changed is looked at: what a build or a package manager writes is not. */
export const isLookedAt = (path: string): boolean =>
  !leftOutPath.test(path) || path.endsWith('/zephyr/.config');

/** How deep a folder is walked that can't be searched. */
const DEEPEST = 8;

/** Files of a folder whose file system can be listed but not searched: a virtual one. */
async function walked(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const found: vscode.Uri[] = [];
  const visit = async (at: vscode.Uri, depth: number): Promise<void> => {
    for (const [name, type] of await vscode.workspace.fs.readDirectory(at)) {
      if (found.length >= MOST_LANGUAGE_FILES) return;
      const uri = vscode.Uri.joinPath(at, name);
      if (type & vscode.FileType.Directory) {
        if (depth < DEEPEST && isLookedAt(`${uri.path}/`)) await visit(uri, depth + 1);
      } else if (/(\.xml|\.conf|^Kconfig)$/.test(name)) found.push(uri);
    }
  };
  await visit(folder, 0);
  return found;
}

/** Every file of the workspace that may concern the language server, bounded. */
export async function findLanguageFiles(): Promise<FilesFound> {
  const searched = await Promise.all([
    vscode.workspace.findFiles(LANGUAGE_FILES, LEFT_OUT, MOST_LANGUAGE_FILES),
    vscode.workspace.findFiles(BUILT, '**/{node_modules,.git}/**', 200),
  ]);
  const virtual = (vscode.workspace.workspaceFolders ?? []).filter(
    ({ uri }) => uri.scheme !== 'file' && uri.scheme !== 'vscode-remote',
  );
  const listed = await Promise.all(virtual.map(({ uri }) => walked(uri).then(undefined, () => [])));
  const uris = new Set([...searched, ...listed].flat().map((uri) => uri.toString()));
  return { uris: [...uris].slice(0, MOST_LANGUAGE_FILES) };
}

async function read(uri: vscode.Uri): Promise<readonly [text: string | null, modified: number | null]> {
  try {
    const { size, mtime } = await vscode.workspace.fs.stat(uri);
    if (size > LONGEST_LANGUAGE_FILE) return [null, null];
    return [new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)), mtime];
  } catch {
    // gone, or not to be read: the server treats both alike
    return [null, null];
  }
}

/** Files that tell the version of the software around an application, which may be outside the workspace. */
const AROUND = /\/(VERSION|west\.yml|\.west\/config|CMakeCache\.txt|build_info\.yml)$/;

/** Whether the server may have a file: those of the workspace and what is open; around it only what tells versions. */
function mayBeRead(uri: vscode.Uri): boolean {
  if (vscode.workspace.getWorkspaceFolder(uri)) return true;
  if (vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()))
    return true;
  return vscode.workspace.isTrusted && AROUND.test(uri.path);
}

/** The texts of files, through whatever file system they are in. */
export async function readLanguageFiles({ uris }: FilesWanted): Promise<FilesRead> {
  const files = await Promise.all(
    uris.map((text) => {
      const uri = vscode.Uri.parse(text);
      return mayBeRead(uri) ? read(uri) : ([null, null] as const);
    }),
  );
  return { texts: files.map(([text]) => text), modified: files.map(([, modified]) => modified) };
}
