import { OperationError, errorText } from '../base/errors';
import type { Workbench } from '../contract/workbench';
import { createDeviceStore } from '../device/deviceStore';
import { createFirmwareOffers } from '../firmware/offers';
import { createUpdateRunner } from '../fota/runner';
import { createLwM2mServer } from '../lwm2m/createServer';
import { objectVersionOf } from '../lwm2m/registration/registration';
import { openCaptureFile } from '../storage/captureFile';
import { listenLocal, type LocalListener } from '../transport/localSocket';
import type { Scheme } from '../transport/ports';
import { Arrivals } from './arrivals';
import { createCaptures } from './captures';
import { openCatalogue } from './catalogue';
import { serveControl } from './control/serveControl';
import { Listeners } from './listeners';
import { localWorkbench } from './localWorkbench';
import { Observations } from './observations';
import type { HostPorts, HostSettings } from './ports';
import { Simulation } from './simulation';

/** A running server: everything that listens, and the workbench over it. */
export interface WorkbenchHost {
  readonly workbench: Workbench;
  /** Answers on a control socket, so that a terminal or a second window joins. Throws `CONTROL_IN_USE`, `CONTROL_SOCKET`. */
  openControl(path: string): Promise<void>;
  /** Ends every socket and stores what is to outlive the process. Runs under way stay in history as interrupted, or are taken up by the next start. */
  close(): Promise<void>;
}

/**
 * Starts the servers: the one place where the graph is made. What the last process left (registrations, runs under way)
 * is taken up. Throws `OperationError` (`PORT_IN_USE`, …) with nothing left open.
 */
export async function startHost(ports: HostPorts, settings: HostSettings): Promise<WorkbenchHost> {
  const { clock, random, hash, log } = ports;
  const warn = (message: string) => log.log('warn', message);
  const catalogue = await openCatalogue(ports, settings.objectFolders ?? [], warn);
  const server = createLwM2mServer({
    clock,
    random,
    log,
    definitions: (registration) => catalogue.lookupFor((objectId) => objectVersionOf(registration, objectId)),
  });
  const offers = createFirmwareOffers({ clock, random, hash, log });
  const arrivals = new Arrivals();
  const listeners = new Listeners(
    ports,
    { server, firmware: offers.coapService, http: (request) => offers.http(request) },
    arrivals,
  );
  const devices = createDeviceStore({ server, clock });
  const observations = new Observations(server, log);
  const runner = createUpdateRunner({
    server,
    offers,
    history: ports.history,
    staging: ports.staging,
    clock,
    random,
    log,
    listening: () => listeners.all(),
  });
  const simulation = new Simulation(ports, () => listeners.all());
  const captures = createCaptures({
    clock,
    log,
    openFile: openCaptureFile,
    isRegistered: (endpoint) => server.registration(endpoint) !== undefined,
    endpointOf: (channel, peer) => server.endpointAt(channel, peer),
    definitions: (endpoint) =>
      endpoint === undefined ? catalogue.lookupFor(() => undefined) : server.definitions(endpoint),
  });
  const control: LocalListener[] = [];

  const ensureListening = async (scheme: Scheme): Promise<void> => {
    if (listeners.all().some((listener) => listener.scheme === scheme)) return;
    if (scheme !== 'http' && scheme !== 'coap')
      throw new OperationError('UNSUPPORTED_SCHEME', `This version serves no ${scheme}`, {
        next: 'Choose coap or http.',
      });
    await listeners.open({ scheme, address: { host: '127.0.0.1', port: 0 } });
  };
  const workbench = localWorkbench({
    ports,
    settings,
    server,
    devices,
    catalogue,
    observations,
    runner,
    arrivals,
    simulation,
    captures,
    handshakes: () => [],
    startedAt: clock.wallTime(),
    listening: () => listeners.uris(),
    control: () => control[0]?.path,
    ensureListening,
  });

  const store = () => ports.registrations.save(() => server.registrations());
  const storing = [
    server.onRegistered(() => {
      store();
      catalogue.ready().catch((error: unknown) => warn(errorText(error)));
    }),
    server.onUpdated(store),
    server.onRemoved(store),
  ];

  const close = async () => {
    for (const listener of control.splice(0)) await listener.close();
    await captures.close();
    // Simulated devices deregister: what is stored for the next process must be without them.
    await simulation.close();
    for (const subscription of storing) subscription.dispose();
    await ports.registrations.flush();
    runner.close();
    ports.history.release();
    workbench.dispose();
    observations.dispose();
    devices.dispose();
    await server.close();
    await listeners.close();
    catalogue.dispose();
  };

  try {
    for (const listen of settings.listen) await listeners.open(listen);
    server.restore(await ports.registrations.load());
    if (settings.owner !== 'update') await takeUpRuns(ports, runner);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    workbench,
    openControl: async (path) => {
      control.push(await listenLocal(path, ({ rpc }) => serveControl(workbench, rpc)));
    },
    close,
  };
}

/** Runs that the end of a process cut: a pull or a wait goes on, the others are closed as interrupted. */
async function takeUpRuns(ports: HostPorts, runner: ReturnType<typeof createUpdateRunner>): Promise<void> {
  for (const record of ports.history.list()) {
    if (record.end !== undefined || !record.interrupted) continue;
    const run = await runner.resume(record);
    ports.log.log(
      'info',
      run
        ? `${record.endpointName}: the update of ${record.file} is taken up again`
        : `${record.endpointName}: the update of ${record.file} was interrupted`,
    );
  }
}
