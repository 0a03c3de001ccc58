import {
  DidChangeConfigurationNotification,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type TextEdit,
} from 'vscode-languageserver/node';
import { Emitter, type Event } from '../base/event';
import type { Decoded } from '../base/result';
import {
  LANGUAGE_SECTION,
  LanguageMethods,
  type LanguageOptions,
  type LanguageSettings,
  type RuleText,
  type RuleWanted,
  type RunningServer,
} from '../contract/languageServer';
import { USE_SERVER } from '../language/kconfig/lens';
import { loadSymbols } from '../language/kconfig/symbols';
import { Project, type ProjectSettings } from '../language/project';
import { loadRegistry } from '../objects/registry';
import { ACTION_KINDS, codeActions } from './codeActions';
import type { Features } from './features';
import { Files } from './files';
import { KconfigFeatures } from './kconfigFeatures';
import { toOffset } from './openDocument';
import { answerPulls } from './pulledDiagnostics';
import { ruleText } from './ruleText';
import { findPlatforms, readFiles, scanWorkspace } from './workspaceScan';
import { XmlFeatures } from './xmlFeatures';
import { answerObjectRequests } from './objectRequests';

const capabilities: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  diagnosticProvider: { identifier: 'lwm2m', interFileDependencies: true, workspaceDiagnostics: true },
  completionProvider: { triggerCharacters: ['<', '>', '"', '=', '/'] },
  hoverProvider: true,
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  renameProvider: { prepareProvider: true },
  documentFormattingProvider: true,
  codeActionProvider: { codeActionKinds: ACTION_KINDS },
  documentLinkProvider: {},
  codeLensProvider: {},
  executeCommandProvider: { commands: [USE_SERVER] },
};

/** The settings as the user has them; what is none of ours counts as not set. */
export function projectSettings(given: LanguageSettings | null | undefined): ProjectSettings {
  const { profile, platformVersion, units } = given ?? {};
  return {
    profile: profile === 'registry' ? 'registry' : 'editing',
    platformVersion: typeof platformVersion === 'string' ? platformVersion.trim() || undefined : undefined,
    units: Array.isArray(units) ? units.filter((unit) => typeof unit === 'string' && unit !== '') : undefined,
  };
}

/** The value of a table that the installation has; throws what the client shows where it is damaged. */
function table<T>(name: string, loaded: Decoded<T>): T {
  if (loaded.ok) return loaded.value;
  throw new ResponseError(
    LSPErrorCodes.RequestFailed,
    `The table of ${name} can't be used: ${loaded.problem.message}. Install the extension again.`,
  );
}

const projectOf = (options: LanguageOptions | undefined): Project =>
  new Project(
    {
      registry: table('objects', loadRegistry(options?.registry ?? '')),
      symbols: table('Kconfig symbols', loadSymbols(options?.symbols ?? '')),
    },
    projectSettings(undefined),
  );

/**
 * Answers a client until it leaves. Files come from the client alone: see `contract/languageServer`.
 * @returns told whenever something changed of what is looked at
 */
export function startLanguageServer(connection: Connection): Event<void> {
  const changed = new Emitter<void>();
  let begin: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (begin = resolve));

  connection.onInitialize((params) => {
    const options = params.initializationOptions as LanguageOptions | undefined;
    const files = new Files(projectOf(options));
    serve(connection, files, { params, options, ready, changed, begin });
    return { capabilities, serverInfo: { name: 'LwM2M Workbench' } };
  });
  connection.listen();
  return changed.event;
}

interface Session {
  readonly params: InitializeParams;
  readonly options: LanguageOptions | undefined;
  readonly ready: Promise<void>;
  readonly changed: Emitter<void>;
  readonly begin: () => void;
}

function serve(connection: Connection, files: Files, session: Session): void {
  const { params, options, ready, changed, begin } = session;
  const { workspace, window } = params.capabilities;
  const readsFiles = options?.readsFiles === true;
  let running: RunningServer = { uris: [] };

  const fetchSettings = async () => {
    if (workspace?.configuration !== true) return;
    const given = (await connection.workspace.getConfiguration(LANGUAGE_SECTION)) as LanguageSettings | null;
    files.project.use(projectSettings(given));
  };
  const told = (work: Promise<unknown>) =>
    void work.catch((error: unknown) => connection.console.error(String(error)));
  const refresh = () => {
    changed.fire();
    if (workspace?.diagnostics?.refreshSupport === true) told(connection.languages.diagnostics.refresh());
    if (workspace?.codeLens?.refreshSupport === true)
      told(connection.sendRequest('workspace/codeLens/refresh'));
  };

  connection.onInitialized(() => {
    told(
      (async () => {
        if (workspace?.didChangeConfiguration?.dynamicRegistration === true)
          await connection.client.register(DidChangeConfigurationNotification.type, {
            section: LANGUAGE_SECTION,
          });
        await fetchSettings().finally(begin);
        if (!readsFiles) return;
        await scanWorkspace(connection, files, window?.workDoneProgress === true);
        await findPlatforms(connection, files);
        refresh();
      })(),
    );
  });
  const lookAround = async () => {
    if (readsFiles) await findPlatforms(connection, files);
    refresh();
  };
  connection.onDidChangeConfiguration(() => told(fetchSettings().then(lookAround)));

  connection.onDidOpenTextDocument(({ textDocument: { uri, text, version } }) => {
    files.didOpen(uri, text, version);
    changed.fire();
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    files.didChange(uri, contentChanges, version);
    changed.fire();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    files.didClose(uri);
    if (readsFiles) told(readFiles(connection, files, [uri]).then(() => changed.fire()));
    else {
      files.found(uri, null);
      changed.fire();
    }
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (readsFiles)
      told(
        readFiles(
          connection,
          files,
          changes.map(({ uri }) => uri),
        )
          .then(() => findPlatforms(connection, files))
          .then(refresh),
      );
  });
  connection.onNotification(LanguageMethods.RUNNING_SERVER, (server: RunningServer) => {
    running = server;
    refresh();
  });

  answerPulls(connection, files, { ready, changed: changed.event });
  answerFeatures(connection, files, { ready, of: featuresOf(files, () => running, options) });
  answerObjectRequests(connection, files);
  connection.onExecuteCommand(async ({ command, arguments: [uri, edit] = [] }) => {
    if (command !== USE_SERVER || typeof uri !== 'string') return;
    await connection.workspace.applyEdit({
      documentChanges: [
        { textDocument: { uri, version: files.version(uri) }, edits: [edit as unknown as TextEdit] },
      ],
    });
  });
  connection.onRequest(
    LanguageMethods.RULE,
    ({ code }: RuleWanted): RuleText | null => ruleText(code) ?? null,
  );
}

/** What a file's kind has to offer. */
function featuresOf(
  files: Files,
  running: () => RunningServer,
  options: LanguageOptions | undefined,
): (uri: string) => Features | undefined {
  const kinds = {
    xml: new XmlFeatures(files),
    kconfig: new KconfigFeatures(files, {
      listening: () => running().uris,
      otherKconfig: options?.otherKconfig === true,
    }),
  };
  return (uri) => {
    const kind = files.project.kind(uri);
    return kind && kinds[kind];
  };
}

/** Answers by the kind of the file that is asked about; for any other, with nothing. */
function answerFeatures(
  connection: Connection,
  files: Files,
  { ready, of }: { readonly ready: Promise<void>; readonly of: (uri: string) => Features | undefined },
): void {
  type Place = { readonly textDocument: { readonly uri: string } };
  type Point = Place & { readonly position: { readonly line: number; readonly character: number } };

  const inFile =
    <P extends Place, R>(ask: (features: Features, uri: string, params: P) => R | undefined) =>
    async (params: P, token: CancellationToken): Promise<R | null> => {
      await ready;
      const { uri } = params.textDocument;
      const features = token.isCancellationRequested ? undefined : of(uri);
      return (features && ask(features, uri, params)) ?? null;
    };
  const atPoint = <P extends Point, R>(
    ask: (features: Features, uri: string, offset: number, params: P) => R | undefined,
  ) =>
    inFile<P, R>((features, uri, params) => {
      const lines = files.lines(uri);
      return lines && ask(features, uri, toOffset(params.position, lines), params);
    });

  connection.onCompletion(
    atPoint((features, uri, offset) => [...(features.completion?.(uri, offset) ?? [])]),
  );
  connection.onHover(atPoint((features, uri, offset) => features.hover?.(uri, offset)));
  connection.onDocumentSymbol(inFile((features, uri) => [...(features.symbols?.(uri) ?? [])]));
  connection.onFoldingRanges(inFile((features, uri) => [...(features.folding?.(uri) ?? [])]));
  connection.onPrepareRename(atPoint((features, uri, offset) => features.prepareRename?.(uri, offset)));
  connection.onRenameRequest(async (params, token) => {
    const edit = await atPoint((features, uri, offset) => features.rename?.(uri, offset, params.newName))(
      params,
      token,
    );
    return typeof edit === 'string' ? new ResponseError(LSPErrorCodes.RequestFailed, edit) : edit;
  });
  connection.onDocumentFormatting(inFile((features, uri) => [...(features.format?.(uri) ?? [])]));
  connection.onDocumentLinks(inFile((features, uri) => [...(features.links?.(uri) ?? [])]));
  connection.onCodeLens(inFile((features, uri) => [...(features.lenses?.(uri) ?? [])]));
  connection.onCodeAction(async (params, token) => {
    await ready;
    return token.isCancellationRequested ? null : [...codeActions(params, files)];
  });
}
