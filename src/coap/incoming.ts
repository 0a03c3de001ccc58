import { NO_BYTES } from '../base/bytes';
import { millis, type Duration, type Timer } from '../base/clock';
import type { Logger } from '../base/log';
import type { Peer } from '../transport/ports';
import type { Code } from './code';
import type { Delivery, Draft } from './delivery';
import { MessageTypes, type Message, type MessageId, type MessageType } from './message';
import type { CoapOption } from './option';

/**
 * How long a handler may think before the request is acknowledged without its answer (RFC 7252 §5.2.2). A twentieth of
 * what others wait before they repeat: long enough for a file to be read, and for what a device's small stack does best,
 * an answer in the acknowledgement.
 */
export const PIGGYBACK_DELAY = millis(100);

/** Whose message it is, as the layer that took it knows the peer. */
export interface Sender {
  readonly peer: Peer;
}

/** What a message that arrived asks of the layer that took it; `S` is what that remembers of the message. */
export interface IncomingPort<L extends Sender = Sender, S = unknown> {
  readonly log: Logger;
  acknowledge(incoming: Incoming<L, S>): void;
  reject(incoming: Incoming<L, S>): void;
  /** Answers a confirmable message with its own ID, and every duplicate of it likewise. */
  respond(incoming: Incoming<L, S>, type: MessageType, draft: Draft): void;
  /** Acknowledges a request after `delay`, unless {@link settled} before. */
  delay(incoming: Incoming<L, S>, delay: Duration): Timer;
  settled(incoming: Incoming<L, S>): void;
  /** Has a message that could not be taken now be taken when it is repeated. */
  forgetSeen(incoming: Incoming<L, S>): void;
  sendConfirmable(
    peer: Peer,
    draft: Draft,
    stallTimeout: number,
    delivery: Delivery,
    counts: boolean,
  ): unknown;
  sendNonConfirmable(peer: Peer, draft: Draft): MessageId;
}

/** A confirmable or non-confirmable message that arrived, and how it was answered so far; what comes in a stream is as confirmable. */
export class Incoming<L extends Sender = Sender, S = unknown> {
  private acknowledgement: 'open' | 'acknowledged' | 'answered' = 'open';
  private timer: Timer | undefined;

  constructor(
    private readonly layer: IncomingPort<L, S>,
    readonly link: L,
    readonly message: Message,
    readonly seen: S,
  ) {}

  get peer(): Peer {
    return this.link.peer;
  }

  get confirmable(): boolean {
    return this.message.type === MessageTypes.CON;
  }

  /** The sender needs not repeat it; nothing else is said (a no-op for non-confirmable messages). */
  acknowledge(): void {
    if (!this.confirmable || this.acknowledgement !== 'open') return;
    this.acknowledgement = 'acknowledged';
    this.settle();
    this.layer.acknowledge(this);
  }

  /** Refused as a message: it has no context, or can't be understood (RFC 7252 §4.2, §4.3). */
  reject(): void {
    if (this.acknowledgement !== 'open') return;
    this.acknowledgement = 'answered';
    this.layer.reject(this);
  }

  /** The answer will take a while: acknowledges after {@link PIGGYBACK_DELAY}, unless it came before. */
  acknowledgeSoon(): void {
    if (!this.confirmable || this.acknowledgement !== 'open') return;
    this.timer ??= this.layer.delay(this, PIGGYBACK_DELAY);
  }

  /** Answers a request: in its acknowledgement, or in a message of its own where that is already gone. */
  respond(code: Code, options: readonly CoapOption[], payload: Uint8Array = NO_BYTES): void {
    if (this.acknowledgement === 'answered') return;
    const before = this.acknowledgement;
    this.acknowledgement = 'answered';
    this.settle();
    const draft = { code, token: this.message.token, options, payload };
    if (!this.confirmable) this.layer.sendNonConfirmable(this.peer, draft);
    else if (before === 'open') this.layer.respond(this, MessageTypes.ACK, draft);
    // Outside NSTART: a peer with one request outstanding may answer ours only after it has the answer to its own.
    else
      this.layer.sendConfirmable(this.peer, draft, SEPARATE_LIFETIME, separate(this.layer, this.peer), false);
  }

  /** Ends the wait of {@link acknowledgeSoon}. */
  settle(): void {
    if (this.timer === undefined) return;
    this.timer.cancel();
    this.timer = undefined;
    this.layer.settled(this);
  }

  /** Neither answered nor remembered: the sender will repeat it. */
  drop(): void {
    this.settle();
    this.layer.forgetSeen(this);
  }
}

/** MAX_TRANSMIT_WAIT (RFC 7252 §4.8.2). */
const SEPARATE_LIFETIME = 93_000;

const separate = (layer: Pick<IncomingPort, 'log'>, peer: Peer): Delivery => ({
  transmitted: () => undefined,
  acknowledged: () => undefined,
  reset: () => layer.log.log('debug', `${peer.key}: rejected a response: it waits no more`),
  failed: () => layer.log.log('debug', `${peer.key}: never acknowledged a response`),
});
