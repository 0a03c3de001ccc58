import { Emitter } from '../base/event';
import { OperationError, errorText } from '../base/errors';
import type { Disposable } from '../base/disposable';
import type { Peer } from '../transport/ports';
import { BlockwiseRequest, type RequestContext } from './blockwiseRequest';
import { ByPeer } from './byPeer';
import { isSuccess } from './code';
import type { CoapRequest, CoapResponse, Notification, Observation, RequestSettings } from './exchange';
import type { Incoming } from './incoming';
import type { Message, Token } from './message';
import { OptionNumbers } from './option';
import { findBlock, findUint, tokenKey } from './optionValue';
import { toResponse } from './responseReader';

/** More resources than one process observes; beyond it an observation is not granted. */
const MAX_OBSERVATIONS = 100_000;
/** Notifications kept for an owner that has not subscribed yet. */
const MAX_EARLY = 16;
/** After this long a notification is newer whatever its number says (RFC 7641 §3.4). */
const ORDER_LIFETIME = 128_000;

/** The resources of peers that are observed (RFC 7641 §3), by peer and token. */
export class Observations {
  private readonly table = new ByPeer<string, ObservedResource>();

  constructor(private readonly context: RequestContext) {}

  /** Whether a token is in use towards a peer. */
  has(peer: Peer, token: Token): boolean {
    return this.table.size > 0 && this.table.get(peer, tokenKey(token)) !== undefined;
  }

  async observe(
    peer: Peer,
    request: CoapRequest,
    settings: RequestSettings,
  ): Promise<{ response: CoapResponse; observation: Observation | undefined }> {
    const token = this.context.newToken(peer);
    let observed: ObservedResource | undefined;
    const onAnswer = (message: Message) => {
      const sequence = findUint(message.options, OptionNumbers.OBSERVE);
      if (sequence === undefined || !isSuccess(message.code)) return;
      if (this.table.size >= MAX_OBSERVATIONS) {
        const text = `${peer.key}: not observed, there are ${MAX_OBSERVATIONS} observations already`;
        return this.context.layer.log.log('warn', text);
      }
      observed = new ObservedResource(this, this.context, peer, request, token, sequence);
      this.table.set(peer, observed.key, observed);
    };
    try {
      const observing = { register: true, token, onAnswer };
      const response = await new BlockwiseRequest(this.context, peer, request, settings, observing).run();
      observed?.begin(response);
      return { response, observation: observed };
    } catch (error) {
      observed?.dispose();
      throw error;
    }
  }

  /** Takes a notification; false where nothing with its token is observed. */
  response(incoming: Incoming): boolean {
    const observed = this.table.get(incoming.peer, tokenKey(incoming.message.token));
    if (!observed) return false;
    incoming.acknowledge();
    observed.notified(incoming.message);
    return true;
  }

  remove(observed: ObservedResource): void {
    if (this.table.get(observed.peer, observed.key) === observed) {
      this.table.delete(observed.peer, observed.key);
    }
  }

  forget(peer: Peer): void {
    for (const observed of this.table.of(peer)) observed.end('forgotten');
  }

  dispose(): void {
    for (const observed of this.table.all()) observed.end('forgotten');
  }
}

type EndReason = 'cancelled' | 'refused' | 'forgotten';

/** One observation that a peer granted. */
class ObservedResource implements Observation {
  readonly key: string;
  private readonly notifications = new Emitter<Notification>();
  private readonly ends = new Emitter<{ readonly reason: EndReason }>();
  readonly onEnd = this.ends.event;
  private early: Notification[] | undefined = [];
  private answer: CoapResponse | undefined;
  private sequenceAt: number;
  /** The rest of a long notification, being fetched. */
  private fetching: BlockwiseRequest | undefined;
  private ended = false;

  constructor(
    private readonly owner: Observations,
    private readonly context: RequestContext,
    readonly peer: Peer,
    private readonly request: CoapRequest,
    private readonly token: Token,
    private sequence: number,
  ) {
    this.key = tokenKey(token);
    this.sequenceAt = context.layer.ports.clock.now();
  }

  get first(): CoapResponse {
    if (!this.answer) throw new OperationError('ABORTED', 'the observation has no answer yet');
    return this.answer;
  }

  /** The first answer is complete. */
  begin(first: CoapResponse): void {
    this.answer = first;
  }

  /** What came before anybody listened is told to the first listener. */
  readonly onNotification = (listener: (value: Notification) => void): Disposable => {
    const subscription = this.notifications.event(listener);
    const early = this.early;
    this.early = undefined;
    for (const notification of early ?? []) this.notifications.fire(notification);
    return subscription;
  };

  notified(message: Message): void {
    const sequence = findUint(message.options, OptionNumbers.OBSERVE);
    if (sequence === undefined || !isSuccess(message.code)) {
      // Without the option, or as an error, it is the last one (RFC 7641 §4.2, §3.2).
      this.supersede();
      this.tell(toResponse(message, message.payload));
      this.end('refused');
      return;
    }
    const now = this.context.layer.ports.clock.now();
    const { reliable } = this.context.layer;
    // A connection keeps the order, and the number says nothing (RFC 8323 §7.1).
    if (!reliable && !isFresher(sequence, now, this.sequence, this.sequenceAt)) return;
    this.sequence = sequence;
    this.sequenceAt = now;
    this.supersede();
    if (findBlock(message.options, OptionNumbers.BLOCK2, reliable)?.more) void this.fetchRest(message);
    else this.tell(toResponse(message, message.payload));
  }

  async cancel(settings: RequestSettings = {}): Promise<CoapResponse> {
    const observing = { register: false, token: this.token };
    try {
      return await new BlockwiseRequest(this.context, this.peer, this.request, settings, observing).run();
    } finally {
      this.end('cancelled');
    }
  }

  dispose(): void {
    const { reliable, log } = this.context.layer;
    // No reset can end it in a connection: the peer has to be asked (RFC 8323 §7.4).
    if (!reliable || this.ended) return this.end('cancelled');
    this.cancel().catch((error: unknown) =>
      log.log('debug', `${this.peer.key}: not deregistered: ${errorText(error)}`),
    );
    this.end('cancelled');
  }

  end(reason: EndReason): void {
    if (this.ended) return;
    this.ended = true;
    this.owner.remove(this);
    this.supersede();
    this.ends.fire({ reason });
    this.notifications.dispose();
    this.ends.dispose();
  }

  private async fetchRest(first: Message): Promise<void> {
    const fetch = new BlockwiseRequest(this.context, this.peer, this.request, {});
    this.fetching = fetch;
    try {
      const response = await fetch.complete(first);
      if (this.fetching !== fetch) return;
      this.fetching = undefined;
      this.tell({ ...response, observe: this.sequence });
    } catch (error) {
      // A newer notification says more; without one, the next will.
      if (this.fetching !== fetch) return;
      this.fetching = undefined;
      const path = this.request.path.join('/');
      this.context.layer.log.log(
        'warn',
        `${this.peer.key}: a long notification of /${path} could not be fetched: ${errorText(error)}`,
      );
    }
  }

  /** A newer notification makes the rest of an older one worthless. */
  private supersede(): void {
    const fetching = this.fetching;
    this.fetching = undefined;
    fetching?.fail(new OperationError('ABORTED', 'a newer notification came'));
  }

  private tell(response: CoapResponse): void {
    const notification = { response, at: this.context.layer.ports.clock.wallTime() };
    if (!this.early) return this.notifications.fire(notification);
    this.early.push(notification);
    if (this.early.length > MAX_EARLY) this.early.shift();
  }
}

/**
 * Whether a notification is newer than the last: 24-bit serial numbers, or 128 s between them (RFC 7641 §3.4). The same
 * number is taken too: it can't be an older one, and duplicates are known by their message ID. Observed: Leshan 2.0.0-M18
 * repeats it under new message IDs for as long as a value stays the same (pmax).
 */
export function isFresher(sequence: number, now: number, last: number, lastAt: number): boolean {
  const ahead = (sequence - last) & 0xffffff;
  return ahead < 0x800000 || now > lastAt + ORDER_LIFETIME;
}
