import { seconds } from '../base/clock';
import type { Disposable } from '../base/disposable';
import type { Event } from '../base/event';
import type { HandshakeObserver } from '../dtls/handshakeEvents';
import type { Peer, Scheme, SocketAddress, TlsEvent } from '../transport/ports';
import { Allowance } from './allowance';
import { placeUri, type Attempt, type Place } from './attempt';
import { AttemptLog } from './attemptLog';
import { DtlsTrace } from './dtlsTrace';
import type { BindingRefusal } from './endpointBinding';
import type { HandshakeAttempt } from './handshakeAttempt';
import { suiteFromOpenSsl } from './offeredNames';
import type { ServerTrust } from './serverTrust';
import { shown } from './shownText';
import { Strangers } from './strangers';
import { tlsVerdict, type TlsFailure } from './tlsVerdict';

/** Key searches at once, and one more each so often: a search takes up to 50 ms. */
const SEARCHES = 8;
const SEARCH_EACH = seconds(5);

/**
 * The handshakes of all listeners of a server, each with why it failed or what is wrong with it. What strangers can make
 * it keep is bounded; no attempt, event or text in it holds a key.
 */
export class HandshakeTrace implements Disposable {
  private readonly log: AttemptLog;
  private readonly strangers: Strangers;
  private readonly searches: Allowance;
  private readonly secured = new Map<string, Place>();
  /**
   * An attempt ended, or something about one that had ended changed: its verdict, its endpoint. Attempts of strangers are
   * told once a second at most, beyond the first 32.
   */
  readonly onHandshake: Event<HandshakeAttempt>;

  constructor(readonly trust: ServerTrust) {
    const { clock } = trust;
    this.log = new AttemptLog(clock);
    this.onHandshake = this.log.told.event;
    this.strangers = new Strangers(this.log, () => [...this.secured.values()]);
    this.searches = new Allowance(clock, SEARCHES, SEARCH_EACH);
  }

  /** The observer of the DTLS listener at `address`. */
  dtls(address: SocketAddress): HandshakeObserver {
    const listener = new DtlsTrace(
      this.securedAt('coaps', address),
      this.log,
      this.strangers,
      this.trust,
      this.searches,
    );
    return (event) => listener.observe(event);
  }

  /** The observer of the TLS listener at `address`. */
  tls(scheme: 'coaps+tcp' | 'https', address: SocketAddress): (event: TlsEvent) => void {
    const local = this.securedAt(scheme, address);
    return (event) => {
      if (event.role === 'server') this.tlsEvent(local, event);
    };
  }

  /**
   * Told each datagram that comes to the plain listener at `address`, or the first bytes of each connection, it answers
   * whether they are a ClientHello: `SECURE_ON_PLAIN_PORT`.
   */
  plain(
    scheme: 'coap' | 'coap+tcp' | 'http',
    address: SocketAddress,
  ): (bytes: Uint8Array, from: SocketAddress) => boolean {
    const local: Place = { scheme, address };
    return (bytes, from) => this.strangers.secure(local, from, bytes, scheme !== 'coap');
  }

  /** A device registered over a secured session: the attempt that made it is its endpoint's. */
  registered(peer: Pick<Peer, 'address'>, over: Scheme, endpoint: string): void {
    const attempt = this.completedAt(peer.address, over);
    if (!attempt || attempt.endpoint === endpoint) return;
    attempt.endpoint = endpoint;
    this.log.tell(attempt);
  }

  /** A registration over a secured session was refused; only `IDENTITY_NOT_ENDPOINT` says something about a handshake. */
  refused(peer: Pick<Peer, 'address'>, over: Scheme, refusal: BindingRefusal): void {
    const attempt = this.completedAt(peer.address, over);
    if (!attempt || refusal.code !== 'IDENTITY_NOT_ENDPOINT') return;
    const message = shown(refusal.message, 400);
    if (attempt.doubts.get(refusal.code)?.message === message) return;
    const { endpoint } = attempt;
    attempt.doubts.set(refusal.code, {
      code: refusal.code,
      message,
      next: shown(refusal.next, 400),
      ...(endpoint === undefined ? {} : { action: { kind: 'showCredential', endpoint } }),
    });
    this.log.tell(attempt);
  }

  /** What is kept, newest first; of one endpoint, with the attempts under its name as an identity nobody has. */
  attempts(endpoint?: string): readonly HandshakeAttempt[] {
    const identity = endpoint === undefined ? undefined : shown(endpoint);
    return this.log
      .newestFirst()
      .filter(
        (one) =>
          endpoint === undefined ||
          (one.endpoint ?? one.identity) === (one.endpoint === undefined ? identity : endpoint),
      )
      .map((one) => one.view());
  }

  /** The newest attempt of the peer at an address now, where one is kept. */
  ofPeer(peer: Pick<Peer, 'address'>, over: Scheme): HandshakeAttempt | undefined {
    return this.log.proved.newestAt(peer.address, (one) => one.peer.scheme === over)?.view();
  }

  /** What is kept at the moment, for limits and their tests. */
  get counts(): { readonly attempts: number; readonly strangers: number } {
    return { attempts: this.log.proved.size, strangers: this.log.strangers.size };
  }

  dispose(): void {
    this.log.told.dispose();
  }

  private securedAt(scheme: Scheme, address: SocketAddress): Place {
    const place: Place = { scheme, address };
    this.secured.set(placeUri(place), place);
    return place;
  }

  private completedAt(address: SocketAddress, over: Scheme): Attempt | undefined {
    return this.log.proved.newestAt(
      address,
      (one) => one.peer.scheme === over && one.outcome === 'completed',
    );
  }

  private tlsEvent(local: Place, event: TlsEvent): void {
    if (
      event.kind === 'failed' &&
      event.notTls &&
      this.strangers.plain(local, event.address, event.notTls, true)
    )
      return;
    const peer: Place = { scheme: local.scheme, address: event.address };
    const attempt = this.log.begin('handshake', 'tls', local, peer);
    if (event.identity !== undefined) attempt.identity = shown(event.identity);
    if (event.kind === 'failed') this.tlsFailed(attempt, event);
    else {
      attempt.outcome = 'completed';
      attempt.suite = shown(suiteFromOpenSsl(event.suite));
      attempt.resumed = event.resumed;
      attempt.endpoint = this.trust.provedEndpoint({
        ...(event.identity === undefined ? {} : { identity: event.identity }),
        ...(event.identityKind === undefined ? {} : { identityKind: event.identityKind }),
      });
    }
    this.log.tell(attempt);
  }

  private tlsFailed(attempt: Attempt, event: TlsFailure): void {
    attempt.outcome = 'failed';
    if (event.identity !== undefined)
      attempt.endpoint = this.trust.known.byIdentity(event.identity)?.endpointName;
    attempt.failure = tlsVerdict(attempt, event, this.trust, () => this.searches.take());
  }
}
