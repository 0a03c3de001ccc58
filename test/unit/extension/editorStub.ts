/**
 * VS Code's API as far as commands and followers of the extension use it. A test imports this before anything that
 * imports `vscode`, whose place it takes in this process.
 */
import Module from 'node:module';
import { Emitter } from '../../../src/base/event';

interface File {
  readonly fsPath: string;
  readonly scheme: 'file';
}
interface Picked {
  readonly label: string;
}
type Command = (...given: unknown[]) => unknown;

/** What was told, asked and executed; and what a test answers to it. */
export const editor = {
  /** Messages in the order they came, buttons behind them. */
  told: [] as string[],
  /** Lists that were shown, by their labels. */
  asked: [] as (readonly string[])[],
  /** Commands executed that nobody registered, with what was given. */
  executed: [] as (readonly unknown[])[],
  clipboard: '',
  /** The button pressed under each message. */
  button: undefined as string | undefined,
  /** The labels picked, one from each list; from one with none left nothing is picked. */
  picks: [] as string[],
  /** Settings, for a folder or without one. */
  setting: (_id: string, _folder?: string): unknown => undefined,
  folders: [] as { readonly uri: File }[],
  /** Whether a file is there. */
  hasFile: (_file: string): boolean => true,
  /** Commands of VS Code's own that are missing: executing one fails. */
  missing: new Set<string>(),
  remoteName: undefined as string | undefined,
  commands: new Map<string, Command>(),
  run: async (id: string, ...given: unknown[]): Promise<unknown> => editor.commands.get(id)?.(...given),
  changeSetting: (id: string) => configuration.fire({ affectsConfiguration: (one) => one === id }),
  changeFolders: (...folders: string[]) => {
    editor.folders = folders.map((folder) => ({ uri: fileOf(folder) }));
    foldersChanged.fire(undefined);
  },
  /** Files changed, as watchers see it. */
  changeFiles: () => files.fire(undefined),
};

const configuration = new Emitter<{ affectsConfiguration(id: string): boolean }>();
const foldersChanged = new Emitter<undefined>();
const files = new Emitter<undefined>();
const never = new Emitter<undefined>();
const fileOf = (fsPath: string): File => ({ fsPath, scheme: 'file' });
const disposable = { dispose: () => undefined };

const tell = (text: string, ...rest: unknown[]): Promise<string | undefined> => {
  const buttons = rest.filter((one) => typeof one === 'string');
  editor.told.push([text, ...buttons].join(' | '));
  return Promise.resolve(buttons.find((one) => one === editor.button));
};

class FileSystemError extends Error {
  readonly code = 'FileNotFound';
}

const labelOf = (item: string | Picked): string => (typeof item === 'string' ? item : item.label);

const vscode = {
  FileSystemError,
  Disposable: { from: () => disposable },
  QuickPickItemKind: { Separator: -1 },
  RelativePattern: class {},
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  Uri: class {
    static readonly file = fileOf;
  },
  commands: {
    registerCommand: (id: string, run: Command) => {
      editor.commands.set(id, run);
      return disposable;
    },
    executeCommand: (id: string, ...given: unknown[]) => {
      if (editor.missing.has(id)) return Promise.reject(new Error(`command '${id}' not found`));
      editor.executed.push([id, ...given]);
      return Promise.resolve();
    },
  },
  env: {
    get remoteName() {
      return editor.remoteName;
    },
    clipboard: {
      writeText: (text: string) => {
        editor.clipboard = text;
        return Promise.resolve();
      },
    },
  },
  window: {
    showInformationMessage: tell,
    showWarningMessage: tell,
    showErrorMessage: tell,
    setStatusBarMessage: () => disposable,
    showQuickPick: (items: readonly (string | Picked)[]) => {
      editor.asked.push(items.map(labelOf));
      const picked = editor.picks.shift();
      return Promise.resolve(items.find((item) => labelOf(item) === picked));
    },
  },
  workspace: {
    isTrusted: true,
    get workspaceFolders() {
      return editor.folders;
    },
    getWorkspaceFolder: ({ fsPath }: File) =>
      editor.folders.find(({ uri }) => fsPath.startsWith(`${uri.fsPath}/`)),
    getConfiguration: (_section: undefined, scope?: File) => ({
      get: (id: string) => editor.setting(id, scope?.fsPath),
      inspect: (id: string) => ({ workspaceFolderValue: editor.setting(id, scope?.fsPath) }),
    }),
    createFileSystemWatcher: () => ({
      onDidCreate: files.event,
      onDidChange: never.event,
      onDidDelete: never.event,
      ...disposable,
    }),
    fs: {
      stat: ({ fsPath }: File) =>
        editor.hasFile(fsPath) ? Promise.resolve({}) : Promise.reject(new FileSystemError()),
    },
    onDidChangeConfiguration: configuration.event,
    onDidChangeWorkspaceFolders: foldersChanged.event,
    onDidGrantWorkspaceTrust: never.event,
  },
};

/** Node's own loader, of which a module's text takes no notice. */
const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));
