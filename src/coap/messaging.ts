import type { OperationError } from '../base/errors';
import type { Event } from '../base/event';
import type { Channel, Peer } from '../transport/ports';
import type { Delivery, Draft } from './delivery';
import type { EndpointPorts } from './endpoint';
import type { Szx, WireMessage } from './exchange';
import type { Incoming, IncomingPort } from './incoming';
import type { MessageId } from './message';

/** Who uses the messages: the requests and responses above them. */
export interface MessageUser {
  /** A request, never a duplicate. */
  request(incoming: Incoming): void;
  /** A response in a message of its own, never a duplicate. Whether somebody waits for it: if not, it is rejected. */
  response(incoming: Incoming): boolean;
  /** The peer rejected a message that isn't waited for: a non-confirmable notification, or one acknowledged before. */
  reset(peer: Peer, messageId: MessageId): void;
  /** The peer's connection has ended, and with it all that was begun over it; `error` says why. */
  ended(peer: Peer, error: OperationError): void;
}

/** What one message to a peer may carry. */
export interface Capacity {
  /** The size exponent of its blocks. */
  readonly szx: Szx;
  /** Bytes of a block with others after it; with BERT a multiple of 1024 (RFC 8323 §6). */
  readonly block: number;
  /** Bytes of the longest body that goes without blocks. */
  readonly whole: number;
}

/** A message that waits for its answer or acknowledgement. */
export interface Sending {
  readonly delivery: Delivery;
}

/** How messages travel, below requests and responses: in datagrams (RFC 7252 §4) or in a stream (RFC 8323 §3). */
export interface Messaging extends IncomingPort {
  readonly channel: Channel;
  readonly ports: EndpointPorts;
  /** Whether the channel orders and repeats: nothing is acknowledged or reset then, and BERT is possible. */
  readonly reliable: boolean;
  readonly onWire: Event<WireMessage>;
  /** What a message to the peer may carry where blocks are of exponent `szx` at most. */
  capacity(peer: Peer, szx: Szx): Capacity;
  /**
   * Sends a message and tells its delivery: acknowledged, reset, or failed once `stallTimeout` (milliseconds) has passed.
   * In a stream only a request is sent like this; its answer ends the wait by {@link cancel}.
   */
  sendConfirmable(
    peer: Peer,
    draft: Draft,
    stallTimeout: number,
    delivery: Delivery,
    counts?: boolean,
  ): Sending;
  /** Sends a message once; its ID tells a later reset, where there are resets. */
  sendNonConfirmable(peer: Peer, draft: Draft): MessageId;
  /** Ends the wait for a message without telling its delivery: it was answered, or nobody waits any more. */
  cancel(message: Sending): void;
  /** Sends again at once what a peer has not acknowledged; nothing where the channel repeats. */
  repeat(peer: Peer): void;
  /** Asks for a sign of life. */
  ping(peer: Peer, stallTimeout: number, delivery: Delivery): Sending;
  /** Gives up what is outstanding with a peer. */
  forget(peer: Peer, error: OperationError): void;
  dispose(error: OperationError): void;
}
