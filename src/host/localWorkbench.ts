import { Emitter, type Event } from '../base/event';
import { OperationError } from '../base/errors';
import { seconds } from '../base/clock';
import type { Szx } from '../coap/exchange';
import type { DeviceView } from '../contract/device';
import type {
  RunSummary,
  SimulatedDeviceStart,
  UpdateStart,
  WaitingView,
  Workbench,
  WorkbenchEvent,
} from '../contract/workbench';
import type { DeviceStore } from '../device/deviceStore';
import type { RunRecord, UpdateRequest, UpdateRunner } from '../fota/run';
import type { Registration } from '../lwm2m/registration/registration';
import type { LwM2mServer } from '../lwm2m/server';
import type { DefinitionCatalogue } from '../objects/catalogue';
import { printPath } from '../objects/path';
import type { HandshakeTrace } from '../security/handshakeTrace';
import type { Scheme } from '../transport/ports';
import type { Arrivals } from './arrivals';
import { setObjectText } from './catalogue';
import type { Captures } from './captures';
import { inspectFile } from './inspectFile';
import type { Observations } from './observations';
import { formatFromUser, operate, pathFromUser } from './operate';
import type { HostPorts, HostSettings } from './ports';
import type { Simulation } from './simulation';
import { answerView, deviceView, knownValueView, objectView, valueView } from './views';

/** What a local workbench is made of. */
export interface Graph {
  readonly ports: HostPorts;
  readonly settings: HostSettings;
  readonly server: LwM2mServer;
  readonly devices: DeviceStore;
  readonly catalogue: DefinitionCatalogue;
  /** Has the registry's definitions read, by which values have types; `undefined` once they are there. Never rejects. */
  readonly definitionsReady: () => Promise<void> | undefined;
  readonly observations: Observations;
  readonly runner: UpdateRunner;
  readonly arrivals: Arrivals;
  readonly simulation: Simulation;
  readonly captures: Captures;
  readonly handshakes: HandshakeTrace;
  readonly startedAt: number;
  listening(): readonly string[];
  /** Listeners that are wanted and not open. */
  waiting(): readonly WaitingView[];
  /** One more address is listened on. */
  readonly onListening: Event<string>;
  /** Something that was wanted could not be done. */
  readonly onWarning: Event<string>;
  control(): string | undefined;
  /** Opens a listener that a way of updating needs and that isn't there. */
  ensureListening(scheme: Scheme, endpointName: string): Promise<void>;
}

/** The exponent of a block size a user chose: 1024, the most, is 6, and over TCP no BERT then. */
const szxOf = (blockSize: number): Szx => Math.min(6, Math.max(0, Math.log2(blockSize) - 4)) as Szx;

const summaryOf = ({ events: _events, ...summary }: RunRecord): RunSummary => summary;

/** The workbench of this process: {@link Workbench} over the graph itself. */
export function localWorkbench(graph: Graph): Workbench & { dispose(): void } {
  const { ports, server, devices, observations, runner, simulation } = graph;
  const events = new Emitter<WorkbenchEvent>();
  const fire = (event: WorkbenchEvent) => events.fire(event);

  const view = (endpointName: string): DeviceView | undefined => {
    const registration = server.registration(endpointName);
    return (
      registration &&
      deviceView(
        registration,
        server.presence(endpointName),
        simulation.has(endpointName),
        securityOf(registration, graph.handshakes),
      )
    );
  };
  const tellDevice = (kind: 'registered' | 'updated', endpointName: string) => {
    const device = view(endpointName);
    if (device) fire({ kind, device });
  };

  const subscriptions = [
    server.onRegistered(({ registration }) => tellDevice('registered', registration.endpointName)),
    server.onUpdated(({ registration }) => tellDevice('updated', registration.endpointName)),
    server.onRemoved(({ registration, reason }) => {
      if (reason !== 'replaced') fire({ kind: reason, endpoint: registration.endpointName });
    }),
    server.onPresence(({ endpointName, presence }) =>
      fire({
        kind: 'presence',
        endpoint: endpointName,
        awake: presence.awake,
        queued: presence.queued,
        lastSeen: server.registration(endpointName)?.lastSeen ?? ports.clock.wallTime(),
      }),
    ),
    server.onReport((report) => {
      if (report.kind === 'send')
        fire({
          kind: 'report',
          report: {
            endpoint: report.endpointName,
            kind: 'send',
            values: report.values.map(valueView),
            at: report.at,
          },
        });
    }),
    observations.onReport(({ id, report }) =>
      fire({
        kind: 'report',
        report: {
          endpoint: report.endpointName,
          kind: 'notify',
          values: report.values.map(valueView),
          at: report.at,
          observation: id,
        },
      }),
    ),
    observations.onEnd(({ id, endpointName, reason }) =>
      fire({ kind: 'observationEnded', observation: id, endpoint: endpointName, reason }),
    ),
    server.onWarning(({ endpointName, message }) =>
      fire({ kind: 'warning', ...(endpointName === undefined ? {} : { endpoint: endpointName }), message }),
    ),
    devices.onChange(({ endpointName, changed, removed }) =>
      fire({
        kind: 'values',
        endpoint: endpointName,
        values: changed.map(knownValueView),
        ...(removed.length === 0 ? {} : { removed: removed.map(printPath) }),
      }),
    ),
    graph.onWarning((message) => fire({ kind: 'warning', message })),
    graph.onListening((uri) => fire({ kind: 'listening', uri })),
    graph.handshakes.onHandshake((handshake) => fire({ kind: 'handshake', handshake })),
    graph.captures.onCaptured(({ capture, message }) => fire({ kind: 'captured', capture, message })),
    graph.catalogue.onChange(() => fire({ kind: 'definitions' })),
    runner.onStarted(({ id, endpointName, onEvent }) =>
      onEvent((event) => fire({ kind: 'update', run: id, endpoint: endpointName, event })),
    ),
    ports.history.onChange((record) => fire({ kind: 'run', record: summaryOf(record) })),
    simulation.onChange(({ endpointName, running }) =>
      fire({ kind: 'simulated', endpoint: endpointName, running }),
    ),
    simulation.onEvent(({ endpoint, text }) => fire({ kind: 'simulatedEvent', endpoint, text })),
  ];

  async function startUpdate(start: UpdateStart): Promise<RunRecord> {
    if (!server.registration(start.endpoint)) throw notRegistered(server, start.endpoint);
    await graph.definitionsReady();
    const protocol = start.protocol as Scheme | undefined;
    if (protocol) await graph.ensureListening(protocol, start.endpoint);
    const image = await ports.staging.stage(start.file);
    try {
      return runner.start(requestOf(start, image, graph.settings)).record;
    } catch (error) {
      await image.remove();
      throw error;
    }
  }

  return {
    onEvent: events.event,
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
      events.dispose();
    },
    status: () => {
      const control = graph.control();
      return Promise.resolve({
        owner: graph.settings.owner,
        pid: ports.pid,
        startedAt: graph.startedAt,
        listening: graph.listening(),
        waiting: graph.waiting(),
        ...(control === undefined ? {} : { control }),
      });
    },
    devices: () =>
      Promise.resolve(
        server
          .registrations()
          .map(({ endpointName }) => view(endpointName))
          .filter((device) => device !== undefined),
      ),
    values: (endpoint) => Promise.resolve(devices.values(endpoint).map(knownValueView)),
    operate: async (request, signal) => {
      await graph.definitionsReady();
      return answerView(await operate(server, request, signal));
    },
    observe: async ({ endpoint, paths, format }, signal) => {
      await graph.definitionsReady();
      const { answer, id } = await observations.begin(endpoint, paths.map(pathFromUser), {
        ...(format === undefined ? {} : { format: formatFromUser(format) }),
        ...(signal === undefined ? {} : { signal }),
      });
      return { answer: answerView(answer), ...(id === undefined ? {} : { observation: id }) };
    },
    cancelObservation: async (observation) => {
      const answer = await observations.cancel(observation);
      return answer && answerView(answer);
    },
    observations: (endpoint) =>
      Promise.resolve(
        observations.of(endpoint).map(({ id, paths }) => ({ observation: id, paths: paths.map(printPath) })),
      ),
    definition: async (objectId, endpoint) => {
      await graph.catalogue.ready();
      const definition =
        endpoint === undefined
          ? graph.catalogue.lookupFor(() => undefined).object(objectId)
          : server.definitions(endpoint).object(objectId);
      return definition && objectView(definition);
    },
    // A function that throws rejects, over the control socket as here.
    setObjectFile: (file, text) =>
      Promise.resolve().then(() =>
        setObjectText(graph.catalogue, file, text, (message) => fire({ kind: 'warning', message })),
      ),
    inspect: (file) => inspectFile(ports, file),
    startUpdate,
    cancelUpdate: async (id) => {
      const run = runner.active().find((active) => active.id === id);
      return run?.cancel() ?? { cancelled: false, reason: 'That update has ended.' };
    },
    history: (endpoint) =>
      Promise.resolve(
        ports.history
          .list()
          .filter(({ endpointName }) => endpoint === undefined || endpointName === endpoint)
          .map(summaryOf),
      ),
    run: (id) =>
      Promise.resolve(
        runner.active().find((run) => run.id === id)?.record ??
          ports.history.list().find((run) => run.id === id),
      ),
    startSimulatedDevice: (start: SimulatedDeviceStart) => simulation.start(start),
    stopSimulatedDevice: (endpoint) => simulation.stop(endpoint),
    arrivals: () =>
      Promise.resolve({
        host: ports.hostName,
        interfaces: ports.interfaces(),
        listening: graph.listening(),
        datagrams: graph.arrivals.newestFirst(),
      }),
    handshakes: (endpoint) => Promise.resolve(graph.handshakes.attempts(endpoint)),
    startCapture: (start) => graph.captures.start(start),
    stopCapture: (capture) => graph.captures.stop(capture),
  };
}

/** How a device proved who it is, and the session that it did it for. */
function securityOf(
  { peer, local, endpointName }: Registration,
  handshakes: HandshakeTrace,
): DeviceView['security'] {
  const { identity, identityKind } = peer;
  if (identity === undefined) return undefined;
  const session = handshakes.ofPeer(peer, local.scheme);
  const ofCertificate = handshakes.trust.known.ofEndpoint(endpointName)?.mode === 'rpk' ? 'rpk' : 'x509';
  return {
    mode: identityKind === 'psk' ? 'psk' : ofCertificate,
    identity,
    ...(session?.suite === undefined ? {} : { suite: session.suite }),
    ...(session?.connectionId === undefined ? {} : { connectionId: session.connectionId.own }),
  };
}

const notRegistered = (server: LwM2mServer, endpoint: string): OperationError => {
  const names = server.registrations().map(({ endpointName }) => endpointName);
  return new OperationError('NO_DEVICE', `No device ${endpoint} is registered`, {
    next:
      names.length === 0
        ? 'No device is: start it, or a simulated one.'
        : `Registered: ${names.slice(0, 10).join(', ')}.`,
  });
};

function requestOf(start: UpdateStart, image: UpdateRequest['image'], settings: HostSettings): UpdateRequest {
  const host = start.host ?? settings.advertisedHost;
  const versionPath =
    start.versionPath === undefined ? settings.versionPath : pathFromUser(start.versionPath);
  return {
    endpointName: start.endpoint,
    image,
    method: start.method ?? 'auto',
    ...(start.protocol === undefined ? {} : { protocol: start.protocol as Scheme }),
    ...(host === undefined ? {} : { host }),
    ...(start.uri === undefined ? {} : { uri: start.uri }),
    ...(start.external === undefined ? {} : { external: start.external }),
    ...(start.blockSize === undefined ? {} : { szx: szxOf(start.blockSize) }),
    ...(start.stallTimeout === undefined ? {} : { stallTimeout: seconds(start.stallTimeout) }),
    ...(start.retries === undefined ? {} : { retries: start.retries }),
    ...(start.expectVersion === undefined ? {} : { expectVersion: start.expectVersion }),
    ...(versionPath === undefined ? {} : { versionPath }),
    ...(start.force === undefined ? {} : { force: start.force }),
  };
}
