import { toBase64 } from '../../base/bytes';
import { seconds, type Clock, type Duration } from '../../base/clock';
import type { RandomSource } from '../../base/random';
import { Codes, type Code } from '../../coap/code';
import { ContentFormats } from '../../coap/contentFormat';
import type { IncomingRequest, OutgoingResponse } from '../../coap/exchange';
import type { Peer, Scheme } from '../../transport/ports';
import { answerWith } from './answerWith';
import type { Client } from './client';
import type { ClientTable } from './clientTable';
import { Deadlines } from './deadlines';
import type { Listener } from './listener';
import { MAX_OBJECT_LIST, ObjectLists, type ObjectList } from './objectList';
import { isEndpointName, parseParameters, shown, type RegistrationParameters } from './parameters';
import type { Registration } from './registration';

/** What a lifetime is where a client tells none (OMA-TS-LightweightM2M-V1_0_2 §5.3.1; Leshan and Wakaama do so too). */
const DEFAULT_LIFETIME = 86_400;
/** One warning about the full table in this time is enough. */
const FULL_WARNING_EVERY = 10_000;

/** What becomes of registrations, told to the server. Called before the answer goes out. */
export interface RegistrationListener {
  registered(client: Client, previous: Registration | undefined): void;
  updated(client: Client, previous: Registration): void;
  removed(client: Client, reason: 'deregistered' | 'expired'): void;
  warn(message: string, endpointName?: string): void;
}

/**
 * Why a peer may not register under a name. Where it is another than the name that it proved, the specification's answer
 * is 4.00 (OMA-TS-LightweightM2M_Core-V1_1_1 §6.2.1); where the name may not be used at all, 4.03.
 */
export interface NotAllowed {
  readonly code: Code;
  readonly reason: string;
}

/** How registrations are taken. */
export interface RegistrationSettings {
  /** Registrations kept; a further endpoint gets 5.03. */
  readonly maxRegistrations: number;
  /** How much longer than its lifetime a registration is kept. */
  readonly grace: Duration;
  /**
   * Whether a peer may register under a name. By default a peer with a proven identity must use it as its name, and any
   * other may use every name.
   */
  readonly authorize?: (peer: Peer, endpointName: string, over: Scheme) => true | NotAllowed;
  /** The name a peer has proved to have, for a registration without `ep`. */
  readonly provedName: (peer: Peer) => string | undefined;
}

/** The registration interface: `/rd` (OMA-TS-LightweightM2M_Core-V1_1_1 §6.2). */
export class RegistrationInterface {
  private readonly lists = new ObjectLists();
  private readonly expiry: Deadlines<Client>;
  private fullWarnedAt = -Infinity;

  constructor(
    private readonly table: ClientTable,
    private readonly settings: RegistrationSettings,
    private readonly clock: Clock,
    private readonly random: RandomSource,
    private readonly told: RegistrationListener,
  ) {
    this.expiry = new Deadlines(clock, (client) => this.remove(client, 'expired'));
  }

  handle(request: IncomingRequest, listener: Listener<Client>): OutgoingResponse {
    const [, location, ...deeper] = request.path;
    if (deeper.length > 0) return answerWith(Codes.NOT_FOUND, 'no such registration');
    if (location === undefined) {
      if (request.method !== Codes.POST) return answerWith(Codes.METHOD_NOT_ALLOWED, 'a Register is a POST');
      return this.register(request, listener);
    }
    if (request.method !== Codes.POST && request.method !== Codes.DELETE)
      return answerWith(Codes.METHOD_NOT_ALLOWED, 'an Update is a POST, a De-register a DELETE');
    const client = this.table.at(location);
    if (!client) return answerWith(Codes.NOT_FOUND, 'no such registration: it expired, or was replaced');
    if (client.registration.peer.identity !== request.peer.identity) {
      this.told.warn(
        `${request.peer.key} used another client's registration`,
        client.registration.endpointName,
      );
      return answerWith(Codes.BAD_REQUEST, 'this registration is not yours');
    }
    if (request.method === Codes.POST) return this.update(client, request, listener);
    this.remove(client, 'deregistered');
    return { code: Codes.DELETED };
  }

  /** Takes up a registration from before a restart; `false` where its time has passed meanwhile. */
  restore(client: Client): boolean {
    const { registration } = client;
    const spent = Math.max(0, this.clock.wallTime() - registration.lastSeen);
    if (registration.lifetime > 0 && spent > registration.lifetime * 1000 + this.settings.grace) return false;
    const objectLinks = this.lists.intern(registration.objectLinks);
    client.registration = { ...registration, objectLinks, peer: peerBefore(registration) };
    this.table.add(client);
    this.expireAfter(client, spent);
    return true;
  }

  close(): void {
    this.expiry.close();
  }

  private register(request: IncomingRequest, listener: Listener<Client>): OutgoingResponse {
    const parameters = parseParameters(request.query);
    const name =
      'code' in parameters ? undefined : (parameters.endpointName ?? this.settings.provedName(request.peer));
    const who = name ?? request.peer.key;
    const refuse = (code: number, reason: string): OutgoingResponse => {
      this.told.warn(`registration from ${request.peer.key} refused: ${reason}`, name);
      return answerWith(code, reason);
    };
    if ('code' in parameters) return refuse(parameters.code, parameters.reason);
    if (name === undefined) return refuse(Codes.BAD_REQUEST, 'ep is missing');
    if (!isEndpointName(name)) return refuse(Codes.BAD_REQUEST, 'the identity is no endpoint name');
    const allowed = (this.settings.authorize ?? byIdentity)(request.peer, name, listener.local.scheme);
    if (allowed !== true) return refuse(allowed.code, allowed.reason);
    if (parameters.lwm2mVersion === undefined) return refuse(Codes.BAD_REQUEST, 'lwm2m is missing');
    const known = this.table.named(name);
    if (!known && this.table.size >= this.settings.maxRegistrations) return this.full(who, 'registrations');
    if (parameters.profileId !== undefined && request.body.length === 0)
      return refuse(Codes.CONFLICT, 'the profile is not known here: send the object list');
    const list = this.lists.parse(request.body);
    if ('code' in list) return refuse(list.code, list.reason);
    if (this.table.isFullFor(list.objectLinks.length)) return this.full(who, 'objects');
    this.warn(name, request, parameters, list);
    if (request.body.length === 0) this.told.warn('registered without an object list', name);
    if (parameters.lifetime === undefined)
      this.told.warn(`registered without lt: ${DEFAULT_LIFETIME} s is taken`, name);

    const now = this.clock.wallTime();
    const registration: Registration = {
      location: this.newLocation(),
      endpointName: name,
      lwm2mVersion: versionText(parameters.lwm2mVersion),
      lifetime: parameters.lifetime ?? DEFAULT_LIFETIME,
      binding: parameters.binding ?? 'U',
      queueMode: parameters.queueMode ?? false,
      ...(parameters.smsNumber === undefined ? {} : { smsNumber: parameters.smsNumber }),
      ...(parameters.additional.length === 0 ? {} : { additional: parameters.additional }),
      rootPath: list.rootPath,
      ...(list.contentFormats === undefined ? {} : { contentFormats: list.contentFormats }),
      objectLinks: list.objectLinks,
      peer: request.peer,
      local: listener.local,
      registeredAt: now,
      lastSeen: now,
    };
    const client = known ?? newClient(registration, listener);
    const previous = known?.registration;
    if (known) this.table.replace(known, registration, listener);
    else this.table.add(client);
    this.expireAfter(client, 0);
    this.told.registered(client, previous);
    return { code: Codes.CREATED, locationPath: ['rd', registration.location] };
  }

  private update(client: Client, request: IncomingRequest, listener: Listener<Client>): OutgoingResponse {
    const previous = client.registration;
    const { endpointName } = previous;
    const parameters = parseParameters(request.query);
    if ('code' in parameters) {
      this.told.warn(`update refused: ${parameters.reason}`, endpointName);
      return answerWith(
        parameters.code === Codes.PRECONDITION_FAILED ? Codes.BAD_REQUEST : parameters.code,
        parameters.reason,
      );
    }
    const list = request.body.length === 0 ? undefined : this.lists.parse(request.body);
    if (list && 'code' in list) {
      this.told.warn(`update refused: ${list.reason}`, endpointName);
      return answerWith(list.code, list.reason);
    }
    if (list && this.table.isFullFor(list.objectLinks.length)) return this.full(endpointName, 'objects');
    for (const warning of list?.warnings ?? []) this.told.warn(warning, endpointName);
    const { contentFormats, ...kept } = previous;
    const formats = list ? list.contentFormats : contentFormats;
    const registration: Registration = {
      ...kept,
      lifetime: parameters.lifetime ?? previous.lifetime,
      binding: parameters.binding ?? previous.binding,
      queueMode: queueModeAfter(previous, parameters),
      ...(parameters.smsNumber === undefined ? {} : { smsNumber: parameters.smsNumber }),
      rootPath: list?.rootPath ?? previous.rootPath,
      ...(formats === undefined ? {} : { contentFormats: formats }),
      objectLinks: list?.objectLinks ?? previous.objectLinks,
      peer: request.peer,
      local: listener.local,
      lastSeen: this.clock.wallTime(),
    };
    this.table.replace(client, registration, listener);
    this.expireAfter(client, 0);
    this.told.updated(client, previous);
    return { code: Codes.CHANGED };
  }

  private remove(client: Client, reason: 'deregistered' | 'expired'): void {
    this.expiry.delete(client);
    this.table.remove(client);
    client.removed = true;
    this.told.removed(client, reason);
  }

  private full(who: string, what: 'registrations' | 'objects'): OutgoingResponse {
    const now = this.clock.now();
    if (now - this.fullWarnedAt >= FULL_WARNING_EVERY) {
      this.fullWarnedAt = now;
      const all = what === 'registrations' ? `all ${this.settings.maxRegistrations} ${what}` : `all ${what}`;
      this.told.warn(`${who} was refused: ${all} that are kept are taken`);
    }
    return answerWith(Codes.SERVICE_UNAVAILABLE, `too many ${what}`);
  }

  private warn(
    endpointName: string,
    request: IncomingRequest,
    parameters: RegistrationParameters,
    list: ObjectList,
  ): void {
    for (const warning of parameters.warnings) this.told.warn(warning, endpointName);
    for (const warning of list.warnings) this.told.warn(warning, endpointName);
    if (request.body.length > 0 && request.contentFormat !== ContentFormats.LINK)
      this.told.warn(
        `the object list came with Content-Format ${request.contentFormat ?? 'missing'} instead of 40`,
        endpointName,
      );
  }

  private expireAfter(client: Client, spent: number): void {
    const { lifetime } = client.registration;
    const due =
      lifetime === 0 ? Infinity : this.clock.now() - spent + seconds(lifetime) + this.settings.grace;
    this.expiry.set(client, due);
  }

  /** Whoever knows it may update and de-register, so it can't be guessed: 60 bits. */
  private newLocation(): string {
    for (;;) {
      const location = toBase64(this.random.bytes(9)).slice(0, 10).replace(/\+/g, '-').replace(/\//g, '_');
      if (!this.table.at(location)) return location;
    }
  }
}

/** What a `Size1` says of a request to `/rd` before its body is here: refused at the first block where it is too long. */
export const refusedBySize = (size: number | undefined): OutgoingResponse | undefined =>
  size !== undefined && size > MAX_OBJECT_LIST
    ? answerWith(Codes.REQUEST_ENTITY_TOO_LARGE, 'the object list is longer than 16 KiB')
    : undefined;

/** A client as it is when it registers. */
export function newClient(registration: Registration, listener: Listener<Client>): Client {
  return {
    registration,
    listener,
    lastContact: -Infinity,
    lastSeen: registration.lastSeen,
    asleep: false,
    restored: false,
    removed: false,
    lane: undefined,
    formats: undefined,
    observations: undefined,
  };
}

/** A session or connection ended with its process, and in this one its key may be another's. */
const peerBefore = ({ endpointName, local, peer }: Registration): Peer =>
  local.scheme === 'coap' ? peer : { ...peer, key: `restored ${endpointName}` };

const byIdentity = (peer: Peer, endpointName: string): true | NotAllowed =>
  peer.identity === undefined || peer.identity === endpointName
    ? true
    : {
        code: Codes.BAD_REQUEST,
        reason: `${shown(peer.identity)} may not register as ${shown(endpointName)}`,
      };

const VERSIONS = ['1.0', '1.1', '1.2'];
/** One string for all that register with a version, instead of a slice of each request. */
const versionText = (told: string): string => VERSIONS.find((version) => version === told) ?? told;

/** 1.0 tells queue mode in the binding, 1.1 beside it; an Update that speaks of neither leaves it. */
function queueModeAfter(previous: Registration, told: RegistrationParameters): boolean {
  if (told.queueMode === true) return true;
  if (told.binding !== undefined && previous.lwm2mVersion === '1.0') return false;
  return previous.queueMode;
}
