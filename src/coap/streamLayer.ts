import { NO_BYTES } from '../base/bytes';
import { millis, seconds, type Duration, type Timer } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { OperationError, errorText, isOperationError } from '../base/errors';
import { Emitter } from '../base/event';
import { NO_LOG, type Logger } from '../base/log';
import type { Channel, ChannelFault, Peer, Received } from '../transport/ports';
import { Codes, isRequest, isResponse } from './code';
import type { Delivery, Draft } from './delivery';
import type { EndpointPorts } from './endpoint';
import type { Szx, WireMessage } from './exchange';
import { Incoming } from './incoming';
import { MessageTypes, type Message, type MessageId, type MessageType } from './message';
import type { Capacity, MessageUser, Messaging, Sending } from './messaging';
import { noAnswer, unreachable } from './noAnswer';
import { OptionNumbers } from './option';
import { uintOption } from './optionValue';
import { protocolError } from './responseReader';
import * as signals from './signal';
import { OUR_MESSAGE_SIZE, UNTOLD, streamCapacity } from './streamCapacity';
import { StreamLink, StreamRequest } from './streamLink';
import { decodeStreamMessage, encodeStreamMessage, type StreamMessage } from './streamMessage';

/** How long a peer may take for its capabilities: one that connected, and one that has to be connected to first. */
const INTRODUCTION_OF_CALLER = seconds(30);
const INTRODUCTION_OF_CALLED = seconds(120);
/** Requests of one peer that are worked on at once; beyond it they are refused. */
const MAX_SERVING = 256;

/** A message that arrived in a stream. */
type Arrived = Incoming<StreamLink, undefined>;

/**
 * Messages over a reliable channel (RFC 8323): framed in one stream a connection, whose order and repetition is the
 * channel's work. What is left is who may send what (capabilities), whether the other side lives, and its end.
 */
export class StreamLayer implements Messaging {
  readonly reliable = true;
  readonly log: Logger;
  private readonly wire = new Emitter<WireMessage>();
  readonly onWire = this.wire.event;
  private readonly links = new Map<string, StreamLink>();
  private readonly subscriptions: readonly Disposable[];
  private closed = false;

  constructor(
    readonly channel: Channel,
    readonly ports: EndpointPorts,
    /** Requests outstanding with one peer at once. */
    private readonly concurrency: number,
    private readonly user: MessageUser,
  ) {
    this.log = ports.log ?? NO_LOG;
    this.subscriptions = [channel.onMessage(this.arrived), channel.onFault((f) => this.fault(f))];
  }

  /** Before a peer has told more, what RFC 8323 §5.3.1 has it take. */
  capacity(peer: Peer, szx: Szx): Capacity {
    const { maxMessageSize, blockwise } = this.links.get(peer.key) ?? UNTOLD;
    return streamCapacity(szx, maxMessageSize, blockwise);
  }

  sendConfirmable(peer: Peer, draft: Draft, stallTimeout: number, delivery: Delivery): StreamRequest {
    const link = this.linkTo(peer, INTRODUCTION_OF_CALLED);
    const request = new StreamRequest(link, draft, stallTimeout, delivery);
    if (this.closed) return request;
    if (link.refusal) delivery.failed(link.refusal);
    else if (link.pending.size >= this.concurrency || link.waiting.length > 0) link.waiting.push(request);
    else this.start(request);
    return request;
  }

  sendNonConfirmable(peer: Peer, draft: Draft): MessageId {
    this.say(this.linkTo(peer, INTRODUCTION_OF_CALLED), draft);
    return 0;
  }

  cancel(message: Sending): void {
    if (!(message instanceof StreamRequest)) return;
    const { link } = message;
    link.remove(message);
    // Not at once: who ends several of a peer's requests in one go must not see those that wait go out.
    if (link.waiting.length > 0 || link.refusal) void Promise.resolve().then(() => this.goOn(link));
  }

  repeat(): void {
    // The channel repeats what was lost.
  }

  ping(peer: Peer, stallTimeout: number, delivery: Delivery): StreamRequest {
    const link = this.linkTo(peer, INTRODUCTION_OF_CALLED);
    const request = new StreamRequest(link, signals.ping(), stallTimeout, delivery);
    if (this.closed) return request;
    if (link.ended && link.refusal) delivery.failed(link.refusal);
    else {
      link.pings.add(request);
      this.send(request);
    }
    return request;
  }

  forget(peer: Peer, error: OperationError): void {
    const link = this.links.get(peer.key);
    if (!link) return;
    for (const { delivery } of link.takeAll()) delivery.failed(error);
    this.goOn(link);
  }

  dispose(error: OperationError): void {
    for (const link of this.links.values()) if (!link.ended) this.say(link, signals.release());
    this.closed = true;
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const link of this.links.values())
      for (const { delivery } of link.end(error)) delivery.failed(error);
    this.links.clear();
    this.wire.dispose();
  }

  // -- what a message that arrived asks for

  /** What came in a stream is known to have come. */
  acknowledge(): void {
    // Nothing to be said.
  }

  /** There are no resets: an unwanted notification is ended by asking the peer (RFC 8323 §7.4). */
  reject(incoming: Arrived): void {
    this.log.log('debug', `${incoming.peer.key}: a response that nobody waits for`);
  }

  respond(incoming: Arrived, _type: MessageType, draft: Draft): void {
    const { link } = incoming;
    if (link.ended) return;
    if (!this.say(link, draft)) this.say(link, { ...draft, code: Codes.INTERNAL_SERVER_ERROR, ...NOTHING });
    for (const token of link.answered(incoming)) this.say(link, signals.pong(token, true));
    this.goOn(link);
  }

  delay(_incoming: Arrived, _delay: Duration): Timer {
    return NO_TIMER;
  }

  settled(): void {
    // There was no timer.
  }

  /** Nobody will repeat it: it comes out of step. */
  forgetSeen(incoming: Arrived): void {
    incoming.respond(Codes.REQUEST_ENTITY_INCOMPLETE, []);
  }

  // -- sending

  /** The connection of a peer. Ours are the first words on it, whoever began it (RFC 8323 §3.3). */
  private linkTo(peer: Peer, introduction: Duration): StreamLink {
    let link = this.links.get(peer.key);
    if (link || this.closed) return link ?? new StreamLink(peer);
    const made = (link = new StreamLink(peer));
    this.links.set(peer.key, link);
    link.introduction = this.ports.clock.after(introduction, () =>
      this.abort(made, { why: 'no capabilities came', badCsmOption: undefined }),
    );
    this.say(link, signals.capabilities(OUR_MESSAGE_SIZE));
    return link;
  }

  private start(request: StreamRequest): void {
    request.link.pending.add(request);
    this.send(request);
  }

  private send(request: StreamRequest): void {
    const { link, stallTimeout, delivery, message } = request;
    request.stall = this.ports.clock.after(millis(stallTimeout), () => {
      this.cancel(request);
      delivery.failed(noAnswer(link.peer, stallTimeout, 1));
    });
    if (this.say(link, message)) return delivery.transmitted(0);
    this.cancel(request);
    delivery.failed(tooLarge(link));
  }

  /** Sends a message, where the peer takes one of its size. */
  private say(link: StreamLink, message: StreamMessage): boolean {
    if (this.closed || link.ended) return true;
    const bytes = encodeStreamMessage(message);
    if (bytes.length > link.maxMessageSize) {
      const limit = `${bytes.length} bytes, the peer takes ${link.maxMessageSize}`;
      this.log.log('warn', `${link.peer.key}: a message was not sent: ${limit}`);
      return false;
    }
    this.tell('out', link.peer, bytes);
    this.channel.send(bytes, link.peer);
    return true;
  }

  /** Sends what waited for its turn, or ends the connection where the peer asked for it and nothing is left to do. */
  private goOn(link: StreamLink): void {
    if (link.ended) return;
    if (link.refusal) {
      if (link.settled) this.disconnect(link, link.refusal);
      return;
    }
    while (link.pending.size < this.concurrency) {
      const next = link.waiting.shift();
      if (!next) return;
      this.start(next);
    }
  }

  // -- the end of a connection

  private abort(link: StreamLink, bad: signals.BadSignal): void {
    if (link.ended) return;
    this.log.log('warn', `${link.peer.key}: connection aborted: ${bad.why}`);
    this.say(link, signals.abort(bad));
    this.disconnect(link, protocolError(link.peer, bad.why));
  }

  /** Known until the channel tells its end: what still comes is not listened to. */
  private disconnect(link: StreamLink, error: OperationError): void {
    this.end(link, error);
    this.channel.disconnect?.(link.peer);
  }

  private end(link: StreamLink, error: OperationError): void {
    for (const { delivery } of link.end(error)) delivery.failed(error);
    this.user.ended(link.peer, error);
  }

  private fault({ peer, error, lasting = false }: ChannelFault): void {
    this.log.log('debug', `${peer?.key ?? 'socket'}: ${errorText(error)}`);
    const link = peer && this.links.get(peer.key);
    if (!link || !lasting) return;
    this.links.delete(peer.key);
    if (!link.ended) this.end(link, isOperationError(error) ? error : unreachable(peer, error));
  }

  // -- receiving

  private readonly arrived = ({ bytes, peer }: Received): void => {
    const link = this.linkTo(peer, INTRODUCTION_OF_CALLER);
    if (link.ended) return;
    const problem = link.reassembly.push(bytes, (message) => {
      this.guarded(link, message);
      return !link.ended;
    });
    if (!problem) return;
    const why = problem.code === 'TOO_LARGE' ? 'Message too large' : problem.message;
    this.abort(link, { why, badCsmOption: undefined });
  };

  /** Whoever listens above may fail; the messages that follow, and all other peers with them, must not. */
  private guarded(link: StreamLink, bytes: Uint8Array): void {
    try {
      this.receive(link, bytes);
    } catch (error) {
      this.log.log('error', `${link.peer.key}: a message was not worked off: ${errorText(error)}`);
    }
  }

  private receive(link: StreamLink, bytes: Uint8Array): void {
    this.tell('in', link.peer, bytes);
    const result = decodeStreamMessage(bytes);
    if (!result.ok) return this.abort(link, { why: result.problem.message, badCsmOption: undefined });
    const { code, token, options, payload } = result.value;
    // Padding, or a sign of life (RFC 8323 §3.4).
    if (code === Codes.EMPTY) return;
    if (!link.introduced && code !== Codes.CSM && code !== Codes.ABORT) {
      return this.abort(link, { why: 'the first message has to be a CSM', badCsmOption: undefined });
    }
    if (signals.isSignal(code)) return this.signal(link, result.value);
    const message: Message = { type: MessageTypes.CON, code, messageId: 0, token, options, payload };
    const incoming = new Incoming(this, link, message, undefined);
    if (isRequest(code)) this.request(link, incoming);
    else if (isResponse(code)) {
      if (!this.user.response(incoming)) incoming.reject();
    } else this.log.log('debug', `${link.peer.key}: a message of a class nobody knows`);
  }

  private request(link: StreamLink, incoming: Arrived): void {
    const room = link.serving < MAX_SERVING;
    link.asked(incoming);
    if (room) this.user.request(incoming);
    else incoming.respond(Codes.SERVICE_UNAVAILABLE, [uintOption(OptionNumbers.MAX_AGE, 5)]);
  }

  private signal(link: StreamLink, message: StreamMessage): void {
    const signal = signals.readSignal(message);
    if (signals.isBadSignal(signal)) return this.abort(link, signal);
    switch (signal.kind) {
      case 'csm':
        return link.learn(signal);
      case 'ping': {
        const custody = signal.custody ? link.takeCustody(signal.token) : 'refused';
        if (custody !== 'waits') this.say(link, signals.pong(signal.token, custody === 'done'));
        return;
      }
      case 'pong': {
        // Ours have no token.
        const [asked] = link.pings;
        if (!asked || signal.token.length > 0) return;
        link.remove(asked);
        return asked.delivery.acknowledged({ ...message, type: MessageTypes.ACK, messageId: 0 });
      }
      case 'release':
        return this.released(link, signal);
      case 'abort':
        return this.disconnect(link, aborted(link.peer, signal));
      case 'unknown':
        this.log.log('debug', `${link.peer.key}: a signal nobody knows`);
    }
  }

  /** What was begun is finished, nothing new begins (RFC 8323 §5.5). */
  private released(link: StreamLink, signal: signals.ReleaseSignal): void {
    link.refusal = released(link.peer, signal);
    this.log.log('info', link.refusal.message);
    for (const waiting of [...link.waiting]) {
      link.remove(waiting);
      waiting.delivery.failed(link.refusal);
    }
    this.goOn(link);
  }

  private tell(direction: 'in' | 'out', peer: Peer, bytes: Uint8Array): void {
    if (!this.wire.hasListeners) return;
    this.wire.fire({ at: this.ports.clock.wallTime(), direction, peer, bytes, repeat: 0 });
  }
}

const NO_TIMER: Timer = { cancel: () => undefined };
const NOTHING = { options: [], payload: NO_BYTES };

const tooLarge = ({ peer, maxMessageSize }: StreamLink): OperationError =>
  new OperationError('BODY_TOO_LARGE', `${peer.key} takes messages of ${maxMessageSize} bytes at most`, {
    next: 'Ask for less at once: paths, queries and options are in each message.',
    details: { peer: peer.key, limit: maxMessageSize },
  });

/** The peer's own words, or those given. */
const saying = (diagnostic: string, instead: string): string =>
  diagnostic === '' ? instead : `"${diagnostic}"`;

const aborted = (peer: Peer, { badCsmOption, diagnostic }: signals.AbortSignalMessage): OperationError => {
  const option = badCsmOption === undefined ? '' : ` over option ${badCsmOption} of our capabilities`;
  return new OperationError(
    'CONNECTION_CLOSED',
    `${peer.key} aborted the connection${option}: ${saying(diagnostic, 'it does not say why')}`,
    { next: "The log's wire messages show what came before.", details: { peer: peer.key } },
  );
};

const released = (peer: Peer, signal: signals.ReleaseSignal): OperationError => {
  const { alternatives, holdOff, diagnostic } = signal;
  const elsewhere =
    alternatives.length > 0 ? `; it can be reached at ${alternatives.slice(0, 4).join(', ')}` : '';
  const later = holdOff === undefined ? '' : `; not again within ${holdOff} s`;
  return new OperationError(
    'CONNECTION_CLOSED',
    `${peer.key} ends the connection: ${saying(diagnostic, 'it was released')}${elsewhere}${later}`,
    {
      next: 'It is made anew when the device connects again.',
      details: { peer: peer.key, holdOff, unsent: true },
    },
  );
};
