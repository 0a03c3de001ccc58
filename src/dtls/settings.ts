import { InvariantError } from '../base/errors';
import { millis, seconds, type Clock, type Duration } from '../base/clock';
import type { RandomSource } from '../base/random';
import { CIPHER_SUITES, type CipherSuite } from './cipherSuite';
import type { ClientCredentials, ServerCredentials } from './credentials';
import type { HandshakeObserver } from './handshakeEvents';
import type { SessionCache } from './sessionCache';

/** What a DTLS endpoint is given. Without `server` it accepts no handshake, without `client` it begins none. */
export interface DtlsSettings {
  readonly clock: Clock;
  /** Of cryptographic quality. */
  readonly random: RandomSource;
  readonly server?: ServerCredentials;
  readonly client?: ClientCredentials;
  readonly observer?: HandshakeObserver;
  /** Told each session's secrets, for a capture that is to be read: ask the user first. */
  readonly keyLog?: (clientRandom: Uint8Array, masterSecret: Uint8Array) => void;
  /** Enabled suites; all that are built unless told. */
  readonly suites?: readonly CipherSuite[];
  /**
   * Length of the connection IDs that we hand out: 4 to 20, so that no two are the same; 0 offers and accepts the
   * extension but asks for none; `undefined`: no connection IDs at all.
   */
  readonly cidLength?: number;
  /** Longest datagram of a handshake, in bytes. */
  readonly maxDatagram?: number;
  /** A client asks for records of this length at most: 512, 1024, 2048 or 4096. */
  readonly maxFragmentLength?: number;
  /** First and longest wait for an answer to a flight (RFC 6347 §4.2.4.1). */
  readonly initialTimeout?: Duration;
  readonly maxTimeout?: Duration;
  /** How often a flight is sent before the handshake has failed. */
  readonly maxTransmissions?: number;
  readonly limits?: Partial<DtlsLimits>;
  /** A client's sessions with servers, by address, where they are to outlive this endpoint; its own without it. */
  readonly clientSessions?: SessionCache;
}

/** What strangers can make an endpoint keep. */
export interface DtlsLimits {
  /** Sessions; those silent longest go first. */
  readonly sessions: number;
  /** Handshakes under way (each proved its address by the cookie), in all and of one host. */
  readonly handshakes: number;
  readonly handshakesOfHost: number;
  /** Sessions that can be taken up again, and for how long. */
  readonly resumable: number;
  readonly resumableFor: Duration;
}

const DEFAULT_LIMITS: DtlsLimits = {
  sessions: 16_384,
  handshakes: 2_048,
  handshakesOfHost: 1_024,
  resumable: 4_096,
  resumableFor: seconds(24 * 3600),
};

/** Settings with what was not told filled in. */
export type FullSettings = DtlsSettings &
  Required<
    Pick<
      DtlsSettings,
      'suites' | 'maxDatagram' | 'initialTimeout' | 'maxTimeout' | 'maxTransmissions' | 'observer'
    >
  > & { readonly limits: DtlsLimits };

/** Fills in what was not told. 1,152 bytes go through every path that carries IPv6, header included. */
export const withDefaults = (settings: DtlsSettings): FullSettings => ({
  ...checked(settings),
  suites: settings.suites ?? CIPHER_SUITES,
  maxDatagram: settings.maxDatagram ?? 1152,
  initialTimeout: settings.initialTimeout ?? millis(1000),
  maxTimeout: settings.maxTimeout ?? seconds(60),
  maxTransmissions: settings.maxTransmissions ?? 7,
  observer: settings.observer ?? (() => undefined),
  limits: { ...DEFAULT_LIMITS, ...settings.limits },
});

function checked(settings: DtlsSettings): DtlsSettings {
  const { cidLength = 0 } = settings;
  if (cidLength !== 0 && (cidLength < 4 || cidLength > 20)) {
    throw new InvariantError(`connection IDs of ${cidLength} bytes`);
  }
  return settings;
}
