import { seconds } from '../base/clock';
import { Emitter } from '../base/event';
import { OperationError, isOperationError } from '../base/errors';
import { isLoopback } from '../base/socketAddress';
import type { SimulatedDeviceStart } from '../contract/workbench';
import { parseFault } from '../simulator/fault';
import type { SimulatorEvent } from '../simulator/deviceOptions';
import { SimulatedDevice } from '../simulator/simulatedDevice';
import type { SocketAddress } from '../transport/ports';
import { parseListenUri, printUri } from './listenUri';
import type { OpenListener } from './listeners';
import type { BasePorts } from './ports';

/** How simulated devices are started from a terminal. */
export interface SimulateSettings {
  /** `coap://127.0.0.1:5683` */
  readonly server: string;
  readonly count: number;
  readonly endpoint?: string;
  readonly version?: string;
  readonly lifetime: number;
  readonly lwm2mVersion: '1.0' | '1.1';
  readonly queueMode: boolean;
  readonly faults: readonly string[];
  /** Where arrived images are kept as files. */
  readonly imageFolder?: string;
}

/** How long a simulated queue-mode device listens after each message. */
const AWAKE = seconds(10);

/** Faults as a user writes them. Throws `OperationError` `BAD_FAULT`. */
function faultsOf(specs: readonly string[]) {
  return specs.map((spec) => {
    const fault = parseFault(spec);
    if (fault.ok) return fault.value;
    throw new OperationError('BAD_FAULT', `${JSON.stringify(spec)} is no fault: ${fault.problem.message}`, {
      next: 'Write it like result=5, loss=10, delay=200 or reboot=40.',
    });
  });
}

/** The event as the terminal program tells it, with a sentence for people. */
export type SimulatorEventView = { readonly kind: string; readonly endpoint: string; readonly text: string };

function eventView(event: SimulatorEvent): SimulatorEventView {
  const { endpointName: endpoint, ...fields } = event;
  const told =
    event.kind === 'registered'
      ? { ...fields, address: printUri('coap', event.address) }
      : event.kind === 'state'
        ? { ...fields, state: STATES[event.state] }
        : fields;
  return { ...told, kind: event.kind, endpoint, text: sentenceOf(event) };
}

function sentenceOf(event: SimulatorEvent): string {
  switch (event.kind) {
    case 'registered':
      return `registered, runs ${event.firmwareVersion}`;
    case 'deregistered':
      return 'de-registered';
    case 'state':
      return `state ${STATES[event.state]}, result ${event.updateResult}`;
    case 'image':
      return `image of ${event.size} bytes, sha256 ${event.sha256}`;
    case 'rebooted':
      return `restarted, runs ${event.firmwareVersion}`;
    case 'fault':
      return event.text;
  }
}

const STATES = ['idle', 'downloading', 'downloaded', 'updating'] as const;

const device = (
  ports: BasePorts,
  server: SocketAddress,
  endpointName: string,
  settings: Omit<SimulateSettings, 'server' | 'count' | 'endpoint'>,
): SimulatedDevice => {
  const { imageFolder } = settings;
  let images = 0;
  const local = { host: server.host.includes(':') ? '::1' : '127.0.0.1', port: 0 };
  return new SimulatedDevice(
    {
      clock: ports.clock,
      random: ports.random,
      hash: ports.hash,
      log: ports.log,
      fetch: ports.fetch,
      openChannel: () => ports.channels.open('coap', isLoopback(server.host) ? local : anyAddress(server)),
      ...(imageFolder === undefined
        ? {}
        : {
            imageSink: () => ports.imageFile(imageFolder, `${fileName(endpointName)}-${++images}.bin`),
          }),
    },
    {
      endpointName,
      serverAddress: server,
      lifetime: settings.lifetime,
      lwm2mVersion: settings.lwm2mVersion,
      faults: faultsOf(settings.faults),
      ...(settings.version === undefined ? {} : { firmwareVersion: settings.version }),
      ...(settings.queueMode ? { queueMode: { awake: AWAKE } } : {}),
    },
  );
};

const anyAddress = ({ host }: SocketAddress): SocketAddress => ({
  host: host.includes(':') ? '::' : '0.0.0.0',
  port: 0,
});
/** An endpoint name made fit for a file's name. */
const fileName = (endpointName: string): string => endpointName.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 80);

function serverAddress(uri: string): SocketAddress {
  try {
    const { scheme, address } = parseListenUri(uri);
    if (scheme === 'coap' && address.port !== 0) return address;
  } catch (cause) {
    if (!isOperationError(cause, 'BAD_LISTEN_URI')) throw cause;
  }
  throw new OperationError('USAGE', `${uri} is no server that a simulated device can register at`, {
    next: 'Write its IP address and port: coap://127.0.0.1:5683 or coap://[::1]:5683.',
  });
}

/** Starts simulated devices against any server. Throws `OperationError` (`BAD_FAULT`, `USAGE`, …). */
export async function startSimulatedDevices(
  ports: BasePorts,
  settings: SimulateSettings,
  tell: (event: SimulatorEventView) => void,
): Promise<{ stop(): Promise<void> }> {
  const address = serverAddress(settings.server);
  const names =
    settings.count === 1 && settings.endpoint !== undefined
      ? [settings.endpoint]
      : Array.from({ length: settings.count }, (_, i) => `${settings.endpoint ?? 'sim'}-${i + 1}`);
  const devices = names.map((name) => device(ports, address, name, settings));
  for (const started of devices) started.onEvent((event) => tell(eventView(event)));
  await Promise.all(devices.map((started) => started.start()));
  return { stop: async () => void (await Promise.all(devices.map((started) => started.stop()))) };
}

/** The simulated devices of a workbench: they register at its own listener. */
export class Simulation {
  private readonly devices = new Map<string, SimulatedDevice>();
  private readonly changes = new Emitter<{ readonly endpointName: string; readonly running: boolean }>();
  private readonly events = new Emitter<SimulatorEventView>();
  readonly onChange = this.changes.event;
  readonly onEvent = this.events.event;

  constructor(
    private readonly ports: BasePorts,
    private readonly listening: () => readonly OpenListener[],
  ) {}

  has(endpointName: string): boolean {
    return this.devices.has(endpointName);
  }

  /** Throws `OperationError` `NOT_LISTENING`, `ALREADY_SIMULATED`, `BAD_FAULT`. */
  async start(start: SimulatedDeviceStart): Promise<{ readonly endpoint: string }> {
    const endpointName = start.endpoint ?? this.freeName();
    if (this.devices.has(endpointName))
      throw new OperationError('ALREADY_SIMULATED', `${endpointName} is simulated already`, {
        next: 'Choose another endpoint name.',
      });
    const listener = this.listening().find(({ scheme }) => scheme === 'coap');
    if (!listener)
      throw new OperationError('NOT_LISTENING', 'The server listens on no coap address', {
        next: 'Start the server first.',
      });
    const started = device(this.ports, listener.address, endpointName, {
      lifetime: start.lifetime ?? 300,
      lwm2mVersion: '1.1',
      queueMode: start.queueMode ?? false,
      faults: start.faults ?? [],
      ...(start.version === undefined ? {} : { version: start.version }),
    });
    started.onEvent((event) => this.events.fire(eventView(event)));
    this.devices.set(endpointName, started);
    await started.start();
    this.changes.fire({ endpointName, running: true });
    return { endpoint: endpointName };
  }

  async stop(endpointName: string): Promise<void> {
    const running = this.devices.get(endpointName);
    if (!running) return;
    this.devices.delete(endpointName);
    await running.stop();
    this.changes.fire({ endpointName, running: false });
  }

  async close(): Promise<void> {
    await Promise.all([...this.devices.values()].map((running) => running.stop()));
    this.devices.clear();
  }

  private freeName(): string {
    for (let n = 1; ; n++) if (!this.devices.has(`sim-${n}`)) return `sim-${n}`;
  }
}
