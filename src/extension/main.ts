/** Entry of the extension: registers everything and returns. The stack is loaded when a server is first wanted. */
import * as vscode from 'vscode';
import type { LogLevel } from '../base/log';
import { Builds } from './builds';
import { registerAddCredential } from './commands/addCredential';
import { registerArrivals } from './commands/arrivalsCommand';
import { registerCapture } from './commands/capture';
import { registerCertificateCommands } from './commands/certificateCommands';
import { registerCopyAuthority } from './commands/copyAuthority';
import { registerCopyCredential } from './commands/copyCredential';
import { noticeHandshakes, registerHandshakeCommands } from './commands/handshakeCommands';
import { registerImportCredentials } from './commands/importCredentials';
import { registerPushCommands } from './commands/pushCommands';
import { registerRemoveCredential } from './commands/removeCredential';
import { registerResourceCommands } from './commands/resourceCommands';
import { registerReveal } from './commands/revealFile';
import { followServerSettings, registerServerCommands, startServer } from './commands/serverCommands';
import { registerSimulatorCommands, startSimulated } from './commands/simulatorCommands';
import { Connection } from './connection';
import { editorSecrets, followPersistence } from './editorSecrets';
import { Commands, ContextKeys, Settings } from './ids';
import { followLanguage } from './language/language';
import { logLineOf } from './logLines';
import { DeviceModel } from './model/deviceModel';
import { ToldAttempts } from './model/handshakeText';
import { standingIn, type OwnPorts } from './model/ownPorts';
import type { LastPush } from './model/pushChoice';
import { showFailure } from './notify';
import { followObjectFiles } from './objectFiles';
import { offerBuilds } from './offerBuild';
import { actOnPanel } from './panel/panelCommands';
import { UpdatePanels } from './panel/updatePanels';
import { runsOf } from './runs';
import { remembered } from './remembered';
import type { Services } from './services';
import {
  advertisedHost,
  isOn,
  listeners,
  objectFolders,
  settingsPorts,
  stateFolderSetting,
  versionResource,
} from './settings';
import type { EditorSecrets } from './stack';
import { registerMenu, showStatusBar } from './statusBar';
import { noticeUpdates } from './updateNotices';
import { showBuilds } from './views/buildsTree';
import { showCredentials } from './views/credentialsTree';
import { DevicesTree, followContextKeys, showDevices } from './views/devicesTree';
import { showHandshakes } from './views/handshakesTree';
import { showUpdates } from './views/updatesTree';
import { noticeWaiting } from './waitingNotices';

let ending: (() => Promise<void>) | undefined;

/** Whether the server ran when the window was last seen: a reload takes it up again. */
const RAN = 'lwm2m.ran';
/** The ports it took where a stranger held those of the settings. */
const OWN_PORTS = 'lwm2m.ownPorts';
const LAST_PUSH = 'lwm2m.lastPush';

/** VS Code's entry: registers what the manifest contributes and returns; the stack is loaded at the first start. */
export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const log = vscode.window.createOutputChannel('LwM2M', { log: true });
  const secrets = editorSecrets(context);
  const connection = new Connection(
    (ports) => openStack(context, log, secrets.places, ports),
    (error) => void showFailure(error),
    standingIn(remembered(context, OWN_PORTS), settingsPorts),
  );
  const model = new DeviceModel(() => versionResource());
  const builds = new Builds(async () => (await import('./stack')).findWorkspaceBuilds, log);
  const runs = runsOf(
    () => connection.workbench,
    async () => (await import('./stack')).pastRuns(stateFolderSetting()),
  );
  const panels = new UpdatePanels(context.extensionUri, connection, runs, (run, action) =>
    actOnPanel(services, run, action),
  );
  const services: Services = {
    context,
    connection,
    model,
    builds,
    panels,
    log,
    runs,
    secrets,
    stack: () => import('./stack'),
    lastPush: remembered<LastPush>(context, LAST_PUSH, (value) =>
      setContext(ContextKeys.CAN_PUSH_AGAIN, value !== undefined),
    ),
    running: async () => ((await startServer({ connection })) ? connection.workbench : undefined),
    status: () => (connection.state.kind === 'running' ? connection.state.status : undefined),
  };
  const tree = new DevicesTree(model, connection);
  const handshakes = showHandshakes(model);
  const credentials = showCredentials(services);
  const told = new ToldAttempts();
  setContext(ContextKeys.CAN_PUSH_AGAIN, services.lastPush.get() !== undefined);

  context.subscriptions.push(
    log,
    model,
    builds,
    panels,
    tree,
    showDevices(tree),
    showBuilds(builds, model),
    showUpdates(connection, model, runs),
    handshakes,
    credentials,
    showStatusBar(connection, model),
    followContextKeys(model),
    followState(services),
    followServerSettings(services),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(Settings.UPDATE_VERSION_RESOURCE)) model.readVersions();
    }),
    connection.onEvent((event) => {
      if (event.kind === 'handshake' && !told.isNews(event.handshake)) return;
      const line = logLineOf(event);
      if (line) writeLog(log, line.level, line.text);
    }),
    followObjectFiles(connection, log),
    followLanguage(context, connection, log),
    offerBuilds(services),
    noticeUpdates(services),
    noticeHandshakes(services),
    noticeWaiting(services),
    registerMenu(services),
    ...registerServerCommands(services),
    ...registerSimulatorCommands(services),
    ...registerPushCommands(services),
    ...registerResourceCommands(services),
    ...registerArrivals(services),
    ...registerCapture(services),
    ...registerAddCredential(services),
    registerImportCredentials(services),
    registerCopyCredential(services),
    registerRemoveCredential(services),
    ...registerCertificateCommands(services),
    registerCopyAuthority(services),
    ...registerHandshakeCommands(services, { handshakes, credentials }),
    vscode.commands.registerCommand(Commands.DEVICES_REFRESH, () => tree.refresh()),
    vscode.commands.registerCommand(Commands.BUILDS_REFRESH, () => builds.look()),
    registerReveal(),
  );
  ending = () => connection.close();
  if (vscode.workspace.isTrusted) begin(services);
  else {
    setContext(ContextKeys.UNTRUSTED, true);
    context.subscriptions.push(
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        setContext(ContextKeys.UNTRUSTED, false);
        begin(services);
      }),
    );
  }
  log.debug(`activated in ${(performance.now() - began).toFixed(1)} ms`);
}

/** The window closes: the server stores what is to outlive it. */
export async function deactivate(): Promise<void> {
  await ending?.();
}

async function openStack(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  secrets: EditorSecrets,
  ports?: OwnPorts,
) {
  const began = performance.now();
  // Read before anything is waited for: a change after this is one that the server has not.
  const host = advertisedHost();
  const settings = {
    stateFolder: stateFolderSetting(),
    host: {
      owner: 'editor',
      ...listeners(ports),
      objectFolders: objectFolders(),
      ...(host === undefined ? {} : { advertisedHost: host }),
    },
  };
  const { openWorkbench } = await import('./stack');
  const open = await openWorkbench({
    ...settings,
    extensionFolder: context.extensionPath,
    secrets,
    // Its lines of interest come as events, for a joined server too: what it logs beside is for those who look closer.
    log: { log: (level, message) => writeLog(log, level === 'info' ? 'debug' : level, message) },
  });
  log.debug(`${open.own ? 'started' : 'joined'} a server in ${(performance.now() - began).toFixed(0)} ms`);
  return open;
}

/** Starts what the settings, or a reload, ask for. */
function begin(services: Services): void {
  const { context } = services;
  void followPersistence(services.secrets, services.log);
  const simulator = isOn(Settings.SIMULATOR_AUTO_START);
  if (!isOn(Settings.SERVER_AUTO_START) && !simulator && context.workspaceState.get(RAN) !== true) return;
  void (async () => {
    const workbench = await services.running();
    if (!workbench || !simulator) return;
    const devices = await workbench.devices();
    if (!devices.some((device) => device.simulated)) await startSimulated(services, {});
  })().catch((error: unknown) => showFailure(error));
}

/** The views follow the server: its state as context keys, its devices in the model, and whether it is to come back. */
function followState({ connection, model, context, log }: Services): vscode.Disposable {
  setContext(ContextKeys.STATE, 'stopped');
  return connection.onState((state) => {
    setContext(ContextKeys.STATE, state.kind);
    setContext(ContextKeys.JOINED, state.kind === 'running' && !state.own);
    if (state.kind === 'starting') return;
    if (state.kind === 'stopped') log.info('Server stopped');
    if (state.kind === 'running')
      log.info(
        `${state.own ? 'Server listens' : `Joined the server of process ${state.status.pid}`} at ${state.status.listening.join(', ')}`,
      );
    void context.workspaceState.update(RAN, state.kind === 'running');
    void model
      .attach(state.kind === 'running' ? state.workbench : undefined)
      .catch((error: unknown) => showFailure(error));
  });
}

const setContext = (key: string, value: unknown): void =>
  void vscode.commands.executeCommand('setContext', key, value);

function writeLog(log: vscode.LogOutputChannel, level: LogLevel, text: string): void {
  log[level](text);
}
