import { toHex } from '../base/bytes';
import { printAuthority } from '../base/socketAddress';
import type { ClientHello } from '../dtls/clientHello';
import type { Scheme, SocketAddress } from '../transport/ports';
import type { HandshakeAttempt, TracedFlight, Verdict } from './handshakeAttempt';
import { extensionName, suiteName } from './offeredNames';
import { shown } from './shownText';

/** Flights that are kept of one attempt: a whole handshake takes six, repeated ones included seldom twenty. */
const MAX_FLIGHTS = 32;
/** Messages of one flight, and names of what a client offers. */
const MAX_MESSAGES = 16;
const MAX_OFFERED = 64;

/** What a client offers, as far as a verdict asks for it. */
export type Offer = Pick<ClientHello, 'version' | 'cipherSuites' | 'extensions'>;

/** A listener, or a peer, as a URI names it. */
export interface Place {
  readonly scheme: Scheme;
  readonly address: SocketAddress;
}

/** `coaps://192.0.2.7:40123` */
export const placeUri = ({ scheme, address }: Place): string => `${scheme}://${printAuthority(address)}`;

/**
 * The host the client goes to, as a command may name it: what it asked for by name, else the address it came to. A name
 * that is none is a stranger's text and no part of a command.
 */
export const hostMeant = ({ serverName, local }: Pick<Attempt, 'serverName' | 'local'>): string =>
  serverName !== undefined && /^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9])?$/i.test(serverName)
    ? serverName
    : local.address.host;

/** What is doubtful about a completed handshake, the gravest first. */
export const DOUBTS = [
  'IDENTITY_NOT_ENDPOINT',
  'PEER_ALERT',
  'LAST_FLIGHT_REPEATED',
  'RESUMED_WITH_OLD_KEY',
] as const;
type Doubt = (typeof DOUBTS)[number];

/** Of whom a sentence about an attempt is: `dev1 at 192.0.2.7`. */
export const whoOf = ({ endpoint, peer }: Pick<Attempt, 'endpoint' | 'peer'>): string =>
  `${endpoint === undefined ? 'The device' : shown(endpoint, 64)} at ${shown(peer.address.host, 64)}`;

/** An attempt as it goes on. All that it keeps of a stranger is bounded and safe to show. */
export class Attempt {
  outcome: HandshakeAttempt['outcome'] = 'underway';
  changedAt: number;
  endpoint: string | undefined;
  identity: string | undefined;
  suite: string | undefined;
  serverName: string | undefined;
  resumed: boolean | undefined;
  connectionId: HandshakeAttempt['connectionId'];
  /** What the client offers, as numbers: for the verdict. */
  hello: Offer | undefined;
  /** Why it failed; what is wrong with one that did not fail stands in `doubts`. */
  failure: Verdict | undefined;
  readonly doubts = new Map<Doubt, Verdict>();
  /** What the failed record told of the device's key, and whether a mistake explains it. */
  wrongKey: Verdict | undefined;
  keyExplained = false;
  /** The client asked for a session whose key is no longer the one here. */
  keyChanged = false;
  /** We sent our certificate. */
  certified = false;
  /** When our last flight went out first, by `clock.now()`. */
  flightAt = 0;
  /** When we were done, by `clock.now()`, and how often the client sent its flight again since; no more once it has ours. */
  completedAt = 0;
  repeats = 0;
  confirmed = false;
  /** A stranger's: how often it came, and since when by `clock.now()`. */
  times = 0;
  since = 0;
  /** Is called when it is no longer kept. */
  forget: () => void = () => undefined;
  private readonly flights: TracedFlight[] = [];
  private offered: readonly string[] | undefined;
  private extensions: readonly string[] | undefined;

  constructor(
    readonly id: number,
    readonly at: number,
    /** A handshake with a peer whose address is proved; a client that has no cookie yet; what came to the wrong port. */
    readonly sort: 'handshake' | 'beforeCookie' | 'wrongPort',
    readonly transport: HandshakeAttempt['transport'],
    readonly local: Place,
    public peer: Place,
  ) {
    this.changedAt = at;
  }

  get verdict(): Verdict | undefined {
    if (this.failure) return this.failure;
    for (const doubt of DOUBTS) {
      const verdict = this.doubts.get(doubt);
      if (verdict) return verdict;
    }
    return undefined;
  }

  offers(hello: ClientHello): void {
    const { cipherSuites, extensions } = hello;
    this.hello = { version: hello.version, cipherSuites: cipherSuites.slice(0, MAX_OFFERED), extensions };
    this.offered = cipherSuites.slice(0, MAX_OFFERED).map(suiteName);
    this.extensions = extensions.numbers.slice(0, MAX_OFFERED).map(extensionName);
    if (extensions.serverName !== undefined) this.serverName = shown(extensions.serverName);
  }

  carries(own: Uint8Array, peer: Uint8Array): void {
    if (own.length + peer.length > 0) this.connectionId = { own: toHex(own), peer: toHex(peer) };
  }

  /** A flight as it was sent or received whole. */
  flight(
    at: number,
    direction: TracedFlight['direction'],
    messages: readonly string[],
    transmission: number,
  ): void {
    if (this.flights.length < MAX_FLIGHTS)
      this.flights.push({ at, direction, messages: messages.slice(0, MAX_MESSAGES), transmission });
  }

  /** The next message of the peer's flight. */
  message(at: number, name: string): void {
    const last = this.flights.at(-1);
    if (last?.direction !== 'in' || last.messages.length >= MAX_MESSAGES)
      return this.flight(at, 'in', [name], 1);
    this.flights[this.flights.length - 1] = { ...last, messages: [...last.messages, name] };
  }

  /** The peer's flight came again. */
  repeated(at: number): void {
    const last = this.flights.filter(({ direction }) => direction === 'in').at(-1);
    if (last) this.flight(at, 'in', last.messages, last.transmission + 1);
  }

  /** The flights of what came before the cookie, in front of its own. */
  continues(before: Attempt): void {
    this.flights.unshift(...before.flights.slice(-MAX_FLIGHTS / 2));
  }

  view(): HandshakeAttempt {
    const { id, at, changedAt, transport, outcome, verdict } = this;
    return {
      id,
      at,
      changedAt,
      transport,
      address: placeUri(this.peer),
      local: placeUri(this.local),
      outcome,
      ...given('endpoint', this.endpoint),
      ...given('identity', this.identity),
      ...given('suite', this.suite),
      ...given('offered', this.offered),
      ...given('extensions', this.extensions),
      ...given('serverName', this.serverName),
      ...given('resumed', this.resumed),
      ...given('connectionId', this.connectionId),
      flights: [...this.flights],
      ...given('verdict', verdict),
    };
  }
}

const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
