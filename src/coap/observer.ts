import { Emitter } from '../base/event';
import type { Peer } from '../transport/ports';
import type { BodyServer, Part, Wanted } from './bodyServer';
import { ByPeer } from './byPeer';
import { isSuccess } from './code';
import type { Observer, OutgoingResponse } from './exchange';
import type { Delivery } from './delivery';
import type { MessageId, Token } from './message';
import type { Messaging, Sending } from './messaging';
import { OptionNumbers, type CoapOption } from './option';
import type { ResourceKey } from './requestHead';
import { tokenKey, uintOption } from './optionValue';

/** Observers that strangers may establish; beyond it their requests are answered without observing. */
const MAX_OBSERVERS = 65_536;
/** An observer that is gone is noticed at least once a day (RFC 7641 §4.5). */
const CONFIRM_EVERY = 24 * 3600 * 1000;
/** MAX_TRANSMIT_WAIT (RFC 7252 §4.8.2). */
const NOTIFY_LIFETIME = 93_000;

type Outcome = 'acknowledged' | 'sent' | 'ended';

/** Who observes our resources (RFC 7641 §4), by peer and token. */
export class Observers {
  private readonly table = new ByPeer<string, ServerObserver>();

  constructor(
    readonly layer: Messaging,
    readonly bodies: BodyServer,
  ) {}

  /** A new observer in the place of an older one of the same peer and token; `undefined` where there are too many. */
  add(peer: Peer, token: Token, resource: ResourceKey): ServerObserver | undefined {
    // The token outlives its datagram here.
    // Its numbers go on: the peer takes lower ones for late (RFC 7641 §3.4).
    const before = this.table.get(peer, tokenKey(token))?.lastSequence;
    const observer = new ServerObserver(this, peer, token.slice(), resource, before);
    this.remove(peer, token);
    if (this.table.size >= MAX_OBSERVERS) return undefined;
    this.table.set(peer, observer.key, observer);
    return observer;
  }

  /** The peer deregistered it. */
  remove(peer: Peer, token: Token): void {
    this.table.get(peer, tokenKey(token))?.end();
  }

  /** The peer rejected one of our messages: if it was a notification, its observer is gone. */
  reset(peer: Peer, messageId: MessageId): void {
    for (const observer of this.table.of(peer)) {
      if (observer.lastMessageId === messageId) observer.end();
    }
  }

  forget(peer: Peer): void {
    for (const observer of this.table.of(peer)) observer.end();
  }

  dispose(): void {
    for (const observer of this.table.all()) observer.end();
  }

  dropped(observer: ServerObserver): void {
    if (this.table.get(observer.peer, observer.key) === observer) {
      this.table.delete(observer.peer, observer.key);
    }
  }
}

/** A peer that observes one of our resources. */
export class ServerObserver implements Observer {
  readonly key: string;
  /** Of the last non-confirmable notification: a reset names it. */
  lastMessageId: MessageId | undefined;
  private readonly ends = new Emitter<void>();
  readonly onEnd = this.ends.event;
  private confirmedAt: number;
  private ended = false;
  private busy: Promise<Outcome> | undefined;
  private newest: { response: OutgoingResponse; confirmable: boolean } | undefined;
  private afterBusy: Promise<Outcome> | undefined;
  private sending: { readonly message: Sending; readonly done: (outcome: Outcome) => void } | undefined;

  constructor(
    private readonly owner: Observers,
    readonly peer: Peer,
    private readonly token: Token,
    private readonly resource: ResourceKey,
    private sequence = 0,
  ) {
    this.key = tokenKey(token);
    this.confirmedAt = owner.layer.ports.clock.now();
  }

  /** The number of the last message; 0 before the first. */
  get lastSequence(): number {
    return this.sequence;
  }

  /** The Observe option of the next message: rising, so that a late older one is recognised. */
  nextSequence(): CoapOption {
    this.sequence = (this.sequence + 1) & 0xffffff;
    return uintOption(OptionNumbers.OBSERVE, this.sequence);
  }

  /** While a notification is not acknowledged only the newest of those that follow is kept; all of them end as it does (RFC 7641 §4.5.2). */
  notify(response: OutgoingResponse, settings: { readonly confirmable?: boolean } = {}): Promise<Outcome> {
    if (this.ended) return Promise.resolve('ended');
    const next = { response, confirmable: settings.confirmable ?? true };
    if (!this.busy) return this.sendTracked(next);
    this.newest = next;
    return (this.afterBusy ??= this.busy.then(() => {
      const { newest } = this;
      this.afterBusy = undefined;
      this.newest = undefined;
      return this.ended || !newest ? 'ended' : this.sendTracked(newest);
    }));
  }

  dispose(): void {
    this.end();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.owner.dropped(this);
    const { sending } = this;
    this.sending = undefined;
    if (sending) {
      this.owner.layer.cancel(sending.message);
      sending.done('ended');
    }
    this.ends.fire();
    this.ends.dispose();
  }

  private sendTracked(next: { response: OutgoingResponse; confirmable: boolean }): Promise<Outcome> {
    const sent = this.send(next.response, next.confirmable).finally(() => {
      this.busy = undefined;
    });
    this.busy = sent;
    return sent;
  }

  private async send(response: OutgoingResponse, confirmable: boolean): Promise<Outcome> {
    const wanted: Wanted = { key: this.resource, block: undefined, size: false };
    const part = await this.owner.bodies.begin(this.peer, response, wanted);
    if (this.ended) return 'ended';
    const outcome = await this.deliver(part, confirmable);
    if (!isSuccess(response.code)) this.end();
    return outcome;
  }

  private deliver(part: Part, confirmable: boolean): Outcome | Promise<Outcome> {
    const { layer } = this.owner;
    const now = layer.ports.clock.now();
    const options = isSuccess(part.code) ? [...part.options, this.nextSequence()] : part.options;
    const draft = { code: part.code, token: this.token, options, payload: part.payload };
    // What goes through a connection arrives or ends it: nothing is acknowledged (RFC 8323 §7.2).
    if (layer.reliable || (!confirmable && now - this.confirmedAt < CONFIRM_EVERY)) {
      this.lastMessageId = layer.sendNonConfirmable(this.peer, draft);
      return 'sent';
    }
    this.confirmedAt = now;
    return new Promise((resolve) => {
      const done = (outcome: Outcome) => {
        this.sending = undefined;
        resolve(outcome);
      };
      const delivery: Delivery = {
        transmitted: () => undefined,
        acknowledged: () => done('acknowledged'),
        reset: () => this.end(),
        failed: () => this.end(),
      };
      this.sending = { message: layer.sendConfirmable(this.peer, draft, NOTIFY_LIFETIME, delivery), done };
    });
  }
}
