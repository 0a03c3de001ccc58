import type { Duration } from '../base/clock';
import type { Event } from '../base/event';
import type { Scheme } from '../base/scheme';

export type { Scheme } from '../base/scheme';

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
  /** What `identity` is: the name a pre-shared key goes by, or the one that was read from a trusted certificate or key. */
  readonly identityKind?: 'psk' | 'certificate';
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
  /** It is this message's alone, by the bytes that were sent: it won't go by trying again, others will. */
  readonly message?: Uint8Array;
}

/**
 * Messages to and from many peers through one local socket. `reliable` says whether the channel itself orders and
 * repeats (TCP, TLS) or not (UDP, DTLS): the protocol asks this instead of asking which transport it is.
 *
 * On a reliable channel a peer is one connection, and what arrives of it, and is sent to it, are the next bytes of its
 * stream, cut anywhere: the protocol finds its messages. Sending to `peerAt` connects. A connection that has ended, or
 * could not be made, is a lasting fault of its peer, told once (`CONNECTION_CLOSED`, `UNREACHABLE`, `TLS_REFUSED`); and
 * once more for each message that is sent to its peer afterwards. A connection that we end ourselves is told as well.
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
  /** A handshake with a peer ended well, and what waited for it has gone out just now. Plain UDP has none. */
  readonly onEstablished?: Event<Peer>;
  /** The peer at an address, for a first message to it. */
  peerAt(address: SocketAddress): Peer;
  /**
   * Bytes of the longest message that goes to a peer, where less than a datagram was agreed with it: over DTLS the
   * fragment length it asked for (RFC 6066 §4). A longer one is a fault of that message (`MESSAGE_TOO_LONG`).
   */
  room?(peer: Peer): number | undefined;
  /**
   * Ends one peer's connection after what was sent has gone out, or its DTLS session or handshake; the next message to
   * `peerAt` begins anew. Plain UDP has neither.
   */
  disconnect?(peer: Peer): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A certificate with its private key, as TLS takes them: PEM, the certificate's chain after it. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Whether a peer's certificate is trusted, and whom it names; a refusal says why. */
export type TlsVerdict =
  { readonly trusted: true; readonly name: string } | { readonly trusted: false; readonly reason: string };

/** What becomes of a TLS handshake, for whoever explains it. */
export type TlsEvent =
  | {
      readonly kind: 'established';
      readonly role: 'server' | 'client';
      readonly address: SocketAddress;
      readonly identity: string | undefined;
      /** What `identity` is, as {@link Peer} has it. */
      readonly identityKind?: 'psk' | 'certificate';
      /** As OpenSSL names it: `ECDHE-ECDSA-AES128-GCM-SHA256`. */
      readonly suite: string;
      /** `TLSv1.2`, `TLSv1.3` */
      readonly version: string;
      readonly resumed: boolean;
    }
  | {
      readonly kind: 'failed';
      readonly role: 'server' | 'client';
      readonly address: SocketAddress;
      /**
       * The runtime's own code and words: `ERR_SSL_NO_SHARED_CIPHER`, …; or ours: `NOT_TLS`, `UNKNOWN_PSK_IDENTITY`,
       * `CERTIFICATE_MISSING`, `CERTIFICATE_REFUSED` (the judge's words), `HANDSHAKE_TIMEOUT`, `ECONNRESET` (it left).
       */
      readonly code: string;
      readonly message: string;
      /** The PSK identity that the peer presented, where it came so far: foreign text, up to 256 bytes. */
      readonly identity?: string;
      /** The first bytes that came, where they were no TLS: plain CoAP on the secured port. */
      readonly notTls?: Uint8Array;
      /** The peer's certificates in DER, where it presented any. */
      readonly presented?: readonly Uint8Array[];
    };

/** How TLS connections are made and taken. */
export interface TlsSettings {
  /** Our own certificate; a listener must have one, or keys. Asked at each handshake, so that a new one is used at once. */
  readonly own?: () => TlsIdentity | undefined;
  /** Judges the peer's certificates (DER, its own first). Without it a listener asks for none and a client takes none. */
  readonly judge?: (chain: readonly Uint8Array[], address: SocketAddress) => TlsVerdict;
  /** A listener refuses clients without a certificate. */
  readonly certificateRequired?: boolean;
  /** Pre-shared keys (RFC 4279), where the runtime has them: elsewhere `TLS_PSK_MISSING` is thrown. */
  readonly psk?: (identity: string) => Uint8Array | undefined;
  /** What a client presents in place of a certificate. */
  readonly ownPsk?: { readonly identity: string; readonly key: Uint8Array };
  /** The name a client asks for (SNI), where it is no address. */
  readonly serverName?: string;
  readonly observer?: (event: TlsEvent) => void;
}

/** What a channel may be opened for; DTLS comes on top of `coap`. */
export type ChannelScheme = 'coap' | 'coap+tcp' | 'coaps+tcp';

/**
 * Opens channels. Throws `OperationError`: `PORT_IN_USE`, `ADDRESS_NOT_LOCAL`, `PORT_FORBIDDEN`, `UNSUPPORTED_SCHEME`,
 * `NO_CERTIFICATE` (TLS without a certificate or keys), `TLS_PSK_MISSING`.
 */
export interface ChannelOpener {
  /** Takes what comes to `local` and speaks from there; `port` 0 takes a free one. `tls` goes with `coaps+tcp`. */
  open(scheme: ChannelScheme, local: SocketAddress, tls?: TlsSettings): Promise<Channel>;
  /** A channel of connections that we begin, from `local` where it is told: nothing listens. */
  connect(scheme: 'coap+tcp' | 'coaps+tcp', local?: SocketAddress, tls?: TlsSettings): Promise<Channel>;
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

/** Opens HTTP listeners, with `tls` HTTPS; errors as {@link ChannelOpener}. */
export interface HttpOpener {
  listen(
    local: SocketAddress,
    handle: (request: HttpRequest) => Promise<HttpResponse>,
    tls?: TlsSettings,
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
  /** With `https:`. */
  readonly tls?: TlsSettings;
}

/** The answer to a GET, its head first; the body streams. */
export interface HttpFetched {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Read once. Throws `OperationError` `TIMEOUT`, `CONNECTION_LOST` (cut before its Content-Length), `ABORTED`. Leaving the loop closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The client's side of HTTP, as a device needs it to fetch an image. Throws `OperationError` `TIMEOUT`, `UNREACHABLE`, `CONNECTION_LOST`, `TLS_REFUSED`, `ABORTED`, `BAD_URL`. */
export interface HttpFetch {
  get(request: HttpGet): Promise<HttpFetched>;
}
