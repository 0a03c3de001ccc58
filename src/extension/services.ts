import type { Remembered } from './remembered';
import type * as vscode from 'vscode';
import type { StatusView, Workbench } from '../contract/workbench';
import type { Builds } from './builds';
import type { Connection } from './connection';
import type { OwnSecrets } from './editorSecrets';
import type { DeviceModel } from './model/deviceModel';
import type { LastPush } from './model/pushChoice';
import type { UpdatePanels } from './panel/updatePanels';
import type { Runs } from './runs';

/** What the commands act on. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly connection: Connection;
  readonly model: DeviceModel;
  readonly builds: Builds;
  readonly panels: UpdatePanels;
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  readonly lastPush: Remembered<LastPush>;
  /** Keys and certificates in VS Code's secret storage. */
  readonly secrets: OwnSecrets;
  /** The lazy half, loaded when first needed. */
  stack(): Promise<typeof import('./stack')>;
  /** The running workbench; starts one where none runs, telling the user what keeps it from that. */
  running(): Promise<Workbench | undefined>;
  status(): StatusView | undefined;
}
