import { isEncrypted } from '../base/scheme';
import { Emitter } from '../base/event';
import { Codes } from '../coap/code';
import type { Workbench } from '../contract/workbench';
import { createDeviceStore } from '../device/deviceStore';
import { createFirmwareOffers } from '../firmware/offers';
import { createUpdateRunner } from '../fota/runner';
import { createLwM2mServer } from '../lwm2m/createServer';
import { objectVersionOf, type Registration } from '../lwm2m/registration/registration';
import { HandshakeTrace } from '../security/handshakeTrace';
import type { Scheme } from '../transport/ports';
import { Arrivals } from './arrivals';
import { createCaptures } from './captures';
import { openCatalogue, whenReady } from './catalogue';
import { openControl, type ControlSocket } from './control/controlSocket';
import { listenFor } from './listenFor';
import { Listeners } from './listeners';
import { localWorkbench } from './localWorkbench';
import { Observations } from './observations';
import type { HostPorts, HostSettings, Listen } from './ports';
import { reopenForPulls } from './reopen';
import { openSecured } from './secured';
import { Simulation } from './simulation';
import { WaitingListeners } from './waitingListeners';

/** A running server: everything that listens, and the workbench over it. */
export interface WorkbenchHost {
  readonly workbench: Workbench;
  /** Ends every socket and stores what is to outlive the process. Runs under way stay in history as interrupted, or are taken up by the next start. */
  close(): Promise<void>;
}

/**
 * Starts the servers: the one place where the graph is made. What the last process left (registrations, runs under way)
 * is taken up. Throws `OperationError` (`PORT_IN_USE`, `CONTROL_IN_USE`, `CONTROL_SOCKET`, …) with nothing left open.
 */
export async function startHost(ports: HostPorts, settings: HostSettings): Promise<WorkbenchHost> {
  const { clock, random, hash, log } = ports;
  const warn = (message: string) => log.log('warn', message);
  const catalogue = await openCatalogue(ports, settings.objectFolders ?? [], warn);
  const secured = await openSecured(ports);
  const { trust } = secured;
  const handshakes = new HandshakeTrace(trust);
  const definitionsOf = (registration: Registration) =>
    catalogue.lookupFor((objectId) => objectVersionOf(registration, objectId));
  const definitionsReady = () => whenReady(catalogue, warn);
  const server = createLwM2mServer({
    clock,
    random,
    log,
    definitions: definitionsOf,
    definitionsReady,
    authorize: (peer, endpointName, over) => {
      const refusal = trust.registrationRefusal(endpointName, peer, isEncrypted(over));
      if (!refusal) return true;
      handshakes.refused(peer, over, refusal);
      const code = refusal.code === 'IDENTITY_NOT_ENDPOINT' ? Codes.BAD_REQUEST : Codes.FORBIDDEN;
      return { code, reason: refusal.message };
    },
    provedName: (peer) => trust.provedEndpoint(peer),
  });
  const offers = createFirmwareOffers({
    clock,
    random,
    hash,
    log,
    mayFetch: (peer, endpointName) =>
      peer.identity === undefined || trust.provedEndpoint(peer) === endpointName,
  });
  const arrivals = new Arrivals();
  const captures = createCaptures({
    clock,
    log,
    openFile: ports.captureFile,
    registration: (endpoint) => server.registration(endpoint),
    endpointOf: (channel, peer) => server.endpointAt(channel, peer),
    definitions: (endpoint) =>
      endpoint === undefined ? catalogue.lookupFor(() => undefined) : server.definitions(endpoint),
  });
  const listeners = new Listeners(ports, { server, firmware: offers }, secured, {
    arrivals,
    captures,
    handshakes,
  });
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
  let control: ControlSocket | undefined;
  const listeningChanges = new Emitter<string>();
  const warnings = new Emitter<string>();
  let started = false;

  const ensureListening = (scheme: Scheme, endpointName: string): Promise<void> =>
    listenFor(listeners, scheme, server.registration(endpointName)?.local.address);
  const restoreAt = async (opened: readonly Listen[]) => {
    server.restore(await ports.registrations.load(opened));
    if (server.registrations().length > 0) void definitionsReady();
  };
  const waiting = new WaitingListeners(settings.securedListen ?? [], {
    open: async (listen) => {
      const listener = await listeners.open(listen);
      if (started) await restoreAt([listener]);
      return listener;
    },
    inUse: () => secured.inUse,
    opened: (uri) => listeningChanges.fire(uri),
    // Before the start is done there is nobody to send an event to.
    warn: (message) => (started ? warnings.fire(message) : warn(message)),
  });
  const workbench = localWorkbench({
    ports,
    settings,
    server,
    devices,
    catalogue,
    definitionsReady,
    observations,
    runner,
    arrivals,
    simulation,
    captures,
    handshakes,
    startedAt: clock.wallTime(),
    listening: () => listeners.uris(),
    waiting: () => waiting.views(),
    onListening: listeningChanges.event,
    onWarning: warnings.event,
    control: () => control?.path,
    ensureListening,
  });

  const store = () => ports.registrations.save(() => server.registrations());
  const storing = [
    server.onRegistered(({ registration: { peer, local, endpointName } }) => {
      handshakes.registered(peer, local.scheme, endpointName);
      store();
      void definitionsReady();
    }),
    server.onUpdated(store),
    server.onRemoved(store),
    secured.onChange(() => void waiting.tryAll()),
  ];

  const closeAll = async () => {
    // Simulated devices deregister: what is stored for the next process must be without them.
    await simulation.close();
    for (const subscription of storing) subscription.dispose();
    await ports.registrations.flush();
    runner.close();
    ports.history.release();
    workbench.dispose();
    observations.dispose();
    devices.dispose();
    await waiting.settled();
    await captures.close();
    await server.close();
    await listeners.close();
    handshakes.dispose();
    secured.dispose();
    listeningChanges.dispose();
    warnings.dispose();
    catalogue.dispose();
  };
  const close = async () => {
    control?.leave();
    try {
      await closeAll();
    } finally {
      // Whoever waits for the end is let go of, whatever went wrong with it.
      await control?.close();
    }
  };

  try {
    for (const listen of settings.listen) await listeners.open(listen);
    if (settings.control) control = await openControl(settings.control);
    await waiting.tryAll();
    await restoreAt(listeners.all());
    if (settings.owner !== 'update') {
      await reopenForPulls({
        history: ports.history,
        listeners,
        chosen: settings.listen,
        localOf: (endpointName) => server.registration(endpointName)?.local.address,
        log: warn,
      });
      await takeUpRuns(ports, runner, definitionsReady);
    }
  } catch (error) {
    await close();
    throw error;
  }

  started = true;
  control?.serve(workbench);
  return { workbench, close };
}

/** Runs that the end of a process cut: a pull or a wait goes on, the others are closed as interrupted. */
async function takeUpRuns(
  ports: HostPorts,
  runner: ReturnType<typeof createUpdateRunner>,
  definitionsReady: () => Promise<void> | undefined,
): Promise<void> {
  for (const record of ports.history.list()) {
    if (record.end !== undefined || !record.interrupted) continue;
    await definitionsReady();
    const run = await runner.resume(record);
    ports.log.log(
      'info',
      run
        ? `${record.endpointName}: the update of ${record.file} is taken up again`
        : `${record.endpointName}: the update of ${record.file} was interrupted`,
    );
  }
}
