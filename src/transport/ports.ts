import type { Duration } from '../base/clock';
import type { Event } from '../base/event';

/** The schemes a device can be reached by. Later work adds to what is implemented, not to this list. */
export type Scheme = 'coap' | 'coaps' | 'coap+tcp' | 'coaps+tcp' | 'http' | 'https';

/** An IP address and port; IPv6 without brackets. */
export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Whom a channel speaks to. Stable for as long as the transport knows the other side: for plain UDP the address and
 * port, for a DTLS session the session (whose address may move), for TCP the connection.
 * `key` is unique within the channel and is what tables are keyed by.
 */
export interface Peer {
  readonly key: string;
  readonly address: SocketAddress;
  /** Who the transport proved the peer to be (PSK identity, certificate name); absent on an unsecured channel. */
  readonly identity?: string;
}

/** A datagram that arrived. The bytes are the receiver's own to keep. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly peer: Peer;
}

/** What went wrong below the protocol: an ICMP refusal, a failed send. */
export interface ChannelFault {
  readonly peer: Peer | undefined;
  readonly error: Error;
  /** It won't get better by trying again: no route for this family, message too long. */
  readonly lasting?: boolean;
}

/**
 * Messages to and from many peers through one local socket. `reliable` says whether the channel itself orders and
 * repeats (TCP, TLS) or not (UDP, DTLS): the protocol asks this instead of asking which transport it is.
 */
export interface Channel {
  readonly scheme: Scheme;
  readonly reliable: boolean;
  /** The address of the socket, with the port that was really taken. */
  readonly local: SocketAddress;
  /** Sends one message; never throws for the network's sake: that comes as a fault. */
  send(bytes: Uint8Array, peer: Peer): void;
  readonly onMessage: Event<Received>;
  readonly onFault: Event<ChannelFault>;
  /** The peer at an address, for a first message to it. */
  peerAt(address: SocketAddress): Peer;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Opens channels. Throws `OperationError`: `PORT_IN_USE`, `ADDRESS_NOT_LOCAL`, `PORT_FORBIDDEN`, `UNSUPPORTED_SCHEME`. */
export interface ChannelOpener {
  /** `port` 0 takes a free one. */
  open(scheme: 'coap', local: SocketAddress): Promise<Channel>;
}

/** One request to the firmware server's HTTP side. Header names in lower case. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly peer: SocketAddress;
}

/** The answer; `body` is sent as it is read, so that an image is never whole in memory. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Told once with the bytes that really went out, and whether the whole body did. */
  readonly onSent?: (sentBytes: number, complete: boolean) => void;
}

/** A listening HTTP(S) server. */
export interface HttpListener {
  readonly scheme: 'http' | 'https';
  readonly local: SocketAddress;
  close(): Promise<void>;
}

/** Opens HTTP listeners; errors as {@link ChannelOpener}. */
export interface HttpOpener {
  listen(
    local: SocketAddress,
    handle: (request: HttpRequest) => Promise<HttpResponse>,
  ): Promise<HttpListener>;
}

/** How a GET is made. */
export interface HttpGet {
  /** `http:` or `https:`, absolute. */
  readonly url: string;
  /** Names in lower case: `range`, `if-range`, … */
  readonly headers?: Readonly<Record<string, string>>;
  /** Without a byte for this long, before the head or within the body, it fails with `TIMEOUT`. */
  readonly stallTimeout: Duration;
  readonly signal?: AbortSignal;
}

/** The answer to a GET, its head first; the body streams. */
export interface HttpFetched {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Read once. Throws `OperationError` `TIMEOUT`, `CONNECTION_LOST` (cut before its Content-Length), `ABORTED`. Leaving the loop closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The client's side of HTTP, as a device needs it to fetch an image. Throws `OperationError` `TIMEOUT`, `UNREACHABLE`, `CONNECTION_LOST`, `ABORTED`, `BAD_URL`. */
export interface HttpFetch {
  get(request: HttpGet): Promise<HttpFetched>;
}
