/** The client of the language server, a bundle of its own: loaded when a file first needs it. */
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import {
  LanguageMethods,
  SERVER_NODE_ARGUMENTS,
  type Comparison,
  type ComparisonWanted,
  type IdFound,
  type IdWanted,
  type LanguageOptions,
  type ObjectMade,
  type ObjectWanted,
  type ReusableResource,
  type RuleText,
  type RuleWanted,
  type RunningServer,
} from '../../contract/languageServer';
import { LANGUAGE_FILES, findLanguageFiles, isLookedAt, readLanguageFiles } from './languageFiles';

/** The scheme of rules' documents. */
const RULE_SCHEME = 'lwm2m-rule';

/** Extensions that check Kconfig's types and complete its symbols. */
const OTHER_KCONFIG = ['nordic-semiconductor.nrf-kconfig', 'trond-snekvik.kconfig-lang'];

/** A running language server. */
export interface Language extends vscode.Disposable {
  /** The server that devices are to point at; none: no URIs. */
  tellRunning(server: RunningServer): void;
  compare(wanted: ComparisonWanted): Promise<Comparison | null>;
  nextObjectId(wanted: IdWanted): Promise<IdFound>;
  reusable(): Promise<readonly ReusableResource[]>;
  newObject(wanted: ObjectWanted): Promise<ObjectMade>;
}

const mediaText = async (extension: vscode.Uri, ...names: readonly string[]): Promise<string> =>
  new TextDecoder().decode(
    await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, 'media', ...names)),
  );

/** Whether a document is one that is edited, not what a file was in a past commit or a page of another extension. */
function isEdited({ uri: { scheme } }: vscode.TextDocument): boolean {
  return (
    scheme === 'untitled' ||
    vscode.workspace.fs.isWritableFileSystem(scheme) === true ||
    (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => uri.scheme === scheme)
  );
}

/** Starts the server's process and returns once it answers. */
export async function startLanguage(extension: vscode.Uri, log: vscode.LogOutputChannel): Promise<Language> {
  const options: LanguageOptions = {
    registry: await mediaText(extension, 'registry', 'objects.json'),
    symbols: await mediaText(extension, 'kconfig', 'symbols.json'),
    readsFiles: true,
    otherKconfig: OTHER_KCONFIG.some((id) => vscode.extensions.getExtension(id) !== undefined),
  };
  const server = {
    module: vscode.Uri.joinPath(extension, 'dist', 'languageServer.js').fsPath,
    transport: TransportKind.stdio,
    options: { execArgv: [...SERVER_NODE_ARGUMENTS] },
  };
  const watcher = vscode.workspace.createFileSystemWatcher(LANGUAGE_FILES);
  const client = new LanguageClient(
    'lwm2m',
    'LwM2M Language',
    { run: server, debug: server },
    {
      // Fragments by their names alone: their language is what other extensions call it.
      documentSelector: [
        { pattern: '**/*.xml' },
        { scheme: 'untitled', language: 'xml' },
        { pattern: '**/*.conf' },
      ],
      initializationOptions: options,
      outputChannel: log,
      synchronize: { fileEvents: watcher },
      middleware: {
        didOpen: (document, next) => (isEdited(document) ? next(document) : Promise.resolve()),
        workspace: {
          didChangeWatchedFile: (event, next) =>
            isLookedAt(vscode.Uri.parse(event.uri).path) ? next(event) : Promise.resolve(),
        },
      },
    },
  );
  client.onRequest(LanguageMethods.FIND_FILES, findLanguageFiles);
  client.onRequest(LanguageMethods.READ_FILES, readLanguageFiles);
  await client.start();
  const rules = vscode.workspace.registerTextDocumentContentProvider(RULE_SCHEME, {
    provideTextDocumentContent: async (uri) => {
      const wanted: RuleWanted = { code: uri.path.replace(/^\//, '').replace(/\.md$/, '') };
      const rule = await client.sendRequest<RuleText | null>(LanguageMethods.RULE, wanted);
      return rule?.markdown ?? `There is no rule ${wanted.code}.`;
    },
  });
  return {
    tellRunning: (running) => void client.sendNotification(LanguageMethods.RUNNING_SERVER, running),
    compare: (wanted) => client.sendRequest(LanguageMethods.COMPARE, wanted),
    nextObjectId: (wanted) => client.sendRequest(LanguageMethods.NEXT_OBJECT_ID, wanted),
    reusable: () => client.sendRequest(LanguageMethods.REUSABLE),
    newObject: (wanted) => client.sendRequest(LanguageMethods.NEW_OBJECT, wanted),
    dispose: () => {
      rules.dispose();
      watcher.dispose();
      void client.dispose().catch(() => undefined);
    },
  };
}
