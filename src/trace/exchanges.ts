import type { Code } from '../coap/code';
import type { LwM2mPath } from '../objects/path';

/** A request that was seen, for the responses to it. */
export interface SeenRequest {
  readonly at: number;
  readonly method: Code;
  readonly path: string;
  readonly base: LwM2mPath | undefined;
  readonly name?: string;
  readonly endpoint?: string;
  answered: boolean;
}

/** What an acknowledgement or a reset is for. */
export interface SeenMessage {
  readonly at: number;
  readonly token: string;
  readonly request: SeenRequest | undefined;
}

/** EXCHANGE_LIFETIME: how long a request can still be answered (RFC 7252 §4.8.2). */
const REQUEST_LIFETIME = 247_000;
/** A peer that is silent for longer is forgotten, its observations too. */
const PEER_LIFETIME = 24 * 3600_000;
const MOST_PEERS = 4096;
/** Of one peer and direction. */
const MOST_REQUESTS = 64;
const MOST_OBSERVED = 256;
const MOST_MESSAGES = 64;

/** Whoever sent a request or a message: the response goes the other way. */
export type Sender = 'in' | 'out';

/** A map that forgets what was set longest ago. */
class Recent<T> {
  private readonly map = new Map<string, T>();

  constructor(private readonly most: number) {}

  get(key: string): T | undefined {
    return this.map.get(key);
  }

  set(key: string, value: T): void {
    this.map.delete(key);
    this.map.set(key, value);
    if (this.map.size <= this.most) return;
    const [oldest] = this.map.keys();
    if (oldest !== undefined) this.map.delete(oldest);
  }

  delete(key: string): void {
    this.map.delete(key);
  }
}

/** What was seen of one peer of one listener: bounded, and forgotten with time. */
export class PeerExchanges {
  usedAt = 0;
  private readonly requests = new Recent<SeenRequest>(2 * MOST_REQUESTS);
  private readonly observed = new Recent<SeenRequest>(2 * MOST_OBSERVED);
  private readonly messages = new Recent<SeenMessage>(2 * MOST_MESSAGES);

  /** A request by its token; `observe` as it asks (RFC 7641 §2). */
  requested(sender: Sender, token: string, request: SeenRequest, observe: number | undefined): void {
    const key = `${sender} ${token}`;
    this.requests.set(key, request);
    if (observe === 0) this.observed.set(key, request);
    if (observe === 1) this.observed.delete(key);
  }

  /** The request that a token answers, or whose observation it notifies. */
  request(sender: Sender, token: string, now: number): SeenRequest | undefined {
    const key = `${sender} ${token}`;
    const request = this.requests.get(key);
    return request && now - request.at <= REQUEST_LIFETIME ? request : this.observed.get(key);
  }

  /** A message that may be acknowledged or reset. */
  sent(sender: Sender, messageId: number, message: SeenMessage): void {
    this.messages.set(`${sender} ${messageId}`, message);
  }

  message(sender: Sender, messageId: number, now: number): SeenMessage | undefined {
    const message = this.messages.get(`${sender} ${messageId}`);
    return message && now - message.at <= REQUEST_LIFETIME ? message : undefined;
  }

  /** A notification was reset: its observation has ended (RFC 7641 §3.6). `observer` asked for it. */
  ended(observer: Sender, token: string): void {
    this.observed.delete(`${observer} ${token}`);
  }
}

/** What was seen of all peers. */
export class Exchanges {
  private readonly peers = new Map<string, PeerExchanges>();

  /** @param now milliseconds that never go back */
  of(key: string, now: number): PeerExchanges {
    const peer = this.peers.get(key) ?? new PeerExchanges();
    // Set anew, so that the one silent longest is the first.
    this.peers.delete(key);
    peer.usedAt = now;
    this.peers.set(key, peer);
    for (const [oldest, { usedAt }] of this.peers) {
      if (this.peers.size <= MOST_PEERS && now - usedAt <= PEER_LIFETIME) break;
      this.peers.delete(oldest);
    }
    return peer;
  }
}
