import { millis, seconds, type Clock, type Duration } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { OperationError } from '../base/errors';
import { Emitter } from '../base/event';
import { NO_LOG, type Logger } from '../base/log';
import { isEncrypted } from '../base/scheme';
import type { CoapEndpoint } from '../coap/endpoint';
import type { CoapService, IncomingRequest } from '../coap/exchange';
import { Codes } from '../coap/code';
import { NO_DEFINITIONS, type DefinitionLookup } from '../objects/definition';
import type { LwM2mPath } from '../objects/path';
import type { Channel, Peer } from '../transport/ports';
import { AfterReply } from './afterReply';
import type { AnswerContext } from './management/answer';
import type { Route } from './management/lane';
import { ManagementInterface, type ManagementContext } from './management/managementInterface';
import { noSession } from './management/noSession';
import type { Answered, LwM2mServerOptions, MountedLwM2mServer } from './mountedServer';
import { answerWith } from './registration/answerWith';
import { currentRegistration, type Client } from './registration/client';
import { ClientTable } from './registration/clientTable';
import { Deadlines } from './registration/deadlines';
import { Listener, listenerKey } from './registration/listener';
import type { Registration } from './registration/registration';
import { RegistrationInterface, newClient, refusedBySize } from './registration/registrationInterface';
import { handleSend, type SendContext } from './reporting/sendInterface';
import type { LwM2mServer, Presence, RemovalReason, Report } from './server';

/** Signs of life closer together than this are not told one by one. */
const PRESENCE_EVERY = 1000;

/** Makes the LwM2M server (OMA-TS-LightweightM2M_Core-V1_1_1; 1.0 and what 1.2 shares with 1.1). */
export const createLwM2mServer = (options: LwM2mServerOptions): MountedLwM2mServer => new Server(options);

class Server implements MountedLwM2mServer {
  private readonly events = {
    registered: new Emitter<{ readonly registration: Registration; readonly previous?: Registration }>(),
    updated: new Emitter<{ readonly registration: Registration; readonly previous: Registration }>(),
    removed: new Emitter<{ readonly registration: Registration; readonly reason: RemovalReason }>(),
    presence: new Emitter<{ readonly endpointName: string; readonly presence: Presence }>(),
    report: new Emitter<Report>(),
    warning: new Emitter<{ readonly endpointName?: string; readonly message: string }>(),
    answer: new Emitter<Answered>(),
  };
  readonly onRegistered = this.events.registered.event;
  readonly onUpdated = this.events.updated.event;
  readonly onRemoved = this.events.removed.event;
  readonly onPresence = this.events.presence.event;
  readonly onReport = this.events.report.event;
  readonly onWarning = this.events.warning.event;
  readonly onAnswer = this.events.answer.event;

  private readonly table = new ClientTable();
  private readonly listeners = new Map<string, Listener<Client>>();
  private readonly interface: RegistrationInterface;
  private readonly management: ManagementInterface;
  /** When queue-mode clients fall asleep. */
  private readonly awake: Deadlines<Client>;
  private readonly log: Logger;
  private readonly clock: Clock;
  private readonly awakeFor: Duration;
  private readonly provedName: (peer: Peer) => string | undefined;
  private readonly tasks: AfterReply;
  private readonly warned = new WeakSet<Client>();
  private closed = false;

  constructor(private readonly options: LwM2mServerOptions) {
    this.clock = options.clock;
    this.log = options.log ?? NO_LOG;
    this.tasks = new AfterReply(this.log);
    this.provedName = options.provedName ?? (({ identity }) => identity);
    this.awakeFor = options.awakeFor ?? seconds(93);
    this.awake = new Deadlines(this.clock, (client) => this.fellAsleep(client));
    this.interface = new RegistrationInterface(
      this.table,
      {
        maxRegistrations: options.maxRegistrations ?? 20_000,
        grace: options.grace ?? millis(0),
        ...(options.authorize ? { authorize: options.authorize } : {}),
        provedName: this.provedName,
      },
      this.clock,
      options.random,
      {
        registered: (client, previous) => this.registered(client, previous),
        updated: (client, previous) => this.updated(client, previous),
        removed: (client, reason) => this.removed(client, reason),
        warn: (message, endpointName) => this.warn(message, endpointName),
      },
    );
    this.management = new ManagementInterface(this.context);
  }

  // -- for the owner

  service(channel: Pick<Channel, 'scheme' | 'local'>): CoapService {
    const listener = this.listenerAt(channel.scheme, channel.local);
    return {
      receiveBody: (head) => {
        if (head.path[0] !== 'rd') return undefined;
        const refusal = refusedBySize(head.size1);
        if (refusal) this.warn(`registration refused: its object list has ${head.size1} bytes`);
        return refusal;
      },
      handle: (request) => this.handle(request, listener),
    };
  }

  attach(endpoint: CoapEndpoint): Disposable {
    const { scheme, local } = endpoint.channel;
    const listener = this.listenerAt(scheme, local);
    listener.endpoint = endpoint;
    return {
      dispose: () => {
        if (listener.endpoint === endpoint) listener.endpoint = undefined;
      },
    };
  }

  noteAlive(endpointName: string): void {
    const client = this.table.named(endpointName);
    if (client) this.contacted(client);
  }

  restore(registrations: readonly Registration[]): void {
    for (const registration of registrations) {
      if (this.table.named(registration.endpointName) || this.table.at(registration.location)) continue;
      const { scheme, address } = registration.local;
      const listener = this.listenerAt(scheme, address);
      const client = newClient({ ...registration, local: listener.local }, listener);
      client.restored = true;
      client.asleep = registration.queueMode;
      if (!this.interface.restore(client))
        this.tasks.add(() => this.events.removed.fire({ registration, reason: 'expired' }));
    }
  }

  endpointAt({ scheme, local }: Pick<Channel, 'scheme' | 'local'>, peer: Peer): string | undefined {
    const listener = this.listeners.get(listenerKey(scheme, local));
    return listener && this.knownAt(listener, peer)?.client.registration.endpointName;
  }

  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    const error = new OperationError('ABORTED', 'the LwM2M server was stopped');
    for (const client of this.table.all()) {
      client.removed = true;
      client.lane?.end(error);
      for (const observation of [...(client.observations ?? [])]) observation.end('forgotten');
    }
    this.closed = true;
    this.table.clear();
    this.interface.close();
    this.awake.close();
    for (const emitter of Object.values(this.events)) emitter.dispose();
    return Promise.resolve();
  }

  // -- what is there

  registration(endpointName: string): Registration | undefined {
    const client = this.table.named(endpointName);
    return client && currentRegistration(client);
  }

  registrations(): readonly Registration[] {
    return Array.from(this.table.all(), currentRegistration);
  }

  presence(endpointName: string): Presence {
    const client = this.table.named(endpointName);
    return client ? presenceOf(client) : { awake: false, queued: 0 };
  }

  definitions(endpointName: string): DefinitionLookup {
    const client = this.table.named(endpointName);
    return client ? this.definitionsOf(client) : NO_DEFINITIONS;
  }

  // -- operations

  readonly read: LwM2mServer['read'] = (...asked) => this.management.read(...asked);
  readonly readComposite: LwM2mServer['readComposite'] = (...asked) =>
    this.management.readComposite(...asked);
  readonly write: LwM2mServer['write'] = (...asked) => this.management.write(...asked);
  readonly writeOpaque: LwM2mServer['writeOpaque'] = (...asked) => this.management.writeOpaque(...asked);
  readonly writeComposite: LwM2mServer['writeComposite'] = (...asked) =>
    this.management.writeComposite(...asked);
  readonly execute: LwM2mServer['execute'] = (...asked) => this.management.execute(...asked);
  readonly create: LwM2mServer['create'] = (...asked) => this.management.create(...asked);
  readonly delete: LwM2mServer['delete'] = (...asked) => this.management.delete(...asked);
  readonly discover: LwM2mServer['discover'] = (...asked) => this.management.discover(...asked);
  readonly writeAttributes: LwM2mServer['writeAttributes'] = (...asked) =>
    this.management.writeAttributes(...asked);
  readonly observe: LwM2mServer['observe'] = (...asked) => this.management.observe(...asked);

  private clientOf(endpointName: string): Client {
    const client = this.table.named(endpointName);
    if (client) return client;
    throw new OperationError('NOT_REGISTERED', `${endpointName} is not registered`, {
      next: 'Wait until the device registers, or check the server address it is set to.',
    });
  }

  // -- what the interfaces are given

  private readonly context: ManagementContext & SendContext = {
    clock: this.options.clock,
    route: (client) => this.route(client),
    heard: (client) => this.heard(client),
    presence: (client) => this.tellPresence(client),
    clientOf: (endpointName) => this.clientOf(endpointName),
    definitions: (client) => this.definitionsOf(client),
    definitionsReady: () => this.options.definitionsReady?.(),
    answerContext: (client, path) => this.answerContext(client, path),
    contacted: (client) => this.contacted(client),
    reported: (report) => this.tasks.add(() => this.events.report.fire(report)),
    answered: (_client, operation, answer, written) => {
      if (!this.events.answer.hasListeners) return;
      this.tasks.guarded(() =>
        this.events.answer.fire(written ? { operation, answer, written } : { operation, answer }),
      );
    },
    warn: (message, endpointName) => this.warn(message, endpointName),
    warnOnce: (client, message) => this.warnOnce(client, message),
    sender: (peer, listener) => this.sender(peer, listener),
    wallTime: () => this.clock.wallTime(),
  };

  private handle(request: IncomingRequest, listener: Listener<Client>): ReturnType<CoapService['handle']> {
    if (this.closed) return answerWith(Codes.SERVICE_UNAVAILABLE, 'the server is stopped');
    if (request.path[0] === 'rd') return this.interface.handle(request, listener);
    if (request.path[0] === 'dp') return handleSend(request, listener, this.context);
    return answerWith(Codes.NOT_FOUND, 'no such resource');
  }

  /**
   * Who is at a peer. A session's key is no name: the next process counts its own from one, and a device that resumes has
   * another. So an endpoint that a session proves counts, wherever it registered.
   */
  private knownAt(
    listener: Listener<Client>,
    peer: Peer,
  ): { readonly client: Client; readonly count: number } | undefined {
    const proved = this.provedName(peer);
    const named = proved === undefined ? undefined : this.table.named(proved);
    if (named) return { client: named, count: 1 };
    const found = listener.newestAt(peer);
    return found?.client.registration.peer.identity === peer.identity ? found : undefined;
  }

  /** The same, of a message: who proves itself in another session than it registered in is spoken to there from now on. */
  private sender(
    peer: Peer,
    listener: Listener<Client>,
  ): { readonly client: Client; readonly count: number } | undefined {
    const found = this.knownAt(listener, peer);
    if (found && peer.identity !== undefined) {
      const { client } = found;
      const previous = client.registration;
      if (client.restored || previous.peer.key !== peer.key || client.listener !== listener) {
        this.table.replace(client, { ...previous, peer, local: listener.local }, listener);
        this.updated(client, previous);
      }
    }
    return found;
  }

  private route(client: Client): Route {
    const { registration, listener, restored } = client;
    const { scheme, address } = registration.local;
    const endpoint = listener.endpoint ?? this.anotherEndpoint(listener);
    if (!endpoint)
      throw new OperationError(
        'UNREACHABLE',
        `${registration.endpointName} registered at ${listenerKey(scheme, address)}, where nothing listens now`,
        { next: 'Start the server at this address again, or wait until the device registers anew.' },
      );
    const { endpointName, peer } = registration;
    if (!restored && endpoint === listener.endpoint) return { endpoint, peer };
    const there = endpoint.channel.peerAt(peer.address);
    // Another device may be behind that address by now.
    if (isEncrypted(scheme) && this.provedName(there) !== endpointName) throw noSession(endpointName);
    return { endpoint, peer: there };
  }

  private anotherEndpoint({ local }: Listener<Client>): CoapEndpoint | undefined {
    for (const { local: other, endpoint } of this.listeners.values())
      if (endpoint && other.scheme === local.scheme) return endpoint;
    return undefined;
  }

  private definitionsOf(client: Client): DefinitionLookup {
    return this.options.definitions?.(client.registration) ?? NO_DEFINITIONS;
  }

  private answerContext(client: Client, path: LwM2mPath): AnswerContext {
    const { endpointName, rootPath } = client.registration;
    return {
      endpointName,
      path,
      rootPath,
      definitions: this.definitionsOf(client),
      now: this.clock.wallTime(),
    };
  }

  private listenerAt(
    scheme: Listener['local']['scheme'],
    address: Listener['local']['address'],
  ): Listener<Client> {
    const key = listenerKey(scheme, address);
    let listener = this.listeners.get(key);
    if (!listener) this.listeners.set(key, (listener = new Listener<Client>({ scheme, address })));
    return listener;
  }

  // -- registrations

  private registered(client: Client, previous: Registration | undefined): void {
    const { registration } = client;
    client.restored = false;
    client.formats = undefined;
    this.heard(client);
    this.log.log(
      'info',
      `${registration.endpointName}: registered from ${registration.peer.key} with LwM2M ${registration.lwm2mVersion}`,
    );
    this.tasks.add(() => {
      for (const observation of [...(client.observations ?? [])])
        this.tasks.guarded(() => observation.end('replaced'));
      if (previous) this.events.removed.fire({ registration: previous, reason: 'replaced' });
      this.events.registered.fire(previous ? { registration, previous } : { registration });
    });
    this.tasks.add(() => this.spokenTo(client, true));
  }

  private updated(client: Client, previous: Registration): void {
    const { registration } = client;
    const moved = registration.peer.key !== previous.peer.key || registration.local !== previous.local;
    client.restored = false;
    this.heard(client);
    if (moved)
      this.log.log(
        'info',
        `${registration.endpointName}: moved from ${previous.peer.key} to ${registration.peer.key}`,
      );
    this.tasks.add(() => this.events.updated.fire({ registration, previous }));
    this.tasks.add(() => {
      if (moved) for (const observation of [...(client.observations ?? [])]) observation.moved();
      this.spokenTo(client, false);
    });
  }

  private removed(client: Client, reason: 'deregistered' | 'expired'): void {
    this.awake.delete(client);
    const registration = currentRegistration(client);
    const { endpointName } = registration;
    this.log.log('info', `${endpointName}: ${reason}`);
    this.tasks.add(() => {
      client.lane?.end(
        new OperationError(
          'GONE',
          `${endpointName} ${reason === 'expired' ? 'let its registration expire' : 'de-registered'}`,
          {
            next: 'Ask again when it has registered.',
          },
        ),
      );
      for (const observation of [...(client.observations ?? [])])
        this.tasks.guarded(() => observation.end(reason));
      this.events.removed.fire({ registration, reason });
    });
  }

  // -- presence

  /** A message came from a client: a queue-mode one is awake for a while from here on. */
  private heard(client: Client): void {
    if (client.removed) return;
    const now = this.clock.now();
    const news = client.asleep || now - client.lastContact >= PRESENCE_EVERY;
    client.lastContact = now;
    client.lastSeen = this.clock.wallTime();
    client.asleep = false;
    if (client.registration.queueMode) this.awake.set(client, now + this.awakeFor);
    if (news) this.tasks.add(() => this.tellPresence(client));
  }

  private contacted(client: Client): void {
    this.heard(client);
    if (client.lane) this.tasks.add(() => this.spokenTo(client, false));
  }

  private spokenTo(client: Client, anew: boolean): void {
    if (!client.removed) client.lane?.contact(anew);
  }

  private fellAsleep(client: Client): void {
    if (client.removed || !client.registration.queueMode) return;
    client.asleep = true;
    client.lane?.fellAsleep();
    this.tellPresence(client);
  }

  private tellPresence(client: Client): void {
    if (client.removed || !this.events.presence.hasListeners) return;
    const { endpointName } = client.registration;
    this.tasks.guarded(() => this.events.presence.fire({ endpointName, presence: presenceOf(client) }));
  }

  // -- telling

  private warn(message: string, endpointName?: string): void {
    this.log.log('warn', endpointName === undefined ? message : `${endpointName}: ${message}`);
    if (!this.events.warning.hasListeners) return;
    this.tasks.add(() =>
      this.events.warning.fire(endpointName === undefined ? { message } : { endpointName, message }),
    );
  }

  /** What a client does with every Send or Update is told with the first one. */
  private warnOnce(client: Client, message: string): void {
    if (this.warned.has(client)) return;
    this.warned.add(client);
    this.warn(message, client.registration.endpointName);
  }
}

const presenceOf = (client: Client): Presence => ({
  awake: !client.registration.queueMode || !client.asleep,
  queued: client.lane?.queued ?? 0,
});
