import * as vscode from 'vscode';
import type { Connection } from './connection';
import { Commands } from './ids';
import type { DeviceModel } from './model/deviceModel';
import { boardsFirst } from './model/reachableUris';
import { statusText } from './model/statusText';
import type { Services } from './services';
import { safeName } from './model/words';

const DRAW_EVERY_MS = 200;

/** The one item of the status bar: how many devices, or how far an update is. */
export function showStatusBar(connection: Connection, model: DeviceModel): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('lwm2m.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'LwM2M';
  item.command = Commands.MENU;
  let timer: NodeJS.Timeout | undefined;
  const draw = () => {
    timer = undefined;
    const { state } = connection;
    const { text, tooltip, spoken } = statusText(
      state.kind,
      model,
      state.kind === 'running' ? state.status : undefined,
    );
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: spoken };
  };
  const soon = () => void (timer ??= setTimeout(draw, DRAW_EVERY_MS));
  draw();
  item.show();
  const subscriptions = [
    connection.onState(soon),
    model.onChange(soon),
    connection.onEvent(({ kind }) => {
      if (kind === 'listening') soon();
    }),
  ];
  return {
    dispose: () => {
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.dispose();
      item.dispose();
    },
  };
}

interface MenuItem extends vscode.QuickPickItem {
  readonly command?: string;
  readonly argument?: unknown;
}

/** What can be done now, the likeliest first: the click on the status bar. */
export function registerMenu(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand(Commands.MENU, async () => {
    const picked = await vscode.window.showQuickPick(menuItems(services), { title: 'LwM2M' });
    if (picked?.command !== undefined) await vscode.commands.executeCommand(picked.command, picked.argument);
  });
}

function menuItems(services: Services): readonly MenuItem[] {
  const { connection, model } = services;
  const log: MenuItem = { label: '$(output) Show Log', command: Commands.LOG_SHOW };
  if (connection.state.kind !== 'running')
    return [
      { label: '$(play) Start Server', command: Commands.SERVER_START },
      { label: '$(vm) Start Simulated Device', command: Commands.SIMULATOR_START },
      { label: '$(radio-tower) Choose Listening Address…', command: Commands.SERVER_CHOOSE_ADDRESS },
      log,
    ];
  const last = services.lastPush.get();
  return [
    ...model.updates().flatMap(({ endpoint, run }): MenuItem[] => [
      {
        label: `$(open-preview) Open the Update of ${safeName(endpoint)}`,
        command: Commands.UPDATE_OPEN,
        argument: run,
      },
      {
        label: `$(close) Cancel the Update of ${safeName(endpoint)}`,
        command: Commands.UPDATE_CANCEL,
        argument: run,
      },
    ]),
    { label: '$(cloud-upload) Push Build to Device', command: Commands.UPDATE_PUSH },
    ...(last
      ? [
          {
            label: '$(sync) Push Last Build Again',
            description: `${safeName(last.file.split(/[/\\]/).at(-1) ?? '')} to ${safeName(last.endpoint)}`,
            command: Commands.UPDATE_PUSH_AGAIN,
          },
        ]
      : []),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      label: '$(copy) Copy Server URI',
      description:
        boardsFirst(services.status()?.listening ?? []).find((uri) => uri.startsWith('coap')) ?? '',
      command: Commands.SERVER_COPY_URI,
    },
    { label: '$(copy) Copy Kconfig for This Server', command: Commands.SERVER_COPY_KCONFIG },
    { label: '$(radio-tower) Choose Listening Address…', command: Commands.SERVER_CHOOSE_ADDRESS },
    { label: '$(vm) Start Simulated Device', command: Commands.SIMULATOR_START },
    { label: '$(question) Nothing Arrives?', command: Commands.ARRIVALS_SHOW },
    log,
    { label: '$(debug-stop) Stop Server', command: Commands.SERVER_STOP },
  ];
}
