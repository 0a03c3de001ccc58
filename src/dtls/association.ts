import { NO_BYTES } from '../base/bytes';
import type { SocketAddress } from '../transport/ports';
import { Alerts, decodeAlert, encodeAlert, type Alert } from './alert';
import { FlightSender, type FlightOwner, type FlightStep } from './flight';
import type { HandshakeContext, HandshakeSide } from './handshakeContext';
import type { HandshakeEvent, HandshakeFailure, Role, SessionFacts } from './handshakeEvents';
import {
  HandshakeReassembler,
  HandshakeTypes,
  decodeFragments,
  handshakeName,
  type HandshakeFragment,
} from './handshakeMessage';
import { ContentTypes, MAX_PLAINTEXT, type DtlsRecord } from './record';
import { RecordLayer, type OpenedRecord, type Unopened } from './recordLayer';
import { Transcript } from './secrets';
import type { ResumableSession } from './sessionCache';
import type { FullSettings } from './settings';

/** Why an established session ended. */
export type SessionEnd =
  | { readonly kind: 'closeNotify' }
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'closed' }
  /** The peer, restarted, made a new session from the same address. */
  | { readonly kind: 'superseded' }
  /** Too many sessions; this one was silent longest. */
  | { readonly kind: 'evicted' };

/** What an association needs of its endpoint. */
export interface AssociationOwner {
  readonly settings: FullSettings;
  transmit(datagram: Uint8Array, address: SocketAddress): void;
  newCid(): Uint8Array;
  resumable(association: Association): HandshakeContext['resumable'];
  established(association: Association): void;
  failed(association: Association, failure: HandshakeFailure): void;
  ended(association: Association, end: SessionEnd): void;
  message(association: Association, bytes: Uint8Array): void;
  moved(association: Association, from: SocketAddress): void;
}

/** Where an association begins: what a stateless cookie exchange has used up. */
export interface AssociationStart {
  readonly firstRecord: number;
  readonly nextReceived: number;
  readonly nextSent: number;
}

/** Protected records that overtook the message their keys depend on: a Finished, whole or in pieces. */
const MAX_EARLY = 4;
const MAX_EARLY_LENGTH = 256;

/** One peer's handshake and the session it becomes: epoch 0, then epoch 1, and no other. */
export class Association implements FlightOwner, HandshakeContext {
  state: 'handshaking' | 'established' | 'ended' = 'handshaking';
  facts: SessionFacts | undefined;
  /** The client's random, where the peer is the client: its ClientHello again is no new handshake. */
  peerRandom: Uint8Array = NO_BYTES;
  /** By `clock.now()`. */
  establishedAt = 0;
  readonly settings: FullSettings;
  readonly layer: RecordLayer;
  readonly flights: FlightSender;
  readonly transcript = new Transcript();
  readonly resumable: HandshakeContext['resumable'];
  private readonly incoming: HandshakeReassembler;
  private readonly side: HandshakeSide;
  private readonly early: DtlsRecord[] = [];
  private nextSent: number;
  private confirmed = false;

  constructor(
    readonly attempt: number,
    readonly role: Role,
    public address: SocketAddress,
    private readonly owner: AssociationOwner,
    start: AssociationStart,
    makeSide: (context: HandshakeContext) => HandshakeSide,
  ) {
    this.settings = owner.settings;
    this.layer = new RecordLayer(start.firstRecord);
    this.flights = new FlightSender(this.layer, owner.settings, this, MAX_PLAINTEXT);
    this.incoming = new HandshakeReassembler(start.nextReceived);
    this.nextSent = start.nextSent;
    this.resumable = owner.resumable(this);
    this.side = makeSide(this);
  }

  start(): void {
    this.side.start();
  }

  /** Takes a record; tells why it could not, so that the endpoint can offer it to another association. */
  receive(record: DtlsRecord, from: SocketAddress): Unopened | 'taken' {
    if (this.state === 'ended') return 'malformed';
    const opened = this.layer.open(record);
    if (opened === 'unready') {
      if (this.early.length < MAX_EARLY && record.fragment.length <= MAX_EARLY_LENGTH)
        this.early.push(record);
    } else if (opened === 'unverified' && this.state === 'handshaking') {
      this.side.unverified(record);
    }
    if (typeof opened === 'string') return opened;
    if (opened.epoch === 0 && this.state === 'established') return 'taken';
    this.follow(opened, record, from);
    this.dispatch(opened);
    while (this.layer.canRead && this.early.length > 0) {
      const waiting = this.early.shift();
      if (waiting) this.receive(waiting, from);
    }
    return 'taken';
  }

  /** Sends application data. */
  send(bytes: Uint8Array): 'sent' | 'tooLong' | 'notEstablished' {
    if (this.state !== 'established') return 'notEstablished';
    if (bytes.length > this.flights.maxFragment) return 'tooLong';
    const record = this.layer.seal(1, ContentTypes.APPLICATION_DATA, bytes);
    if (!record) return 'notEstablished';
    this.owner.transmit(record, this.address);
    return 'sent';
  }

  /** Ends it from our side; a peer with whom there is a session is told. */
  close(end: SessionEnd): void {
    if (this.state === 'handshaking') {
      return this.fail(end.kind === 'superseded' ? { kind: 'superseded' } : { kind: 'closed' }, undefined);
    }
    if (end.kind !== 'superseded') this.alert({ fatal: false, description: Alerts.CLOSE_NOTIFY });
    this.end(end);
  }

  // FlightOwner

  transmit(datagram: Uint8Array): void {
    this.owner.transmit(datagram, this.address);
  }

  flightSent(flight: readonly string[], transmission: number): void {
    this.tell({ kind: 'sent', attempt: this.attempt, flight, transmission });
  }

  flightUnanswered(flight: readonly string[], transmissions: number): void {
    this.fail({ kind: 'noAnswer', flight, transmissions });
  }

  // HandshakeContext

  newCid(): Uint8Array {
    return this.owner.newCid();
  }

  compose(type: number, body: Uint8Array, epoch: 0 | 1 = 0): FlightStep {
    const message = { type, sequence: this.nextSent++, body };
    this.transcript.add(message);
    return { message, epoch };
  }

  tell(event: HandshakeEvent): void {
    this.settings.observer(event);
  }

  fail(failure: HandshakeFailure, alert?: number): void {
    if (this.state !== 'handshaking') return;
    if (alert !== undefined) this.alert({ fatal: true, description: alert });
    this.state = 'ended';
    this.flights.stop();
    this.tell({ kind: 'failed', attempt: this.attempt, failure, alert });
    this.owner.failed(this, failure);
  }

  establish(facts: SessionFacts, session: ResumableSession): void {
    this.state = 'established';
    this.establishedAt = this.settings.clock.now();
    this.facts = facts;
    if (session.id.length > 0) this.resumable.put(session);
    this.transcript.clear();
    this.tell({ kind: 'established', attempt: this.attempt, facts });
    this.owner.established(this);
  }

  /** An address follows only the newest record that was verified, and only where records carry an ID (RFC 9146 §6). */
  private follow(opened: OpenedRecord, { header }: DtlsRecord, from: SocketAddress): void {
    if (this.state !== 'established' || header.type !== ContentTypes.TLS12_CID || !opened.newest) return;
    if (from.host === this.address.host && from.port === this.address.port) return;
    const before = this.address;
    this.address = from;
    this.tell({ kind: 'moved', attempt: this.attempt, from: before, to: from });
    this.owner.moved(this, before);
  }

  private dispatch({ type, epoch, plaintext }: OpenedRecord): void {
    switch (type) {
      case ContentTypes.HANDSHAKE:
        return this.handshakeRecord(plaintext, epoch);
      case ContentTypes.ALERT:
        return this.alerted(decodeAlert(plaintext));
      case ContentTypes.APPLICATION_DATA:
        // Before the Finished is verified nobody has proved to know the key; the peer repeats.
        if (epoch !== 1 || this.state !== 'established') return;
        if (!this.confirmed) this.tell({ kind: 'confirmed', attempt: this.attempt });
        this.confirmed = true;
        return this.owner.message(this, plaintext);
      default:
      // ChangeCipherSpec says no more than the epoch of the record that follows.
    }
  }

  private handshakeRecord(plaintext: Uint8Array, epoch: number): void {
    const fragments = decodeFragments(plaintext);
    if (!fragments.ok) {
      // In clear it may be anyone's, and the real message may still come.
      if (epoch === 1)
        this.fail(
          { kind: 'malformed', message: 'a handshake record', problem: fragments.problem.message },
          Alerts.DECODE_ERROR,
        );
      return;
    }
    for (const fragment of fragments.value) this.fragment(fragment, epoch);
  }

  private fragment(fragment: HandshakeFragment, epoch: number): void {
    if (this.state === 'ended') return;
    if (this.state === 'established') return this.afterwards(fragment);
    // Finished is the only protected message of a handshake, and is never in clear.
    if ((fragment.type === HandshakeTypes.FINISHED) !== (epoch === 1)) return;
    const taken = this.incoming.add(fragment);
    if (taken === 'repeated') return this.repeated(fragment);
    if (taken === 'taken') this.flights.answerBegun();
    for (let m = this.incoming.take(); m && this.handshaking; m = this.incoming.take()) {
      this.tell({ kind: 'received', attempt: this.attempt, message: handshakeName(m.type) });
      this.side.message(m);
    }
  }

  /** Asked anew each time: a message may have ended it. */
  private get handshaking(): boolean {
    return this.state === 'handshaking';
  }

  private afterwards(fragment: HandshakeFragment): void {
    if (fragment.type === HandshakeTypes.CLIENT_HELLO || fragment.type === HandshakeTypes.HELLO_REQUEST) {
      this.tell({ kind: 'renegotiationRefused', attempt: this.attempt });
      this.alert({ fatal: false, description: Alerts.NO_RENEGOTIATION });
    } else {
      this.repeated(fragment);
    }
  }

  /** Once a flight: when the last of its messages comes again. */
  private repeated(fragment: HandshakeFragment): void {
    if (fragment.sequence !== this.incoming.expected - 1 || fragment.offset !== 0) return;
    this.tell({ kind: 'peerRepeats', attempt: this.attempt });
    this.flights.repeat();
  }

  private alerted(alert: Alert | undefined): void {
    if (!alert) return;
    this.tell({ kind: 'peerAlert', attempt: this.attempt, alert });
    const closing = alert.description === Alerts.CLOSE_NOTIFY;
    if (!alert.fatal && !closing) return;
    if (this.state === 'handshaking') {
      this.side.alerted?.();
      return this.fail({ kind: 'peerAlert', alert });
    }
    if (closing) {
      this.alert({ fatal: false, description: Alerts.CLOSE_NOTIFY });
      this.end({ kind: 'closeNotify' });
    } else {
      if (this.facts) this.resumable.drop(this.facts.sessionId);
      this.end({ kind: 'alert', alert });
    }
  }

  private end(end: SessionEnd): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    this.flights.stop();
    this.owner.ended(this, end);
  }

  private alert(alert: Alert): void {
    const epoch = this.layer.canWrite ? 1 : 0;
    const record = this.layer.seal(epoch, ContentTypes.ALERT, encodeAlert(alert));
    if (record) this.owner.transmit(record, this.address);
  }
}
