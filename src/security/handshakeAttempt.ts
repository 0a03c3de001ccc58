/** The causes of a failed or doubtful handshake, by the names that scripts are built on. */
export const verdictCodes = [
  'UNKNOWN_IDENTITY',
  'WRONG_KEY',
  'NO_COMMON_SUITE',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_WRONG_NAME',
  'CERTIFICATE_UNKNOWN_ISSUER',
  'PLAIN_ON_SECURE_PORT',
  'SECURE_ON_PLAIN_PORT',
  'NO_ANSWER_TO_COOKIE',
  'LAST_FLIGHT_REPEATED',
  'RESUMED_WITH_OLD_KEY',
  'IDENTITY_NOT_ENDPOINT',
  'PEER_ALERT',
] as const;
/** See {@link verdictCodes}. */
export type VerdictCode = (typeof verdictCodes)[number];

/** What can be done about a verdict with one press: what an editor offers beside the sentence. */
export type VerdictAction =
  /** Give this endpoint (or identity) a credential. */
  | { readonly kind: 'addCredential'; readonly identity?: string; readonly endpoint?: string }
  /** Look at, or replace, the credential of this endpoint. */
  | { readonly kind: 'showCredential'; readonly endpoint: string }
  /** Make a server certificate for these hosts. */
  | { readonly kind: 'makeCertificate'; readonly hosts: readonly string[] }
  /** Hand out the authority's certificate. */
  | { readonly kind: 'showAuthority' }
  /** Addresses and what arrived: "Nothing Arrives?". */
  | { readonly kind: 'showArrivals' }
  /** Copy the Kconfig lines that mend it. */
  | { readonly kind: 'copyKconfig'; readonly lines: string };

/** Why a handshake failed, or what is wrong with one that did not. Sentences name no key. */
export interface Verdict {
  readonly code: VerdictCode;
  /** What happened, as a sentence. */
  readonly message: string;
  /** What to do next, as a sentence. */
  readonly next: string;
  readonly action?: VerdictAction;
}

/** Messages that went together, one way. */
export interface TracedFlight {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: 'in' | 'out';
  /** Handshake message names: `ClientHello`, `ServerHello`, … */
  readonly messages: readonly string[];
  /** 1 for the first time, more where it was repeated. */
  readonly transmission: number;
}

/** One attempt of a peer to reach a secured listener, or a plain one with a secured message. Plain JSON. */
export interface HandshakeAttempt {
  /** Of this process, rising. */
  readonly id: number;
  /** Milliseconds since 1970: begun, and last changed. */
  readonly at: number;
  readonly changedAt: number;
  readonly transport: 'dtls' | 'tls';
  /** The peer, and our listener, as URIs: `coaps://192.0.2.7:40123`. */
  readonly address: string;
  readonly local: string;
  readonly outcome: 'underway' | 'completed' | 'failed';
  /** The endpoint name that the identity belongs to, or that registered over the session. */
  readonly endpoint?: string;
  /** As the peer presented it, or the name in its certificate. */
  readonly identity?: string;
  /** The suite agreed on: `TLS_PSK_WITH_AES_128_CCM_8`. */
  readonly suite?: string;
  /** Suites and extensions that the client offered, by name where they have one we know, else `0x1301`. */
  readonly offered?: readonly string[];
  readonly extensions?: readonly string[];
  readonly serverName?: string;
  readonly resumed?: boolean;
  /** In records to us and to the peer, hexadecimal; absent without the extension. */
  readonly connectionId?: { readonly own: string; readonly peer: string };
  readonly flights: readonly TracedFlight[];
  readonly verdict?: Verdict;
}
