import { millis, type Timer } from '../base/clock';
import { OperationError } from '../base/errors';
import type { Peer } from '../transport/ports';
import { Codes } from './code';
import type { Delivery, Draft } from './delivery';
import type { Incoming } from './incoming';
import type { Message, Token } from './message';
import type { Messaging, Sending } from './messaging';
import { noAnswer } from './noAnswer';

/** Who sends request messages, one after another, and waits for the answer to each. */
export interface ExchangeUser {
  readonly confirmable: boolean;
  /** Milliseconds. */
  readonly stallTimeout: number;
  /** The message goes out; `attempt` 0 is the first time. */
  transmitted(attempt: number): void;
  /** The peer has it, its answer comes later. */
  acknowledged(): void;
  /** Of this and `failed` one is called, once for each message. */
  answered(response: Message): void;
  failed(error: OperationError): void;
}

/**
 * One request message and its one response (RFC 7252 §5.2). A blockwise transfer is a row of these.
 * It fails with `TIMEOUT` after a stall time without a sign of life: an acknowledgement is one, and starts the wait for a
 * separate response anew.
 */
export class Exchange implements Delivery {
  /** The next of those whose tokens end alike. */
  next: Exchange | undefined;
  private message: Sending | undefined;
  private stall: Timer | undefined;
  private sent = 0;

  constructor(
    private readonly exchanges: Exchanges,
    readonly peer: Peer,
    /** The token, as a number. */
    readonly key: number,
    private readonly user: ExchangeUser,
  ) {}

  send(layer: Messaging, draft: Draft): void {
    if (this.user.confirmable) {
      this.message = layer.sendConfirmable(this.peer, draft, this.user.stallTimeout, this);
    } else {
      layer.sendNonConfirmable(this.peer, draft);
      this.transmitted(0);
      this.await(layer);
    }
  }

  transmitted(attempt: number): void {
    this.sent = attempt + 1;
    this.user.transmitted(attempt);
  }

  acknowledged(ack: Message): void {
    if (ack.code !== Codes.EMPTY) return this.answered(ack);
    this.await(this.exchanges.layer);
    this.user.acknowledged();
  }

  reset(): void {
    this.failed(
      new OperationError('RESET', `${this.peer.key} rejected the request (reset)`, {
        next: 'The device lost its state or serves no CoAP here; let it register again.',
        details: { peer: this.peer.key },
      }),
    );
  }

  failed(error: OperationError): void {
    if (this.end()) this.user.failed(error);
  }

  answered(response: Message): void {
    if (this.end()) this.user.answered(response);
  }

  private await(layer: Messaging): void {
    const { stallTimeout } = this.user;
    this.stall?.cancel();
    this.stall = layer.ports.clock.after(millis(stallTimeout), () =>
      this.failed(noAnswer(this.peer, stallTimeout, this.sent)),
    );
  }

  /** Whether it had not ended before. */
  private end(): boolean {
    if (this.message) this.exchanges.layer.cancel(this.message);
    this.stall?.cancel();
    return this.exchanges.ended(this);
  }
}

const LEAST_ROWS = 64;

/**
 * The requests that wait for an answer, by token; tokens are unique to the endpoint, and an answer must come from the
 * peer asked. Rows linked through their members, for the reason told at `LinkedList`.
 */
export class Exchanges {
  private rows: (Exchange | undefined)[] = emptyRows(LEAST_ROWS);
  private count = 0;

  constructor(readonly layer: Messaging) {}

  start(peer: Peer, draft: Draft, user: ExchangeUser): Exchange {
    const exchange = new Exchange(this, peer, tokenNumber(draft.token), user);
    if (++this.count > this.rows.length) this.grow();
    this.put(exchange);
    exchange.send(this.layer, draft);
    return exchange;
  }

  /** Whether a token is in use. */
  has(token: Token): boolean {
    return this.waitingFor(token) !== undefined;
  }

  /** Takes a response that came in a message of its own; false where nobody waits for it. */
  response(incoming: Incoming): boolean {
    const exchange = this.waitingFor(incoming.message.token);
    if (exchange?.peer.key !== incoming.peer.key) return false;
    // Before the answer is told: the receiver may send at once, and an acknowledgement must not come later than that.
    incoming.acknowledge();
    exchange.answered(incoming.message);
    return true;
  }

  /** Whether it was waiting until now. */
  ended(exchange: Exchange): boolean {
    const row = exchange.key & (this.rows.length - 1);
    let before: Exchange | undefined;
    for (let at = this.rows[row]; at; at = at.next) {
      if (at === exchange) {
        if (before) before.next = exchange.next;
        else this.rows[row] = exchange.next;
        exchange.next = undefined;
        this.count--;
        return true;
      }
      before = at;
    }
    return false;
  }

  private waitingFor(token: Token): Exchange | undefined {
    if (token.length !== TOKEN_LENGTH) return undefined;
    const key = tokenNumber(token);
    for (let at = this.rows[key & (this.rows.length - 1)]; at; at = at.next) if (at.key === key) return at;
    return undefined;
  }

  private put(exchange: Exchange): void {
    const row = exchange.key & (this.rows.length - 1);
    exchange.next = this.rows[row];
    this.rows[row] = exchange;
  }

  private grow(): void {
    const before = this.rows;
    this.rows = emptyRows(2 * before.length);
    for (const first of before) {
      for (let at = first; at;) {
        const { next } = at;
        this.put(at);
        at = next;
      }
    }
  }
}

/** Of the tokens we make: 32 bits, as RFC 7252 §5.3.1 asks for where nothing else guards against forged responses. */
export const TOKEN_LENGTH = 4;

const tokenNumber = (token: Token): number =>
  ((token[0] ?? 0) << 24) | ((token[1] ?? 0) << 16) | ((token[2] ?? 0) << 8) | (token[3] ?? 0);

const emptyRows = (length: number): (Exchange | undefined)[] =>
  new Array<Exchange | undefined>(length).fill(undefined);
