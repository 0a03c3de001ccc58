import { alertName } from '../dtls/alert';
import type { HandshakeEvent, HandshakeFailure, SessionFacts } from '../dtls/handshakeEvents';
import type { PeerIdentity } from '../dtls/credentials';
import type { Allowance } from './allowance';
import { peerAlert } from './alertVerdict';
import type { Attempt, Place } from './attempt';
import type { AttemptLog } from './attemptLog';
import { IN_VAIN, lastFlightRepeated, noAnswerToFlight } from './deliveryVerdict';
import { failureVerdict, identityOf, nameIn } from './failureVerdict';
import { mistakenKey, resumedWithOldKey, wrongKey } from './keyVerdict';
import { suiteName } from './offeredNames';
import type { ServerTrust } from './serverTrust';
import { shown } from './shownText';
import type { Strangers } from './strangers';

/** One repetition is a lost datagram; two are a way back that does not work. */
const DOUBTFUL_REPEATS = 2;
/** A flight that was sent so often, over {@link IN_VAIN}, does not arrive. */
const FLIGHT_IN_VAIN = 5;

/** What one DTLS listener tells, made into attempts. Handshakes that we began ourselves are none. */
export class DtlsTrace {
  private readonly byNumber = new Map<number, Attempt>();

  constructor(
    private readonly local: Place,
    private readonly log: AttemptLog,
    private readonly strangers: Strangers,
    private readonly trust: ServerTrust,
    /** For what takes milliseconds: trying keys, comparing identities. */
    private readonly searches: Allowance,
  ) {}

  observe(event: HandshakeEvent): void {
    switch (event.kind) {
      case 'notDtls':
        return void this.strangers.plain(this.local, event.address, event.bytes, false);
      case 'cookieAsked':
        return this.strangers.cookieAsked(this.local, event.address, event.hello);
      case 'unreadableHello':
        return this.strangers.unreadable(this.local, event.address);
      case 'started':
        return event.role === 'server' ? this.started(event) : undefined;
      case 'unknownSession':
      case 'tooMany':
        return undefined;
      default: {
        const attempt = this.byNumber.get(event.attempt);
        if (attempt) this.step(attempt, event);
      }
    }
  }

  private started({
    attempt: number,
    address,
    hello,
  }: Extract<HandshakeEvent, { readonly kind: 'started' }>): void {
    const { log, local } = this;
    const before = this.strangers.cookieBrought(local, address);
    const peer: Place = { scheme: 'coaps', address };
    const attempt = log.begin('handshake', 'dtls', local, peer, before);
    if (before) attempt.continues(before);
    attempt.forget = () => this.byNumber.delete(number);
    this.byNumber.set(number, attempt);
    attempt.changedAt = log.clock.wallTime();
    if (hello) attempt.offers(hello);
    attempt.flight(attempt.changedAt, 'in', ['ClientHello'], 1);
  }

  private step(attempt: Attempt, event: Exclude<HandshakeEvent, { readonly address: unknown }>): void {
    const { log } = this;
    const at = (attempt.changedAt = log.clock.wallTime());
    switch (event.kind) {
      case 'sent':
        if (event.flight.includes('Certificate')) attempt.certified = true;
        attempt.flight(at, 'out', event.flight, event.transmission);
        // A client that neither answers nor repeats after a record that did not verify waits in vain, and for long.
        if (event.transmission > 1) this.hasWrongKey(attempt);
        return this.unanswered(attempt, event.flight, event.transmission);
      case 'received':
        return attempt.message(at, event.message);
      case 'peerRepeats':
        return this.repeated(attempt, at);
      case 'identity':
        return this.proves(attempt, { kind: 'psk', identity: event.identity });
      case 'notResumed':
        attempt.keyChanged = event.reason === 'keyChanged';
        return;
      case 'unverified':
        return this.unverified(attempt, event.identity, event.opensWith);
      case 'peerAlert':
        return this.alerted(attempt, at, event.alert);
      case 'established':
        return this.established(attempt, event.facts);
      case 'confirmed':
        return this.confirmed(attempt);
      case 'failed':
        return this.failed(attempt, at, event.failure, event.alert);
      case 'moved':
        attempt.peer = { ...attempt.peer, address: event.to };
        return;
      case 'renegotiationRefused':
        return;
    }
  }

  private proves(attempt: Attempt, identity: PeerIdentity): void {
    if (identity.kind === 'psk') {
      const text = identityOf(identity.identity);
      attempt.identity = shown(text);
      attempt.endpoint = this.trust.known.byIdentity(text)?.endpointName;
    } else if (identity.kind === 'certificate') {
      attempt.identity = shown(nameIn(identity.presented) ?? identity.name);
      attempt.endpoint = identity.name;
    }
  }

  private unverified(attempt: Attempt, identity: Uint8Array, opensWith: (key: Uint8Array) => boolean): void {
    const { known } = this.trust;
    const credential = known.byIdentity(identityOf(identity));
    if (credential?.mode !== 'psk') return;
    const found = this.searches.take() ? (mistakenKey(credential, known, opensWith) ?? 'none') : undefined;
    attempt.keyExplained = typeof found === 'object';
    attempt.wrongKey = wrongKey(attempt, credential, found);
    // A key that opens the record is proof: the client will get nowhere with it.
    if (attempt.keyExplained) this.hasWrongKey(attempt);
  }

  /** That a flight is sent in vain is said before it is given up: it may still be answered, and is told so then. */
  private unanswered(attempt: Attempt, flight: readonly string[], transmission: number): void {
    const now = this.log.clock.now();
    if (transmission === 1) attempt.flightAt = now;
    if (attempt.outcome !== 'underway' || transmission < FLIGHT_IN_VAIN || now - attempt.flightAt < IN_VAIN)
      return;
    attempt.outcome = 'failed';
    attempt.failure = noAnswerToFlight(attempt, flight, transmission);
    this.log.tell(attempt);
  }

  /** What its record told of the key is the verdict, whether or not the client goes on for a while. */
  private hasWrongKey(attempt: Attempt): void {
    if (!attempt.wrongKey || attempt.outcome !== 'underway') return;
    attempt.outcome = 'failed';
    attempt.failure =
      attempt.keyChanged && !attempt.keyExplained ? resumedWithOldKey(attempt, false) : attempt.wrongKey;
    this.log.tell(attempt);
  }

  private established(attempt: Attempt, facts: SessionFacts): void {
    this.proves(attempt, facts.identity);
    attempt.outcome = 'completed';
    attempt.completedAt = this.log.clock.now();
    // What did not verify was a stranger's record.
    attempt.wrongKey = attempt.failure = undefined;
    attempt.suite = suiteName(facts.suite.id);
    attempt.resumed = facts.resumed;
    attempt.carries(facts.ownCid, facts.peerCid);
    if (attempt.keyChanged) attempt.doubts.set('RESUMED_WITH_OLD_KEY', resumedWithOldKey(attempt, true));
    this.log.tell(attempt);
  }

  /** What the client sent over its session came after our Finished: it has arrived. */
  private confirmed(attempt: Attempt): void {
    attempt.confirmed = true;
    if (attempt.doubts.delete('LAST_FLIGHT_REPEATED')) this.log.tell(attempt);
  }

  private failed(attempt: Attempt, at: number, failure: HandshakeFailure, alert: number | undefined): void {
    if (alert !== undefined) attempt.flight(at, 'out', [`Alert ${alertName(alert)}`], 1);
    if (failure.kind === 'certificateRefused') {
      const name = nameIn(failure.presented);
      if (name !== undefined) attempt.identity = shown(name);
    }
    const silent = failure.kind === 'noAnswer' || failure.kind === 'superseded' || failure.kind === 'closed';
    const tookForSilent = attempt.failure?.code === 'NO_ANSWER_TO_COOKIE' && !silent;
    if (attempt.outcome === 'failed' && !tookForSilent) return;
    attempt.outcome = 'failed';
    attempt.failure = failureVerdict(attempt, failure, this.trust, () => this.searches.take());
    this.log.tell(attempt);
  }

  private alerted(
    attempt: Attempt,
    at: number,
    alert: { readonly fatal: boolean; readonly description: number },
  ): void {
    attempt.flight(at, 'in', [`Alert ${alertName(alert.description)}`], 1);
    if (attempt.outcome !== 'completed' || !alert.fatal) return;
    attempt.doubts.set('PEER_ALERT', peerAlert(attempt, alert.description));
    this.log.tell(attempt);
  }

  private repeated(attempt: Attempt, at: number): void {
    attempt.repeated(at);
    if (attempt.outcome !== 'completed' || attempt.confirmed) return;
    attempt.repeats++;
    const elapsed = this.log.clock.now() - attempt.completedAt;
    if (attempt.repeats < DOUBTFUL_REPEATS || elapsed < IN_VAIN) return;
    const before = attempt.doubts.get('LAST_FLIGHT_REPEATED');
    attempt.doubts.set('LAST_FLIGHT_REPEATED', lastFlightRepeated(attempt, attempt.repeats));
    if (!before) this.log.tell(attempt);
  }
}
