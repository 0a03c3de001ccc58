import { isConnected, isEncrypted } from '../base/scheme';
import { millis, seconds, sleep } from '../base/clock';
import { Emitter } from '../base/event';
import { OperationError, isOperationError } from '../base/errors';
import { isLoopback } from '../base/socketAddress';
import type { SimulatedDeviceStart } from '../contract/workbench';
import { storedCertifiedKey } from '../security/authorityStore';
import type { DeviceScheme, DeviceSecurity } from '../simulator/deviceSecurity';
import { parseFault } from '../simulator/fault';
import { SimulatedDevice } from '../simulator/simulatedDevice';
import type { SocketAddress } from '../transport/ports';
import { parseListenUri } from './listenUri';
import type { OpenListener } from './listeners';
import type { BasePorts, HostSecrets, Listen } from './ports';
import { eventView, type SimulatorEventView } from './simulatedEvent';
import { deviceSecurity, ownOf, ownOrNew, type SimulateSecurity } from './simulatedSecurity';

/** How simulated devices are started from a terminal. */
export interface SimulateSettings {
  /** `coap://127.0.0.1:5683`, `coaps://[::1]:5684`, `coap+tcp://…`, `coaps+tcp://…` */
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
  /** What a secured server asks for. */
  readonly security?: SimulateSecurity;
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

/** Where a device registers, and how. */
interface Server {
  readonly scheme: DeviceScheme;
  readonly address: SocketAddress;
}

const device = (
  ports: BasePorts,
  { scheme, address: server }: Server,
  endpointName: string,
  security: DeviceSecurity,
  settings: Omit<SimulateSettings, 'server' | 'count' | 'endpoint' | 'security'>,
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
      connect: (by, tls) => ports.channels.connect(by, undefined, tls),
      ...(imageFolder === undefined
        ? {}
        : {
            imageSink: () => ports.imageFile(imageFolder, `${fileName(endpointName)}-${++images}.bin`),
          }),
    },
    {
      endpointName,
      serverAddress: server,
      scheme,
      security,
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

function serverOf(uri: string, lwm2mVersion: '1.0' | '1.1'): Server {
  const listen = parsedServer(uri);
  if (listen && listen.address.port !== 0 && listen.scheme !== 'http' && listen.scheme !== 'https') {
    const { scheme, address } = listen;
    if (lwm2mVersion === '1.1' || !isConnected(scheme)) return { scheme, address };
    throw new OperationError('USAGE', `LwM2M 1.0 has no ${scheme}`, { next: 'Use --lwm2m 1.1.' });
  }
  throw new OperationError('USAGE', `${uri} is no server that a simulated device can register at`, {
    next: 'Write its IP address and port: coap://127.0.0.1:5683 or coaps://[::1]:5684.',
  });
}

function parsedServer(uri: string): Listen | undefined {
  try {
    return parseListenUri(uri);
  } catch (cause) {
    if (isOperationError(cause, 'BAD_LISTEN_URI')) return undefined;
    throw cause;
  }
}

const NO_KEYS: SimulateSecurity = {
  credentials: { get: () => Promise.resolve(undefined) },
  authority: undefined,
};

/**
 * Starts simulated devices against any server. Throws `OperationError` (`BAD_FAULT`, `USAGE`, `NO_CREDENTIAL`,
 * `NO_PRIVATE_KEY`, `TLS_PSK_MISSING`, …).
 */
export async function startSimulatedDevices(
  ports: BasePorts,
  settings: SimulateSettings,
  tell: (event: SimulatorEventView) => void,
): Promise<{ stop(): Promise<void> }> {
  const { count, endpoint, security = NO_KEYS } = settings;
  const server = serverOf(settings.server, settings.lwm2mVersion);
  if (security.own && count > 1)
    throw new OperationError('USAGE', `one private key is not for ${count} devices`, {
      next: 'Leave --count out, or give each device a credential.',
    });
  const names =
    count === 1 && endpoint !== undefined
      ? [endpoint]
      : Array.from({ length: count }, (_, i) => `${endpoint ?? 'sim'}-${i + 1}`);
  const devices = await Promise.all(
    names.map(async (name) => {
      const own = await ownOf(name, server.scheme, security);
      const held = deviceSecurity(server.scheme, server.address, own, security.authority, ports.clock);
      return device(ports, server, name, held, settings);
    }),
  );
  for (const started of devices) started.onEvent((event) => tell(eventView(event)));
  await Promise.all(devices.map((started) => started.start()));
  return { stop: async () => void (await Promise.all(devices.map((started) => started.stop()))) };
}

/** How long a listener that waits for the first key may take to open. */
const LISTENER_PATIENCE = seconds(5);
const LISTENER_PAUSE = millis(50);

/** What the simulated devices of a workbench use of its ports. */
export type SimulationPorts = BasePorts & {
  readonly secrets: Pick<HostSecrets, 'credentials' | 'authority'>;
};

/** The simulated devices of a workbench: they register at its own listener. */
export class Simulation {
  private readonly devices = new Map<string, SimulatedDevice>();
  private readonly starting = new Set<string>();
  private readonly changes = new Emitter<{ readonly endpointName: string; readonly running: boolean }>();
  private readonly events = new Emitter<SimulatorEventView>();
  readonly onChange = this.changes.event;
  readonly onEvent = this.events.event;

  constructor(
    private readonly ports: SimulationPorts,
    private readonly listening: () => readonly OpenListener[],
  ) {}

  has(endpointName: string): boolean {
    return this.devices.has(endpointName);
  }

  /**
   * Over a secured scheme with the endpoint's own key, or a new one, which is stored. Throws `OperationError`
   * `NOT_LISTENING`, `ALREADY_SIMULATED`, `BAD_FAULT`, `NO_PRIVATE_KEY`, `TLS_PSK_MISSING`.
   */
  async start(start: SimulatedDeviceStart): Promise<{ readonly endpoint: string }> {
    const { scheme = 'coap' } = start;
    const faults = start.faults ?? [];
    faultsOf(faults);
    const endpointName = start.endpoint ?? (await this.freeName(scheme));
    if (this.devices.has(endpointName) || this.starting.has(endpointName))
      throw new OperationError('ALREADY_SIMULATED', `${endpointName} is simulated already`, {
        next: 'Choose another endpoint name.',
      });
    this.starting.add(endpointName);
    try {
      const { server, security } = await this.secured(endpointName, scheme);
      const started = device(this.ports, server, endpointName, security, {
        lifetime: start.lifetime ?? 300,
        lwm2mVersion: '1.1',
        queueMode: start.queueMode ?? false,
        faults,
        ...(start.version === undefined ? {} : { version: start.version }),
      });
      started.onEvent((event) => this.events.fire(eventView(event)));
      await started.start();
      this.devices.set(endpointName, started);
    } finally {
      this.starting.delete(endpointName);
    }
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

  /** Where a device registers, and with what; a key that was made for it goes again where nothing listens. */
  private async secured(
    endpointName: string,
    scheme: DeviceScheme,
  ): Promise<{ readonly server: Server; readonly security: DeviceSecurity }> {
    const { clock, random, secrets } = this.ports;
    const key = isEncrypted(scheme)
      ? await ownOrNew(endpointName, secrets.credentials, random)
      : { own: undefined, created: false };
    const address = await this.listenerOf(scheme, key.created);
    if (!address) {
      if (key.created) await secrets.credentials.remove(endpointName);
      throw new OperationError('NOT_LISTENING', `The server listens on no ${scheme} address`, {
        next: 'Start the server, or let it listen on one.',
      });
    }
    const authority = await storedCertifiedKey(secrets.authority).get();
    return {
      server: { scheme, address },
      security: deviceSecurity(scheme, address, key.own, authority?.certificate, clock),
    };
  }

  /** The address of a listener; a secured one may open only now that there is a key. */
  private async listenerOf(scheme: DeviceScheme, mayOpen: boolean): Promise<SocketAddress | undefined> {
    const { clock } = this.ports;
    const until = clock.now() + (mayOpen ? LISTENER_PATIENCE : 0);
    for (;;) {
      const open = this.listening().find((one) => one.scheme === scheme);
      if (open || clock.now() >= until) return open?.address;
      await sleep(clock, LISTENER_PAUSE);
    }
  }

  /** A name that nobody simulates, and that has a key only where one is of use: a server takes it over no other way. */
  private async freeName(scheme: DeviceScheme): Promise<string> {
    const { credentials } = this.ports.secrets;
    for (let n = 1; ; n++) {
      const name = `sim-${n}`;
      if (this.devices.has(name) || this.starting.has(name)) continue;
      const mode = (await credentials.get(name))?.mode;
      if (mode === undefined || (mode === 'psk' && isEncrypted(scheme))) return name;
    }
  }
}
