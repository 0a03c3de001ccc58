import * as vscode from 'vscode';
import type { ProgressSample, UpdatePanelAction } from '../../contract/updatePanel';
import { withSample } from '../../contract/panelState';
import type { WorkbenchEvent } from '../../contract/workbench';
import type { Connection } from '../connection';
import { UPDATE_PANEL } from '../ids';
import { safeName } from '../model/words';
import type { Runs } from '../runs';
import { UpdatePanel } from './updatePanel';

/** Most runs whose pace is kept. */
const MOST_RUNS = 50;

/** What a panel is restored from: the run's name; all else is asked anew. */
interface Kept {
  readonly run: string;
  readonly endpointName: string;
}

const isKept = (state: unknown): state is Kept =>
  typeof state === 'object' &&
  state !== null &&
  'run' in state &&
  typeof state.run === 'string' &&
  'endpointName' in state &&
  typeof state.endpointName === 'string';

/** The panels of updates: one a run, restored with the truth after a reload of the window. */
export class UpdatePanels implements vscode.Disposable {
  private readonly panels = new Map<string, UpdatePanel>();
  private readonly samples = new Map<string, readonly ProgressSample[]>();
  private readonly subscriptions: vscode.Disposable[];

  /** @param act does what a panel's button says */
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly connection: Connection,
    private readonly runs: Runs,
    private readonly act: (run: string, action: UpdatePanelAction) => Promise<void>,
  ) {
    this.subscriptions = [
      connection.onEvent((event) => this.take(event)),
      connection.onState(() => {
        for (const panel of this.panels.values()) void panel.sendSnapshot();
      }),
      vscode.window.registerWebviewPanelSerializer(UPDATE_PANEL, {
        deserializeWebviewPanel: (panel, state: unknown) => {
          if (isKept(state)) this.adopt(panel, state.run, state.endpointName);
          else panel.dispose();
          return Promise.resolve();
        },
      }),
    ];
  }

  /** Shows the panel of a run. */
  show(run: string, endpointName: string): Promise<void> {
    const present = this.panels.get(run);
    if (present) {
      present.reveal();
      return Promise.resolve();
    }
    const panel = vscode.window.createWebviewPanel(
      UPDATE_PANEL,
      'Update',
      { viewColumn: vscode.ViewColumn.Active, preserveFocus: false },
      {},
    );
    this.adopt(panel, run, endpointName);
    return Promise.resolve();
  }

  /** Whether the user sees a run's panel now. */
  isVisible(run: string): boolean {
    return this.panels.get(run)?.visible === true;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const panel of this.panels.values()) panel.dispose();
  }

  private adopt(webviewPanel: vscode.WebviewPanel, run: string, endpointName: string): void {
    webviewPanel.title = `Update ${safeName(endpointName)}`;
    this.panels.get(run)?.dispose();
    const panel = new UpdatePanel(webviewPanel, this.extensionUri, run, {
      runs: this.runs,
      samples: () => this.samples.get(run) ?? [],
      act: (action) => this.act(run, action),
      state: () => this.connection.state.kind,
    });
    this.panels.set(run, panel);
    webviewPanel.onDidDispose(() => {
      if (this.panels.get(run) === panel) this.panels.delete(run);
    });
  }

  private take(event: WorkbenchEvent): void {
    if (event.kind === 'update') {
      if (event.event.kind === 'progress') this.keepSample(event.run, event.event);
      this.panels.get(event.run)?.tell(event.event);
    }
    if (event.kind === 'run') this.panels.get(event.record.id)?.tellFacts(event.record);
  }

  private keepSample(run: string, { at, bytes }: ProgressSample): void {
    const samples = withSample(this.samples.get(run) ?? [], { at, bytes });
    this.samples.delete(run);
    this.samples.set(run, samples);
    const [oldest] = this.samples.keys();
    if (this.samples.size > MOST_RUNS && oldest !== undefined) this.samples.delete(oldest);
  }
}
