import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type {
  Diagnostic,
  DocumentDiagnosticReport,
  Position,
  Range,
  WorkspaceDiagnosticReport,
} from 'vscode-languageserver/node';
import type { FilesWanted, LanguageOptions, LanguageSettings } from '../../src/contract/languageServer';

/** Files that a client shows to the server, by URI; a test changes them as it likes. */
export type ShownFiles = Map<string, string>;

/** What a client is started with. */
export interface LanguageClientOptions {
  readonly files?: ShownFiles;
  readonly settings?: LanguageSettings;
  readonly options?: Partial<LanguageOptions>;
  readonly args?: readonly string[];
}

/** A language client over stdio with a real server process at its other end, as editors have it. */
export class LanguageClient {
  readonly #versions = new Map<string, number>();
  /** Values of work-done progress, in the order in which they came. */
  readonly progress: unknown[] = [];
  /** When files were written, by URI: 0 without. */
  readonly modified = new Map<string, number>();
  /** URIs that the server asked the text of. */
  readonly asked: string[] = [];
  settings: LanguageSettings;
  #refreshed: (() => void)[] = [];

  private constructor(
    readonly rpc: MessageConnection,
    private readonly child: ChildProcess,
    readonly files: ShownFiles,
    settings: LanguageSettings,
  ) {
    this.settings = settings;
    rpc.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    );
    rpc.onRequest('client/registerCapability', () => null);
    rpc.onRequest('window/workDoneProgress/create', () => null);
    rpc.onRequest('workspace/codeLens/refresh', () => null);
    rpc.onRequest('workspace/diagnostic/refresh', () => {
      for (const done of this.#refreshed.splice(0)) done();
      return null;
    });
    rpc.onNotification('$/progress', ({ value }: { value: unknown }) => void this.progress.push(value));
    rpc.onRequest('lwm2m/findFiles', () => ({ uris: [...this.files.keys()] }));
    rpc.onRequest('lwm2m/readFiles', ({ uris }: FilesWanted) => {
      this.asked.push(...uris);
      return {
        texts: uris.map((uri) => this.files.get(uri) ?? null),
        modified: uris.map((uri) => this.modified.get(uri) ?? 0),
      };
    });
    rpc.listen();
  }

  /** Starts a server's file and greets it. */
  static async start(file: string, given: LanguageClientOptions = {}): Promise<LanguageClient> {
    const child = spawn(process.execPath, [...(given.args ?? []), file], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const rpc = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const client = new LanguageClient(rpc, child, given.files ?? new Map(), given.settings ?? {});
    await rpc.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        workspace: {
          configuration: true,
          didChangeConfiguration: { dynamicRegistration: true },
          diagnostics: { refreshSupport: true },
          codeLens: { refreshSupport: true },
        },
        window: { workDoneProgress: true },
      },
      initializationOptions: {
        registry: readFileSync('media/registry/objects.json', 'utf8'),
        symbols: readFileSync('media/kconfig/symbols.json', 'utf8'),
        readsFiles: given.files !== undefined,
        ...given.options,
      } satisfies LanguageOptions,
    });
    await rpc.sendNotification('initialized', {});
    return client;
  }

  /** The next time that the server asks for its problems to be pulled anew. */
  refreshed(): Promise<void> {
    return new Promise((resolve) => this.#refreshed.push(resolve));
  }

  async open(uri: string, text: string, languageId = 'xml'): Promise<void> {
    this.#versions.set(uri, 1);
    await this.rpc.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Types into an open document. */
  async type(uri: string, at: Position | Range, text: string): Promise<void> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    const range = 'start' in at ? at : { start: at, end: at };
    await this.rpc.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.rpc.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** Something asked of a document. */
  ask<T>(method: string, uri: string, more: object = {}): Promise<T> {
    return this.rpc.sendRequest(`textDocument/${method}`, { textDocument: { uri }, ...more });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.ask('diagnostic', uri, previousResultId === undefined ? {} : { previousResultId });
  }

  async problems(uri: string): Promise<readonly Diagnostic[]> {
    const report = await this.pull(uri);
    return report.kind === 'full' ? report.items : [];
  }

  pullWorkspace(
    previousResultIds: readonly { uri: string; value: string }[] = [],
  ): Promise<WorkspaceDiagnosticReport> {
    return this.rpc.sendRequest('workspace/diagnostic', { previousResultIds });
  }

  /** Leaves as LSP has it; the exit code. */
  async end(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    await this.rpc.sendRequest('shutdown');
    await this.rpc.sendNotification('exit');
    const code = await ended;
    this.rpc.dispose();
    return code;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  kill(): void {
    this.rpc.dispose();
    this.child.kill('SIGKILL');
  }
}
