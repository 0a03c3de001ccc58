import { millis, type Timer } from '../base/clock';
import { OperationError } from '../base/errors';
import type { Peer } from '../transport/ports';
import { Codes } from './code';
import type { Delivery, Draft } from './delivery';
import type { RequestSettings } from './exchange';
import type { Incoming } from './incoming';
import type { Message } from './message';
import { noAnswer, type MessageLayer } from './messageLayer';
import { tokenKey } from './optionValue';
import type { Confirmable } from './peerLink';

/** How one request message is carried; the stall time in milliseconds. */
export interface ExchangeSettings extends Pick<RequestSettings, 'onAcknowledged' | 'onTransmit'> {
  readonly confirmable: boolean;
  readonly stallTimeout: number;
}

/**
 * One request message and its one response (RFC 7252 §5.2). A blockwise transfer is a row of these.
 * It fails with `TIMEOUT` after a stall time without a sign of life: an acknowledgement is one, and starts the wait for a
 * separate response anew.
 */
export class Exchange implements Delivery {
  readonly response: Promise<Message>;
  private resolve: (message: Message) => void = () => undefined;
  private rejectWith: (error: OperationError) => void = () => undefined;
  private message: Confirmable | undefined;
  private stall: Timer | undefined;
  private sent = 0;

  constructor(
    private readonly exchanges: Exchanges,
    readonly peer: Peer,
    readonly key: string,
    private readonly settings: ExchangeSettings,
  ) {
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.rejectWith = reject;
    });
  }

  send(layer: MessageLayer, draft: Draft): void {
    if (this.settings.confirmable) {
      this.message = layer.sendConfirmable(this.peer, draft, this.settings.stallTimeout, this);
    } else {
      layer.sendNonConfirmable(this.peer, draft);
      this.transmitted(0);
      this.await(layer);
    }
  }

  transmitted(attempt: number): void {
    this.sent = attempt + 1;
    this.settings.onTransmit?.(attempt);
  }

  acknowledged(ack: Message): void {
    if (ack.code !== Codes.EMPTY) return this.answered(ack);
    this.await(this.exchanges.layer);
    this.settings.onAcknowledged?.();
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
    this.end();
    this.rejectWith(error);
  }

  answered(response: Message): void {
    this.end();
    this.resolve(response);
  }

  private await(layer: MessageLayer): void {
    const { stallTimeout } = this.settings;
    this.stall?.cancel();
    this.stall = layer.ports.clock.after(millis(stallTimeout), () =>
      this.failed(noAnswer(this.peer, stallTimeout, this.sent)),
    );
  }

  private end(): void {
    if (this.message) this.exchanges.layer.cancel(this.message);
    this.stall?.cancel();
    this.exchanges.ended(this);
  }
}

/** The requests that wait for an answer, by token; tokens are unique to the endpoint, and an answer must come from the peer asked. */
export class Exchanges {
  private readonly waiting = new Map<string, Exchange>();

  constructor(readonly layer: MessageLayer) {}

  start(peer: Peer, draft: Draft, settings: ExchangeSettings): Exchange {
    const exchange = new Exchange(this, peer, tokenKey(draft.token), settings);
    this.waiting.set(exchange.key, exchange);
    exchange.send(this.layer, draft);
    return exchange;
  }

  /** Whether a token is in use. */
  has(key: string): boolean {
    return this.waiting.has(key);
  }

  /** Takes a response that came in a message of its own; false where nobody waits for it. */
  response(incoming: Incoming): boolean {
    const exchange = this.waiting.get(tokenKey(incoming.message.token));
    if (exchange?.peer.key !== incoming.peer.key) return false;
    // Before the answer is told: the receiver may send at once, and an acknowledgement must not come later than that.
    incoming.acknowledge();
    exchange.answered(incoming.message);
    return true;
  }

  ended(exchange: Exchange): void {
    if (this.waiting.get(exchange.key) === exchange) this.waiting.delete(exchange.key);
  }
}
