import * as vscode from 'vscode';
import { isConnected } from '../../base/scheme';
import { parseFault } from '../../simulator/fault';
import { Commands } from '../ids';
import type { SimulatedDeviceStart } from '../../contract/workbench';
import { proofWords } from '../model/credentialRows';
import type { DeviceNode } from '../model/deviceNodes';
import { safeName } from '../model/words';
import { showFailure } from '../notify';
import type { Services } from '../services';

type DeviceScheme = NonNullable<SimulatedDeviceStart['scheme']>;

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

/** Several at once, and those that need a value. */
const AS_TEXT: FaultItem = {
  label: '$(edit) Others, as Text…',
  description: 'several at once: loss=10 rebind=40',
  faults: [],
};

/** Registers the commands about simulated devices. */
export function registerSimulatorCommands(services: Services): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand(Commands.SIMULATOR_START, () => startAsked(services, {})),
    vscode.commands.registerCommand(Commands.SIMULATOR_START_FAULTY, async () => {
      const faulty = await askFaults();
      if (faulty) await startAsked(services, faulty, true);
    }),
    vscode.commands.registerCommand(Commands.SIMULATOR_START_SECURED, () => startSecured(services)),
    vscode.commands.registerCommand(Commands.SIMULATOR_STOP, (node?: DeviceNode) =>
      stopSimulated(services, node),
    ),
  ];
}

async function askFaults(): Promise<SimulatedDeviceStart | undefined> {
  const title = 'Start Simulated Device with a Fault';
  const chosen = await vscode.window.showQuickPick([...FAULTS, AS_TEXT], {
    title,
    placeHolder: 'What goes wrong?',
    matchOnDescription: true,
  });
  if (chosen?.label === QUEUE_MODE) return { queueMode: true };
  if (chosen !== AS_TEXT) return chosen && { faults: chosen.faults };
  const text = await vscode.window.showInputBox({
    title,
    prompt: 'As the terminal program takes them, with blanks between them.',
    placeHolder: 'loss=10 rebind=40 method=push',
    validateInput: (value) => {
      for (const spec of specsIn(value)) {
        const fault = parseFault(spec);
        if (!fault.ok) return `${fault.problem.message}.`;
      }
      return undefined;
    },
  });
  return text === undefined ? undefined : { faults: specsIn(text) };
}

const specsIn = (text: string): readonly string[] => text.split(/\s+/).filter((one) => one !== '');

/** How a device can come, in the words of a choice. */
const WAYS: Readonly<Record<DeviceScheme, string>> = {
  coap: 'UDP, without security',
  coaps: 'DTLS, with a key of its own',
  'coap+tcp': 'TCP, without security',
  'coaps+tcp': 'TLS, with a key of its own',
};

const isWay = (scheme: string): scheme is DeviceScheme => Object.hasOwn(WAYS, scheme);

/**
 * Starts a simulated device the way the server listens. Where that is more than one, the user is asked: for one without
 * a fault only where TCP is listened on, since a secured one has a command of its own.
 */
async function startAsked(services: Services, start: SimulatedDeviceStart, faulty = false): Promise<void> {
  if (!(await services.running())) return;
  const listening = (services.status()?.listening ?? []).map((uri) => uri.split('://')[0] ?? '');
  const ways = [...new Set(listening)].filter(isWay);
  const ask = ways.length > 1 && (faulty || ways.some(isConnected));
  const picked = ask
    ? await vscode.window.showQuickPick(
        ways.map((way) => ({ label: way, description: WAYS[way], scheme: way })),
        { title: 'Start Simulated Device', placeHolder: 'How does it reach the server?' },
      )
    : { scheme: ways[0] ?? ('coap' as const) };
  if (picked) await startSimulated(services, { ...start, scheme: picked.scheme });
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
