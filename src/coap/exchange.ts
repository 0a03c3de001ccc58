import type { CancelSignal } from '../base/cancellation';
import type { ByteSink, ByteSource } from '../base/files';
import type { Duration } from '../base/clock';
import type { Disposable } from '../base/disposable';
import type { Event } from '../base/event';
import type { Peer } from '../transport/ports';
import type { Code } from './code';
import type { CoapOption } from './option';

/** The size exponent of a block: 0 = 16 bytes … 6 = 1024 bytes (RFC 7959 §2.2); 7 is BERT (RFC 8323 §6). */
export type Szx = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Bytes of a block of exponent `szx` (BERT counts in 1024). */
export const blockSizeOf = (szx: Szx): number => 16 << Math.min(szx, 6);

/** What is asked. A body longer than a block goes by Block1, streamed where it is a {@link ByteSource}. */
export interface CoapRequest {
  readonly method: Code;
  /** Uri-Path segments, decoded. */
  readonly path: readonly string[];
  readonly query?: readonly string[];
  readonly accept?: number;
  readonly contentFormat?: number;
  /** Further options, e.g. If-None-Match. */
  readonly options?: readonly CoapOption[];
  readonly body?: Uint8Array | ByteSource;
}

/** The answer, whole: blocks are put together (or went to the sink, and `body` is empty). */
export interface CoapResponse {
  readonly code: Code;
  readonly contentFormat?: number;
  readonly etag?: Uint8Array;
  readonly maxAge?: number;
  readonly observe?: number;
  readonly locationPath?: readonly string[];
  readonly locationQuery?: readonly string[];
  readonly body: Uint8Array;
  /** Every option of the (last) message. */
  readonly options: readonly CoapOption[];
}

/** How far a blockwise transfer is. */
export interface BlockProgress {
  /** `block1` = the request's body, `block2` = the response's. */
  readonly direction: 'block1' | 'block2';
  readonly bytes: number;
  /** Where the sender told it (Size1, Size2) or it is ours. */
  readonly total: number | undefined;
  readonly szx: Szx;
  /** How often a datagram of this transfer was sent again so far. */
  readonly retransmissions: number;
}

/**
 * How much of a long response has gone into a sink, and of which state of the resource: kept by who asks from one request
 * to the next, so that a broken transfer goes on where it was (RFC 7959 §2.4). `bytes` must be a multiple of 16.
 */
export interface ResponseSoFar {
  bytes: number;
  etag: Uint8Array | undefined;
}

/** How a request is carried. */
export interface RequestSettings {
  /** Default true. */
  readonly confirmable?: boolean;
  /** An `AbortSignal` is one. */
  readonly signal?: CancelSignal;
  /** Preferred block size (default 6: 1024 bytes); a smaller one the peer asks for is followed. */
  readonly szx?: Szx;
  readonly onProgress?: (progress: BlockProgress) => void;
  /** Without an acknowledgement, an answer or a block for this long it fails with `TIMEOUT`. Default 93 s (MAX_TRANSMIT_WAIT, RFC 7252 §4.8.2). */
  readonly stallTimeout?: Duration;
  /** Where a long response's bytes go instead of memory. */
  readonly sink?: ByteSink;
  /** With a sink: the response is asked for from here on. Fails with `CHANGED_DURING_TRANSFER` where it is another now. */
  readonly soFar?: ResponseSoFar;
  /** Longest response body kept in memory; longer fails with `BODY_TOO_LARGE`. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Called when the peer acknowledged the request without its answer yet (an empty ACK). */
  readonly onAcknowledged?: () => void;
  /** Called for each message of this request that goes out; `attempt` 0 is the first sending. */
  readonly onTransmit?: (attempt: number) => void;
}

/** A notification or the first answer of an observation, blocks put together. */
export interface Notification {
  readonly response: CoapResponse;
  /** Milliseconds since 1970 at arrival. */
  readonly at: number;
}

/** An observation that the peer granted (RFC 7641). */
export interface Observation extends Disposable {
  /** The first answer. */
  readonly first: CoapResponse;
  /** Fresh notifications only, in order (RFC 7641 §3.4). An error code ends the observation after it was told. */
  readonly onNotification: Event<Notification>;
  /** Told once when nothing more will come: cancelled, refused by an error notification, peer forgotten. */
  readonly onEnd: Event<{ readonly reason: 'cancelled' | 'refused' | 'forgotten' }>;
  /** Asks the peer to end it (GET/FETCH with Observe 1, the same token). */
  cancel(settings?: RequestSettings): Promise<CoapResponse>;
  /** Ends it passively: the next notification is answered by RST (RFC 7641 §3.6); in a connection the peer is asked to end it, and not waited for. */
  dispose(): void;
}

/** The head of a request as it arrived, before or with its body. */
export interface IncomingHead {
  readonly peer: Peer;
  readonly method: Code;
  readonly confirmable: boolean;
  readonly path: readonly string[];
  readonly query: readonly string[];
  readonly accept: number | undefined;
  readonly contentFormat: number | undefined;
  /** 0 = register, 1 = deregister (RFC 7641 §2). */
  readonly observe: number | undefined;
  readonly options: readonly CoapOption[];
  /** Size1, where told. */
  readonly size1: number | undefined;
}

/** A request with its whole body (empty when it went to a sink). */
export interface IncomingRequest extends IncomingHead {
  readonly body: Uint8Array;
  /** Establishes an observation for this request's peer and token, where it asked for one (observe 0). */
  observed(): Observer | undefined;
}

/** The answer to give. A long body goes by Block2, at the size the peer asks for, with an ETag made of the content where none is given. */
export interface OutgoingResponse {
  readonly code: Code;
  readonly contentFormat?: number;
  readonly etag?: Uint8Array;
  readonly maxAge?: number;
  readonly locationPath?: readonly string[];
  readonly options?: readonly CoapOption[];
  readonly body?: Uint8Array | ByteSource;
  /** Each block of this body that was asked for, for whoever watches a download. */
  readonly onProgress?: (progress: BlockProgress) => void;
}

/** The server's side of an observation. */
export interface Observer {
  readonly peer: Peer;
  /** Sends a notification; resolves when acknowledged, or at once where it is non-confirmable or the channel reliable. */
  notify(
    response: OutgoingResponse,
    settings?: { readonly confirmable?: boolean },
  ): Promise<'acknowledged' | 'sent' | 'ended'>;
  /** Told once: the peer reset or deregistered it, or didn't answer. */
  readonly onEnd: Event<void>;
  /** Ends it silently. */
  dispose(): void;
}

/** What serves requests. Throwing answers 5.00 and is logged. An answer later than the piggy-back delay goes as a separate response. */
export interface CoapService {
  /**
   * Asked at block 0 of a body that comes by Block1, even if that is its only block: where its bytes shall go (streaming),
   * a refusal, or `undefined` to have it collected in memory up to the endpoint's limit (4.13 beyond). A body in a message
   * without Block1 goes to `handle` whole, and so do an empty one and Firmware Update's single NUL.
   */
  receiveBody?(head: IncomingHead): ByteSink | OutgoingResponse | undefined;
  handle(request: IncomingRequest): OutgoingResponse | Promise<OutgoingResponse>;
}

/** One line of the wire, for a log, a trace, or "last datagrams". */
export interface WireMessage {
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly peer: Peer;
  readonly bytes: Uint8Array;
  /** How often this message went out before (0: the first time), or for `in`: 1 = a duplicate. */
  readonly repeat: number;
}
