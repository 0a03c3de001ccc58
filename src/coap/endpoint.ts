import type { Clock } from '../base/clock';
import type { Event } from '../base/event';
import type { HashPort } from '../base/hash';
import type { Logger } from '../base/log';
import type { RandomSource } from '../base/random';
import type { Channel, Peer } from '../transport/ports';
import type {
  CoapRequest,
  CoapResponse,
  CoapService,
  Observation,
  RequestSettings,
  Szx,
  WireMessage,
} from './exchange';

/** What an endpoint is given. */
export interface EndpointPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly hash: HashPort;
  readonly log?: Logger;
}

/** How an endpoint behaves; defaults are RFC 7252 §4.8's, or RFC 8323's on a reliable channel. */
export interface EndpointSettings {
  /** Outstanding requests to one peer (RFC 7252 §4.7). Default 1; on a reliable channel, which has no such rule, 16. */
  readonly nstart?: number;
  /** Largest block offered and asked for. Default 6; on a reliable channel 7, BERT where the peer takes it. */
  readonly szx?: Szx;
  /** Longest request body collected in memory. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Critical options that the service understands itself; a request with any other is refused with 4.02. Default none. */
  readonly criticalOptions?: readonly number[];
}

/**
 * Client and server of CoAP on one channel (RFC 7252 §2): requests go out to any peer and come in from any peer, over
 * the one socket. Owns the channel: closing the endpoint closes it.
 */
export interface CoapEndpoint {
  readonly channel: Channel;
  /** Sends a request and waits for its answer. A refusal is a response; throws `OperationError` `TIMEOUT`, `RESET`, `ABORTED`, `UNREACHABLE`, `CONNECTION_CLOSED`, `BODY_TOO_LARGE`, `CHANGED_DURING_TRANSFER`, `PROTOCOL`. */
  request(peer: Peer, request: CoapRequest, settings?: RequestSettings): Promise<CoapResponse>;
  /** Observes a resource. `undefined` observation where the peer answered without granting it. */
  observe(
    peer: Peer,
    request: CoapRequest,
    settings?: RequestSettings,
  ): Promise<{ readonly response: CoapResponse; readonly observation: Observation | undefined }>;
  /** CoAP ping: an empty CON answered by RST (RFC 7252 §4.3), or a 7.02 by a 7.03 (RFC 8323 §5.4). */
  ping(peer: Peer, settings?: Pick<RequestSettings, 'signal' | 'stallTimeout'>): Promise<void>;
  /**
   * Sends again at once what a peer has not acknowledged, the same messages: it was just heard of, and may sleep again
   * before the timers of retransmission fire. Nothing on a reliable channel.
   */
  repeat(peer: Peer): void;
  /** Ends what is outstanding with a peer and forgets its observations: `error` is what waiting requests throw. */
  forget(peer: Peer, error: Error): void;
  /** Every message, in and out, while somebody listens. */
  readonly onWire: Event<WireMessage>;
  close(): Promise<void>;
}

/** Makes an endpoint that serves `service` and sends requests, over `channel`. */
export type CreateCoapEndpoint = (
  channel: Channel,
  service: CoapService,
  ports: EndpointPorts,
  settings?: EndpointSettings,
) => CoapEndpoint;
