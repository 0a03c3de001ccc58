import * as vscode from 'vscode';
import {
  parseFromUpdatePanel,
  type ProgressSample,
  type RunFacts,
  type ToUpdatePanel,
  type UpdatePanelAction,
} from '../../contract/updatePanel';
import type { UpdateEvent } from '../../fota/run';
import type { ConnectionState } from '../connection';
import type { Runs } from '../runs';
import { actionsFor, lastGoodBefore } from './panelActions';
import { panelHtml } from './panelHtml';

/** How often a transfer's progress is told to a panel, at most. */
const PROGRESS_EVERY_MS = 100;

/** What a panel needs of its host. */
export interface PanelSource {
  readonly runs: Runs;
  state(): ConnectionState['kind'];
  samples(): readonly ProgressSample[];
  act(action: UpdatePanelAction): Promise<void>;
}

/**
 * One panel over one run. A snapshot with a revision when the page asks for it, then what changes, one revision each. A
 * hidden page is gone: it asks again when it is shown.
 */
export class UpdatePanel {
  private revision = 0;
  /** Whether the page is there and has a snapshot. */
  private following = false;
  /** What happens while a snapshot is made. */
  private pending: UpdateEvent[] | undefined;
  /** More than events happened meanwhile: another snapshot is due. */
  private stale = false;
  private progress: Extract<UpdateEvent, { kind: 'progress' }> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private bytes = 0;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly run: string,
    private readonly source: PanelSource,
  ) {
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [
        vscode.Uri.joinPath(extensionUri, 'dist'),
        vscode.Uri.joinPath(extensionUri, 'media'),
      ],
    };
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'tabLight.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'tabDark.svg'),
    };
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const parsed = parseFromUpdatePanel(message);
      if (parsed?.kind === 'ready') void this.sendSnapshot(true);
      if (parsed?.kind === 'act') void source.act(parsed.action);
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.following = false;
    });
    panel.onDidDispose(() => {
      this.following = false;
      clearTimeout(this.timer);
    });
    panel.webview.html = panelHtml(panel.webview, extensionUri);
  }

  get visible(): boolean {
    return this.panel.visible;
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Tells the page something of the run. Progress that comes faster than it is drawn is told once. */
  tell(event: UpdateEvent): void {
    if (event.kind === 'progress') {
      this.bytes = event.bytes;
      this.progress = event;
      this.timer ??= setTimeout(() => this.tellProgress(), PROGRESS_EVERY_MS);
      return;
    }
    this.tellProgress();
    if (this.pending) this.pending.push(event);
    else if (this.following) this.postEvent(event);
    if (event.kind === 'end') void this.sendSnapshot();
  }

  /** Tells the page that the run's facts changed. */
  tellFacts(record: RunFacts): void {
    if (this.pending) this.stale = true;
    else if (this.following) this.post({ kind: 'facts', revision: ++this.revision, record });
  }

  /** Sends all there is to see. `asked`: the page is there and waits for it. */
  async sendSnapshot(asked = false): Promise<void> {
    if (!asked && !this.following) return;
    if (this.pending) {
      this.stale = true;
      return;
    }
    this.pending = [];
    this.stale = false;
    try {
      this.post(await this.snapshot());
      this.following = true;
    } catch {
      // The server went away while it was asked: its state tells the rest.
      this.post(unavailable('The server is gone, so this update can’t be shown.', ['startServer']));
    } finally {
      const missed = this.pending ?? [];
      this.pending = undefined;
      for (const event of missed) if (!this.inSnapshot.has(JSON.stringify(event))) this.postEvent(event);
    }
    if (this.stale) await this.sendSnapshot();
  }

  /** The events of the last snapshot: what happened while it was made may be in it. */
  private inSnapshot = new Set<string>();

  private async snapshot(): Promise<ToUpdatePanel> {
    const { runs } = this.source;
    const state = this.source.state();
    // A server that starts takes runs up again: only then is what is written of them the truth.
    if (state === 'starting') return unavailable('The server starts…', []);
    const [record, history] = await Promise.all([runs.run(this.run), runs.list()]);
    if (!record) return unavailable('This update is not in history any more.', []);
    const running = record.end === undefined && record.interrupted !== true;
    const lastGood = lastGoodBefore(record, history);
    this.bytes = record.bytes;
    this.inSnapshot = new Set(record.events.slice(-50).map((event) => JSON.stringify(event)));
    return {
      kind: 'snapshot',
      snapshot: {
        revision: ++this.revision,
        record,
        running,
        samples: this.source.samples(),
        ...(lastGood ? { lastGood } : {}),
        actions: actionsFor(record, running, lastGood, state === 'running'),
      },
    };
  }

  private tellProgress(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { progress } = this;
    this.progress = undefined;
    if (progress && this.following && !this.pending) this.postEvent(progress);
  }

  private postEvent(event: UpdateEvent): void {
    this.post({ kind: 'event', revision: ++this.revision, event, bytes: this.bytes });
  }

  private post(message: ToUpdatePanel): void {
    void this.panel.webview.postMessage(message);
  }
}

const unavailable = (reason: string, actions: readonly UpdatePanelAction[]): ToUpdatePanel => ({
  kind: 'unavailable',
  reason,
  actions,
});
