import { millis, type Duration, type Timer } from '../base/clock';
import { NO_BYTES } from '../base/bytes';
import type { Disposable } from '../base/disposable';
import { errorText, isOperationError, type OperationError } from '../base/errors';
import { Emitter } from '../base/event';
import { NO_LOG, type Logger } from '../base/log';
import type { Channel, ChannelFault, Peer, Received } from '../transport/ports';
import { Codes, isRequest, isResponse } from './code';
import { datagramCapacity } from './datagramCapacity';
import { Deduplication, type Seen } from './deduplication';
import type { Delivery, Draft } from './delivery';
import type { EndpointPorts } from './endpoint';
import type { Szx, WireMessage } from './exchange';
import { Incoming } from './incoming';
import {
  MessageTypes,
  decodeMessage,
  encodeEmpty,
  encodeMessage,
  type Message,
  type MessageId,
  type MessageType,
} from './message';
import type { Capacity, MessageUser, Messaging } from './messaging';
import { noAnswer, unreachable } from './noAnswer';
import { Confirmable, type PeerLink } from './peerLink';
import { PeerLinks } from './peerLinks';
import { MAX_RTO, backOff, dithered } from './roundTrip';

/** A message that arrived in a datagram. */
type Datagram = Incoming<PeerLink, Seen>;

/**
 * Messages over an unreliable channel (RFC 7252 §4): types, IDs, acknowledgement, retransmission, duplicates.
 * What a request or a response is, and what an option means, is decided above.
 */
export class MessageLayer implements Messaging {
  readonly reliable = false;
  readonly log: Logger;
  private readonly wire = new Emitter<WireMessage>();
  readonly onWire = this.wire.event;
  private readonly duplicates: Deduplication;
  private readonly links: PeerLinks;
  private readonly subscriptions: Disposable[];
  /** Requests whose answer is being worked out, not acknowledged yet. */
  private readonly delayed = new Set<Datagram>();
  private closed = false;

  constructor(
    readonly channel: Channel,
    readonly ports: EndpointPorts,
    private readonly nstart: number,
    private readonly user: MessageUser,
  ) {
    this.log = ports.log ?? NO_LOG;
    this.duplicates = new Deduplication(ports.clock);
    this.links = new PeerLinks(ports.clock, ports.random);
    this.subscriptions = [channel.onMessage(this.arrived), channel.onFault((f) => this.fault(f))];
    const established = channel.onEstablished?.((peer) => this.established(peer));
    if (established) this.subscriptions.push(established);
  }

  capacity(peer: Peer, szx: Szx): Capacity {
    return datagramCapacity(szx, this.channel.room?.(peer));
  }

  /**
   * Sends a message until it is acknowledged, reset, or `stallTimeout` has passed. It waits its turn where the peer
   * already has NSTART outstanding and `counts` is set.
   */
  sendConfirmable(
    peer: Peer,
    draft: Draft,
    stallTimeout: number,
    delivery: Delivery,
    counts = true,
  ): Confirmable {
    const link = this.links.of(peer);
    const message = new Confirmable(link, draft, stallTimeout, counts, delivery);
    if (this.closed) return message;
    if (counts && (link.outstanding >= this.nstart || link.waiting.length > 0)) link.waiting.push(message);
    else this.start(message);
    return message;
  }

  /** Sends a message once; its ID tells a later reset. */
  sendNonConfirmable(peer: Peer, draft: Draft): MessageId {
    const link = this.links.of(peer);
    const messageId = link.nextMessageId();
    this.transmit(link, encodeDraft(MessageTypes.NON, messageId, draft), 0);
    return messageId;
  }

  /** Ends the sending of a message without telling its delivery: it was answered otherwise, or nobody waits any more. */
  cancel(message: Confirmable): void {
    const { link } = message;
    if (message.messageId === undefined) {
      const at = link.waiting.indexOf(message);
      if (at >= 0) link.waiting.splice(at, 1);
    } else if (link.pending.delete(message)) {
      if (message.counts) link.outstanding--;
      // Not at once: who ends several of a peer's requests in one go must not see those that wait go out.
      if (link.waiting.length > 0) void Promise.resolve().then(() => this.startNext(link));
    }
  }

  /** Sends again at once what a peer has not acknowledged, each under its own ID. */
  repeat(peer: Peer): void {
    const link = this.links.known(peer);
    if (!link) return;
    const now = this.ports.clock.now();
    for (const message of link.pending.all()) {
      message.attempt++;
      this.drawTimeout(message, now);
      this.sendAttempt(message, now);
    }
  }

  /** A CoAP ping: an empty confirmable message (RFC 7252 §4.3). */
  ping(peer: Peer, stallTimeout: number, delivery: Delivery): Confirmable {
    return this.sendConfirmable(peer, PING, stallTimeout, delivery);
  }

  acknowledge(incoming: Datagram): void {
    this.answer(incoming, encodeEmpty(MessageTypes.ACK, incoming.message.messageId));
  }

  reject(incoming: Datagram): void {
    this.answer(incoming, encodeEmpty(MessageTypes.RST, incoming.message.messageId));
  }

  /** Answers a confirmable message with its own ID, and every duplicate of it likewise. */
  respond(incoming: Datagram, type: MessageType, draft: Draft): void {
    this.answer(incoming, encodeDraft(type, incoming.message.messageId, draft));
  }

  /** Acknowledges a request after `delay`, unless {@link settled} before. */
  delay(incoming: Datagram, delay: Duration): Timer {
    this.delayed.add(incoming);
    return this.ports.clock.after(delay, () => incoming.acknowledge());
  }

  settled(incoming: Datagram): void {
    this.delayed.delete(incoming);
  }

  /** Has a message that could not be taken now be taken when it is repeated. */
  forgetSeen(incoming: Datagram): void {
    this.duplicates.forget(incoming.seen);
  }

  /** Gives up what is outstanding with a peer. What was seen of it stays known: the request that ends a peer may be repeated too. */
  forget(peer: Peer, error: OperationError): void {
    const link = this.links.known(peer);
    if (link) this.abandon(link, error);
  }

  dispose(error: OperationError): void {
    this.closed = true;
    for (const incoming of [...this.delayed]) incoming.settle();
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const link of this.links.all()) this.abandon(link, error);
    this.links.dispose();
    this.duplicates.dispose();
    this.wire.dispose();
  }

  private abandon(link: PeerLink, error: OperationError): void {
    const messages = [...link.waiting, ...link.pending.all()];
    this.disarm(link);
    link.waiting.length = 0;
    link.pending.clear();
    link.outstanding = 0;
    for (const message of messages) message.delivery.failed(error);
  }

  // -- sending

  private start(message: Confirmable): void {
    const { link } = message;
    message.messageId = link.nextMessageId();
    message.bytes = encodeDraft(MessageTypes.CON, message.messageId, message.draft);
    link.pending.add(message);
    if (message.counts) link.outstanding++;
    const now = this.ports.clock.now();
    message.firstSentAt = now;
    message.deadline = now + message.stallTimeout;
    this.drawTimeout(message, now);
    this.sendAttempt(message, now);
  }

  private sendAttempt(message: Confirmable, now: number): void {
    // Set before sending: an answer may come back within the call.
    this.awaitAnswer(message, now);
    this.transmit(message.link, message.bytes ?? NO_BYTES, message.attempt);
    message.delivery.transmitted(message.attempt);
  }

  /** One timer for all that a peer owes, set where it isn't already: most messages are answered long before. */
  private arm(link: PeerLink, due: number, now: number): void {
    if (link.timerAt <= due) return;
    link.timer?.cancel();
    link.timerAt = due;
    link.timer = this.ports.clock.after(millis(due - now), () => this.wake(link));
  }

  private disarm(link: PeerLink): void {
    link.timer?.cancel();
    link.timer = undefined;
    link.timerAt = Infinity;
  }

  private wake(link: PeerLink): void {
    this.disarm(link);
    const now = this.ports.clock.now();
    for (const message of link.pending.all()) {
      // What came before it may have ended it.
      if (message.due <= now && link.pending.get(message.messageId ?? -1) === message) {
        this.unanswered(message, now);
      }
    }
    for (const { due } of link.pending.all()) this.arm(link, due, now);
  }

  private unanswered(message: Confirmable, now: number): void {
    if (now >= message.deadline) {
      this.cancel(message);
      message.delivery.failed(this.noAnswer(message));
      return;
    }
    message.attempt++;
    const { firstTimeout, timeout } = message;
    message.timeout = Math.min(timeout * backOff(firstTimeout, timeout), MAX_RTO);
    this.sendAttempt(message, now);
  }

  /**
   * What waited for a handshake is under way from now on: its round trip and its patience are measured from here. A handshake takes seconds
   * where flights are lost; taken for round trips they would slow down every repetition of the transfer that follows.
   */
  private established(peer: Peer): void {
    const link = this.links.known(peer);
    if (!link) return;
    const now = this.ports.clock.now();
    for (const message of link.pending.all()) {
      message.attempt = 0;
      message.firstSentAt = now;
      message.deadline = now + message.stallTimeout;
      this.drawTimeout(message, now);
      this.awaitAnswer(message, now);
    }
  }

  private drawTimeout(message: Confirmable, now: number): void {
    const { roundTrip } = message.link;
    message.timeout = message.firstTimeout = dithered(roundTrip.timeout(now), this.ports.random.unit());
  }

  private awaitAnswer(message: Confirmable, now: number): void {
    message.due = Math.min(now + message.timeout, message.deadline);
    this.arm(message.link, message.due, now);
  }

  private noAnswer({ link, attempt, stallTimeout }: Confirmable): OperationError {
    return noAnswer(link.peer, stallTimeout, attempt + 1, link.fault);
  }

  private startNext(link: PeerLink): void {
    while (link.outstanding < this.nstart) {
      const next = link.waiting.shift();
      if (!next) return;
      this.start(next);
    }
  }

  private transmit(link: PeerLink, bytes: Uint8Array, repeat: number): void {
    if (this.closed) return;
    if (this.wire.hasListeners) this.tell('out', link.peer, bytes, repeat);
    this.channel.send(bytes, link.peer);
  }

  private answer(incoming: Datagram, bytes: Uint8Array): void {
    this.duplicates.answered(incoming.seen, bytes);
    this.transmit(incoming.link, bytes, 0);
  }

  // -- receiving

  /** Whoever listens above may fail; the socket, and all other peers with it, must not. */
  private readonly arrived = (received: Received): void => {
    try {
      this.receive(received);
    } catch (error) {
      this.log.log('error', `${received.peer.key}: a message was not worked off: ${errorText(error)}`);
    }
  };

  private receive({ bytes, peer }: Received): void {
    const result = decodeMessage(bytes);
    if (!result.ok) {
      if (this.wire.hasListeners) this.tell('in', peer, bytes, 0);
      this.log.log('debug', `${peer.key}: not a CoAP message: ${result.problem.message}`);
      // A confirmable message that can't be read is rejected (RFC 7252 §4.2); another version is not even that (§3).
      const confirmable = bytes.length >= 4 && (bytes[0] ?? 0) >> 4 === 0b0100;
      if (confirmable && result.problem.code === 'FORMAT') {
        const messageId = ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
        this.transmit(this.links.of(peer), encodeEmpty(MessageTypes.RST, messageId), 0);
      }
      return;
    }
    const message = result.value;
    const link = this.links.of(peer);
    link.fault = undefined;
    if (message.type === MessageTypes.ACK || message.type === MessageTypes.RST) {
      if (this.wire.hasListeners) this.tell('in', peer, bytes, 0);
      if (message.type === MessageTypes.ACK) this.acknowledged(link, message);
      else this.wasReset(link, message);
      return;
    }
    const earlier = this.duplicates.find(link.seen, message.messageId, bytes);
    if (this.wire.hasListeners) this.tell('in', peer, bytes, earlier ? 1 : 0);
    if (earlier) {
      // A duplicate of a non-confirmable message is ignored (RFC 7252 §4.5), unless it was rejected.
      if (earlier.reply !== undefined) this.transmit(link, earlier.reply, 1);
      return;
    }
    const confirmable = message.type === MessageTypes.CON;
    const seen = this.duplicates.note(link.seen, message.messageId, bytes, confirmable);
    this.dispatch(new Incoming(this, link, message, seen));
  }

  private dispatch(incoming: Datagram): void {
    const { code, type } = incoming.message;
    if (isRequest(code)) this.user.request(incoming);
    else if (isResponse(code)) {
      if (!this.user.response(incoming)) this.reject(incoming);
    } else if (type === MessageTypes.CON) this.reject(incoming); // a ping, or a class nobody knows
  }

  private acknowledged(link: PeerLink, ack: Message): void {
    const message = link.pending.get(ack.messageId);
    if (!message || (ack.code !== Codes.EMPTY && !answers(ack, message))) return;
    const now = this.ports.clock.now();
    link.roundTrip.measured(now - message.firstSentAt, message.attempt, now);
    // The response's receiver may send the next block from within: it must find this message's place free, but not be
    // overtaken by it, or one transfer would keep all others waiting.
    this.cancel(message);
    message.delivery.acknowledged(ack);
  }

  private wasReset(link: PeerLink, reset: Message): void {
    const message = link.pending.get(reset.messageId);
    if (message) {
      this.cancel(message);
      message.delivery.reset();
    } else this.user.reset(link.peer, reset.messageId);
  }

  private fault({ peer, error, lasting, message }: ChannelFault): void {
    this.log.log('debug', `${peer?.key ?? 'socket'}: ${errorText(error)}`);
    const link = peer && this.links.known(peer);
    if (!link) return;
    if (message) {
      const unsent = link.pending.all().find(({ bytes }) => bytes === message);
      if (!unsent) return;
      this.cancel(unsent);
      unsent.delivery.failed(isOperationError(error) ? error : unreachable(link.peer, error));
      return;
    }
    link.fault = error;
    if (lasting) this.abandon(link, unreachable(link.peer, error));
  }

  private tell(direction: 'in' | 'out', peer: Peer, bytes: Uint8Array, repeat: number): void {
    this.wire.fire({ at: this.ports.clock.wallTime(), direction, peer, bytes, repeat });
  }
}

/** Each field by name: to spread the draft would cost more than to encode it. */
const encodeDraft = (type: MessageType, messageId: MessageId, draft: Draft): Uint8Array =>
  encodeMessage({
    type,
    messageId,
    code: draft.code,
    token: draft.token,
    options: draft.options,
    payload: draft.payload,
  });

const PING: Draft = { code: Codes.EMPTY, token: NO_BYTES, options: [], payload: NO_BYTES };

/** Whether an acknowledgement carries the response to this very message. */
function answers(ack: Message, message: Confirmable): boolean {
  const { token } = message.draft;
  if (!isResponse(ack.code) || ack.token.length !== token.length) return false;
  for (let i = 0; i < token.length; i++) if (ack.token[i] !== token[i]) return false;
  return true;
}
