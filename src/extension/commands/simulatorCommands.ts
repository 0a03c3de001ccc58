import * as vscode from 'vscode';
import { Commands } from '../ids';
import type { SimulatedDeviceStart } from '../../contract/workbench';
import { proofWords } from '../model/credentialRows';
import type { DeviceNode } from '../model/deviceNodes';
import { safeName } from '../model/words';
import { showFailure } from '../notify';
import type { Services } from '../services';

interface FaultItem extends vscode.QuickPickItem {
  readonly faults: readonly string[];
}

/** Field failures to reproduce, likeliest first; more with the terminal program's `simulate --fault`. */
const FAULTS: readonly FaultItem[] = [
  { label: 'Integrity check failed', description: 'result 5', faults: ['result=5'] },
  { label: 'Not enough flash memory', description: 'result 2', faults: ['result=2'] },
  { label: 'Out of RAM during download', description: 'result 3', faults: ['result=3'] },
  { label: 'Connection lost during download', description: 'result 4', faults: ['result=4'] },
  { label: 'Unsupported package type', description: 'result 6', faults: ['result=6'] },
  { label: 'Invalid URI', description: 'result 7', faults: ['result=7'] },
  { label: 'Firmware update failed', description: 'result 8', faults: ['result=8'] },
  { label: 'Unsupported protocol', description: 'result 9', faults: ['result=9'] },
  { label: 'Update deferred for 20 s', description: 'result 11', faults: ['defer=20'] },
  { label: 'Lossy link', description: '10 % lost, 10 % twice', faults: ['loss=10', 'duplicate=10'] },
  { label: 'Slow link', description: '100–300 ms each way', faults: ['delay=100-300'] },
  { label: 'Restart in the middle', description: 'at 50 %', faults: ['reboot=50'] },
  { label: 'New address in the middle', description: 'at 50 %', faults: ['rebind=50'] },
  { label: 'Falls silent in the middle', description: 'at 50 %', faults: ['hang=50'] },
  { label: 'Push only', description: '5/0/9 = 1', faults: ['method=push'] },
  { label: 'Pull only', description: '5/0/9 = 0', faults: ['method=pull'] },
  { label: 'Sleeps (queue mode)', description: 'answers only after its updates', faults: [] },
  { label: 'Tells no new version', description: 'quirk', faults: ['quirk=noversion'] },
  { label: 'Zephyr: 0/0 after the restart', description: 'quirk', faults: ['quirk=zephyr-reset'] },
];

const QUEUE_MODE = 'Sleeps (queue mode)';

/** Registers the commands about simulated devices. */
export function registerSimulatorCommands(services: Services): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand(Commands.SIMULATOR_START, () => startSimulated(services, {})),
    vscode.commands.registerCommand(Commands.SIMULATOR_START_FAULTY, async () => {
      const chosen = await vscode.window.showQuickPick(FAULTS, {
        title: 'Start Simulated Device with a Fault',
        placeHolder: 'What goes wrong?',
        matchOnDescription: true,
      });
      if (!chosen) return;
      await startSimulated(
        services,
        chosen.label === QUEUE_MODE ? { queueMode: true } : { faults: chosen.faults },
      );
    }),
    vscode.commands.registerCommand(Commands.SIMULATOR_START_SECURED, () => startSecured(services)),
    vscode.commands.registerCommand(Commands.SIMULATOR_STOP, (node?: DeviceNode) =>
      stopSimulated(services, node),
    ),
  ];
}

/** Starts a simulated device, and the server before it where none runs. */
export async function startSimulated(
  services: Pick<Services, 'running'>,
  start: SimulatedDeviceStart,
): Promise<void> {
  const workbench = await services.running();
  if (!workbench) return;
  try {
    await workbench.startSimulatedDevice(start);
  } catch (error) {
    await showFailure(error);
  }
}

/**
 * Starts a simulated device that speaks coaps: as an endpoint that has a key and isn't there, where the user wants that,
 * else as a new one with a new key.
 */
async function startSecured(services: Services): Promise<void> {
  const workbench = await services.running();
  if (!workbench) return;
  try {
    const here = new Set(services.model.devices().map(({ view }) => view.endpoint));
    const absent = (await services.secrets.credentials.list()).filter(
      ({ endpointName, mode }) => mode === 'psk' && !here.has(endpointName),
    );
    const fresh = { label: '$(vm) A New One with a New Key', endpoint: undefined };
    const picked =
      absent.length === 0 || !isOwn(services)
        ? fresh
        : await vscode.window.showQuickPick(
            [
              ...absent.map((credential) => ({
                label: `$(key) ${safeName(credential.endpointName)}`,
                description: proofWords(credential),
                endpoint: credential.endpointName,
              })),
              fresh,
            ],
            { title: 'Start Secured Simulated Device', placeHolder: 'Whose key does it have?' },
          );
    if (!picked) return;
    await startSimulated(services, {
      scheme: 'coaps',
      ...(picked.endpoint === undefined ? {} : { endpoint: picked.endpoint }),
    });
  } catch (error) {
    await showFailure(error);
  }
}

/** Whether the server in use takes the editor's own credentials. */
const isOwn = ({ connection: { state } }: Services): boolean =>
  state.kind === 'running' && (state.own || state.status.owner === 'editor');

async function stopSimulated(services: Services, node: DeviceNode | undefined): Promise<void> {
  const simulated = services.model.devices().filter(({ view }) => view.simulated);
  const pointed = node?.kind === 'device' ? node.endpoint : undefined;
  const names = simulated.map(({ view }) => view.endpoint);
  const endpoint =
    pointed ??
    (names.length > 1
      ? await vscode.window.showQuickPick(names, { title: 'Stop Simulated Device' })
      : names[0]);
  if (endpoint === undefined) return;
  try {
    await services.connection.workbench?.stopSimulatedDevice(endpoint);
  } catch (error) {
    await showFailure(error);
  }
}
