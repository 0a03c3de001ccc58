import os from 'node:os';
import * as vscode from 'vscode';
import { OperationError, isOperationError } from '../../base/errors';
import { printableText } from '../../base/printableText';
import { Commands, Settings, type SettingId } from '../ids';
import { FREE_PORTS, type OwnPorts } from '../model/ownPorts';
import { showFailure, showInformation, showWarning } from '../notify';
import { holderOfUdpPort } from '../../storage/portHolder';
import type { Services } from '../services';
import { addresses, coapPort } from '../settings';
import { copyServerKconfig, copyServerUri } from './copyServer';

/**
 * Starts or joins the server and tells what keeps it from that; where a stranger holds the port, offers a free one.
 * In a folder that is not trusted nothing is started.
 */
export async function startServer(
  { connection }: Pick<Services, 'connection'>,
  ports?: OwnPorts,
): Promise<boolean> {
  if (!vscode.workspace.isTrusted) {
    const manage = 'Manage Workspace Trust';
    const chosen = await showWarning('No server is started in a folder that is not trusted.', manage);
    if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
    return false;
  }
  try {
    await connection.start(ports);
    return true;
  } catch (error) {
    if (!isOperationError(error, 'PORT_IN_USE')) {
      await showFailure(error, {
        title: 'Choose Address',
        run: () => vscode.commands.executeCommand(Commands.SERVER_CHOOSE_ADDRESS),
      });
      return false;
    }
    // Not awaited: the notification may stay for long, and the start has failed by then.
    void offerFreePort({ connection }, error);
    return false;
  }
}

async function offerFreePort(services: Pick<Services, 'connection'>, error: unknown): Promise<void> {
  await showFailure(
    await withHolder(error),
    { title: 'Use a Free Port', run: () => startServer(services, FREE_PORTS) },
    { title: 'Try Again', run: () => startServer(services) },
  );
}

/** The same failure, naming who holds the port where that can be seen. */
async function withHolder(error: unknown): Promise<unknown> {
  const port = isOperationError(error) ? error.details['port'] : undefined;
  if (!isOperationError(error) || typeof port !== 'number') return error;
  const holder = await holderOfUdpPort(port).catch(() => undefined);
  if (!holder) return error;
  return new OperationError(
    error.code,
    `Port ${port} is held by ${printableText(holder.name, 40)} (process ${holder.pid}), which is no LwM2M Workbench server`,
    { next: 'Stop it, or let the server take a free port.', cause: error, details: error.details },
  );
}

/** Registers the commands about the server. */
export function registerServerCommands(services: Services): vscode.Disposable[] {
  const { connection } = services;
  return [
    vscode.commands.registerCommand(Commands.SERVER_START, () => startServer(services)),
    vscode.commands.registerCommand(Commands.SERVER_STOP, async () => {
      const running = services.model.updates();
      if (running.length > 0 && connection.state.kind === 'running' && connection.state.own) {
        const stop = 'Stop Server';
        const chosen = await showWarning(
          `An update of ${running[0]?.endpoint ?? 'a device'} is under way.`,
          {
            modal: true,
            detail: 'A pull or a wait is taken up when the server starts again; a push is cut.',
          },
          stop,
        );
        if (chosen !== stop) return;
      }
      await connection.stop();
    }),
    vscode.commands.registerCommand(Commands.SERVER_COPY_URI, () => copyServerUri(services)),
    vscode.commands.registerCommand(Commands.SERVER_COPY_KCONFIG, () => copyServerKconfig(services)),
    vscode.commands.registerCommand(Commands.SERVER_CHOOSE_ADDRESS, () => chooseAddress()),
    vscode.commands.registerCommand(Commands.LOG_SHOW, () => services.log.show(true)),
  ];
}

interface AddressItem extends vscode.QuickPickItem {
  readonly address: string;
}

/** The addresses of this machine, to be chosen: the one place where the server comes to listen beyond loopback. */
async function chooseAddress(): Promise<void> {
  const current = new Set(addresses());
  const items: AddressItem[] = Object.entries(os.networkInterfaces()).flatMap(([name, list]) =>
    (list ?? [])
      // A link-local IPv6 address needs its interface beside it, which a URI can't carry.
      .filter(({ address }) => !address.toLowerCase().startsWith('fe80:'))
      .map(({ address, internal, family }) => ({
        label: address,
        description: name,
        detail: internal
          ? 'This machine only: simulated devices and programs here'
          : `Devices in the network of ${name} reach it (${family})`,
        address,
        picked: current.has(address),
      })),
  );
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Where the LwM2M server listens',
    placeHolder: `The same ports at each, ${coapPort()} for plain CoAP. That is not encrypted: choose networks you trust.`,
    canPickMany: true,
    matchOnDescription: true,
  });
  if (!chosen || chosen.length === 0) return;
  await vscode.workspace.getConfiguration().update(
    Settings.SERVER_ADDRESSES,
    chosen.map(({ address }) => address),
    vscode.ConfigurationTarget.Global,
  );
}

/** Settings that a server has from its start. */
const AT_START: readonly SettingId[] = [
  Settings.SERVER_ADDRESSES,
  Settings.SERVER_TRANSPORTS,
  Settings.SERVER_PORT,
  Settings.SERVER_SECURED_PORT,
  Settings.SERVER_HTTP_PORT,
  Settings.SERVER_HTTPS_PORT,
  Settings.SERVER_ADVERTISED_HOST,
  Settings.SERVER_STATE_FOLDER,
  Settings.OBJECTS_FOLDERS,
];

/** Starts the own server anew where a setting changed that it has from its start; a transfer under way is asked about. */
export function followServerSettings(services: Services): vscode.Disposable {
  const { connection } = services;
  let due = false;
  const take = async () => {
    due = true;
    // A start under way read the settings before they changed.
    await connection.settled();
    due = false;
    const { state } = connection;
    if (state.kind !== 'running') return;
    if (state.own) return restart(services);
    void showInformation(
      'The server of another window or process is used: it takes the new settings when it starts again.',
    );
  };
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (due || connection.state.kind === 'stopped') return;
    if (!AT_START.some((setting) => change.affectsConfiguration(setting))) return;
    void take().catch((error: unknown) => showFailure(error));
  });
}

async function restart(services: Services): Promise<void> {
  const restartNow = 'Restart Server';
  if (services.model.updates().length > 0) {
    const chosen = await showInformation(
      'The server takes the new settings when it starts again. An update is under way.',
      restartNow,
    );
    if (chosen !== restartNow) return;
  }
  await services.connection.stop();
  await startServer(services);
}
