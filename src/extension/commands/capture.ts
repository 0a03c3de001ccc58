import path from 'node:path';
import * as vscode from 'vscode';
import type { CaptureView } from '../../contract/workbench';
import { sizeText } from '../../contract/quantities';
import { printableText } from '../../base/printableText';
import { messageLine } from '../../trace/messageLine';
import { Commands, ContextKeys } from '../ids';
import type { DeviceNode } from '../model/deviceNodes';
import { countText, safeName } from '../model/words';
import { showFailure, showInformation, showWarning } from '../notify';
import type { Services } from '../services';

/** Longest line of the traffic channel. */
const LONGEST_LINE = 1000;

/** The capture of this window. */
interface Running {
  readonly id: string;
  readonly withSecrets: boolean;
  messages: number;
}

interface DeviceItem extends vscode.QuickPickItem {
  readonly endpoint?: string;
}

/** Registers "Capture Traffic…" and its end: one capture a window, its messages in a channel of their own. */
export function registerCapture(services: Services): vscode.Disposable[] {
  const capturing = new Capturing(services);
  return [
    capturing,
    vscode.commands.registerCommand(Commands.CAPTURE_START, (node?: DeviceNode) =>
      capturing.start(node?.kind === 'device' ? node.endpoint : undefined).catch(showFailure),
    ),
    vscode.commands.registerCommand(Commands.CAPTURE_STOP, () => capturing.stop().catch(showFailure)),
  ];
}

class Capturing implements vscode.Disposable {
  private channel: vscode.LogOutputChannel | undefined;
  private running: Running | undefined;
  private readonly item = vscode.window.createStatusBarItem(
    'lwm2m.capture',
    vscode.StatusBarAlignment.Left,
    9,
  );
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly services: Services) {
    this.item.name = 'LwM2M Capture';
    this.item.command = Commands.CAPTURE_STOP;
    this.item.tooltip = 'Stop the capture';
    this.subscriptions = [
      services.connection.onEvent((event) => {
        if (event.kind !== 'captured' || event.capture !== this.running?.id) return;
        this.running.messages++;
        this.draw();
        this.channel?.info(printableText(messageLine(event.message), LONGEST_LINE));
      }),
      services.connection.onState(({ kind }) => {
        if (kind === 'running' || !this.running) return;
        this.set(undefined);
        void showWarning('The capture ended with the server. The file holds what came before.');
      }),
    ];
  }

  /** Asks what is to be captured, where to and whether with its secrets, and begins. */
  async start(pointed: string | undefined): Promise<void> {
    if (this.running) {
      const stop = 'Stop Capture';
      const chosen = await showInformation('A capture is running already.', stop);
      if (chosen === stop) await this.stop();
      return;
    }
    const workbench = await this.services.running();
    const whose = workbench && (pointed === undefined ? await this.ask() : { endpoint: pointed });
    const file = whose && (await fileFor(whose.endpoint));
    const withSecrets = file && (await askSecrets());
    if (!workbench || !file || withSecrets === undefined) return;
    const { capture } = await workbench.startCapture({
      file: file.fsPath,
      withSecrets,
      ...(whose.endpoint === undefined ? {} : { endpoint: whose.endpoint }),
    });
    this.channel ??= vscode.window.createOutputChannel('LwM2M Traffic', { log: true });
    this.channel.show(true);
    this.set({ id: capture, withSecrets, messages: 0 });
  }

  /** Ends it, and says where the file is and what is in it. */
  async stop(): Promise<void> {
    const { running } = this;
    const { workbench } = this.services.connection;
    this.set(undefined);
    if (!running || !workbench) return;
    const view = await workbench.stopCapture(running.id);
    const reveal = 'Reveal';
    const chosen = await showInformation(endText(view, running.withSecrets), reveal);
    if (chosen === reveal) await vscode.commands.executeCommand(Commands.BUILD_REVEAL, { file: view.file });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
    this.channel?.dispose();
  }

  private async ask(): Promise<{ readonly endpoint?: string } | undefined> {
    const devices = this.services.model.devices();
    const items: DeviceItem[] = [
      { label: '$(globe) All Devices', description: 'also those that have not registered' },
      ...devices.map(({ view }) => ({
        label: `$(circuit-board) ${safeName(view.endpoint)}`,
        description: view.address,
        endpoint: view.endpoint,
      })),
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: 'Capture Traffic',
      placeHolder: 'Of which device?',
    });
    return picked && (picked.endpoint === undefined ? {} : { endpoint: picked.endpoint });
  }

  private set(running: Running | undefined): void {
    this.running = running;
    void vscode.commands.executeCommand('setContext', ContextKeys.CAPTURING, running !== undefined);
    if (!running) return this.item.hide();
    this.draw();
    this.item.show();
  }

  private draw(): void {
    if (this.running) this.item.text = `$(record) ${countText(this.running.messages, 'message')}`;
  }
}

/** Where to: a name of the device and the time, in the folder that is open. */
async function fileFor(endpoint: string | undefined): Promise<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const whose = endpoint === undefined ? 'all' : endpoint.replace(/[^\w.-]+/g, '_').slice(0, 64);
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const name = `lwm2m-${whose}-${time}.pcapng`;
  return vscode.window.showSaveDialog({
    title: 'Capture Traffic',
    saveLabel: 'Capture',
    filters: { 'Capture for Wireshark': ['pcapng'] },
    ...(folder ? { defaultUri: vscode.Uri.file(path.join(folder.uri.fsPath, name)) } : {}),
  });
}

/** Only on the user's word: whoever has the file can then read the sessions. */
async function askSecrets(): Promise<boolean | undefined> {
  const inside = 'Put Secrets Inside';
  const out = 'Leave Them Out';
  const chosen = await showInformation(
    'Shall the file hold the secrets of secured sessions?',
    {
      modal: true,
      detail:
        'With them Wireshark shows the sessions decrypted, to everyone who has the file. Pre-shared keys and certificates are not inside either way.',
    },
    out,
    inside,
  );
  return chosen === undefined ? undefined : chosen === inside;
}

/** How many messages, which file, and what is in it. */
function endText(view: CaptureView, withSecrets: boolean): string {
  const file = path.basename(view.file ?? '');
  const note = view.note === undefined ? '' : ` ${view.note}`;
  return `${countText(view.messages, 'message')}, ${sizeText(view.size)} in ${file}. The secrets are ${withSecrets ? '' : 'not '}inside.${note}`;
}
