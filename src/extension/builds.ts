import path from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../base/event';
import { errorText } from '../base/errors';
import { Settings } from './ids';
import { sortBuilds, type FoundBuild } from './model/buildRows';
import { finishedSince } from './model/finishedBuilds';
import { buildFolders } from './settings';

/** Names of files that builds write: what the watcher looks at. */
const WATCHED = '**/*.{bin,hex,zip}';
/** Builds write several files: one look at the end of a burst. */
const QUIET_MS = 150;

/** Looks for builds below folders; each with what its bytes say. */
export type BuildFinder = (folders: readonly string[], home: string) => Promise<readonly FoundBuild[]>;

/** The builds of the workspace, found anew when files change. Nothing is read in a folder that is not trusted. */
export class Builds implements vscode.Disposable {
  private readonly changes = new Emitter<readonly FoundBuild[]>();
  private readonly finished = new Emitter<FoundBuild>();
  private readonly subscriptions: vscode.Disposable[] = [];
  private watcher: vscode.Disposable | undefined;
  private list: readonly FoundBuild[] | undefined;
  private looking: Promise<readonly FoundBuild[]> | undefined;
  private again = false;
  /** When the last look began (ms since 1970); `undefined` where the next one is a first: what it finds is not news. */
  private lookedAt: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  readonly onChange = this.changes.event;
  /** A build that can be pushed is new or newer than it was. */
  readonly onFinished = this.finished.event;

  constructor(
    private readonly finder: () => Promise<BuildFinder>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.restart()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.lookSoon()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(Settings.BUILDS_FOLDERS)) this.restart();
      }),
    );
  }

  /** What was found last; looks first where nothing was looked for yet, or where it is to be fresh. */
  found(fresh = false): Promise<readonly FoundBuild[]> {
    if (!vscode.workspace.isTrusted) return Promise.resolve([]);
    this.watch();
    return this.list !== undefined && !fresh ? Promise.resolve(this.list) : this.look();
  }

  /** Looks anew. */
  look(): Promise<readonly FoundBuild[]> {
    if (this.looking) {
      this.again = true;
      return this.looking;
    }
    this.looking = this.find().finally(() => {
      this.looking = undefined;
      if (this.again) {
        this.again = false;
        this.lookSoon();
      }
    });
    return this.looking;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watcher?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changes.dispose();
    this.finished.dispose();
  }

  private async find(): Promise<readonly FoundBuild[]> {
    const before = this.list;
    const since = this.lookedAt;
    this.lookedAt = Date.now();
    const found: FoundBuild[] = [];
    const find = await this.finder();
    for (const { uri, folders } of searched()) {
      try {
        found.push(...(await find(folders, uri.fsPath)));
      } catch (error) {
        this.log.warn(`Builds below ${uri.fsPath} can't be found: ${errorText(error)}`);
      }
    }
    this.list = sortBuilds([...new Map(found.map((build) => [build.file, build])).values()]);
    this.changes.fire(this.list);
    if (before && since !== undefined)
      for (const build of finishedSince(since, before, this.list)) this.finished.fire(build);
    return this.list;
  }

  private watch(): void {
    if (this.watcher) return;
    const patterns: vscode.GlobPattern[] = [WATCHED];
    for (const { uri, folders } of searched())
      for (const folder of folders)
        if (folder !== uri.fsPath)
          patterns.push(new vscode.RelativePattern(vscode.Uri.file(folder), WATCHED));
    const watchers = patterns.map((pattern) => vscode.workspace.createFileSystemWatcher(pattern));
    for (const watcher of watchers) {
      watcher.onDidCreate(() => this.lookSoon());
      watcher.onDidChange(() => this.lookSoon());
      watcher.onDidDelete(() => this.lookSoon());
    }
    this.watcher = vscode.Disposable.from(...watchers);
  }

  private restart(): void {
    this.watcher?.dispose();
    this.watcher = undefined;
    this.lookedAt = undefined;
    this.lookSoon();
  }

  private lookSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (vscode.workspace.isTrusted) void this.found(true);
    }, QUIET_MS);
  }
}

/** Workspace folders on this machine, each with the folders that the user names beside it. */
function searched(): readonly { readonly uri: vscode.Uri; readonly folders: readonly string[] }[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => ({
      uri,
      folders: [uri.fsPath, ...buildFolders(uri).map((folder) => path.resolve(uri.fsPath, folder))],
    }));
}
