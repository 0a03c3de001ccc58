import { concatBytes, encodeUtf8, toHex } from '../base/bytes';
import { seconds, type Clock } from '../base/clock';
import { cipherSuite } from './cipherSuite';
import type { ClientHello } from './clientHello';
import type { ServerCredentials } from './credentials';
import { ExpiringCache } from './expiringCache';
import { sha256 } from './prf';
import { uint16 } from './wire';

/** Clients that something is remembered of, and for how long. */
const MAX_REMEMBERED = 256;
const REMEMBERED_FOR = seconds(600);

/** How a client that offers suites with keys and with certificates is answered, and what comes of it. */
export interface Preference {
  /** A suite with a pre-shared key is chosen before those with certificates, whatever the client's order. */
  readonly keyFirst: boolean;
  /** The key came to nothing: its identity is not known, or, without one, the client ended it before it named any. */
  keyUnknown(identity: Uint8Array | undefined): void;
  /** It has no certificate to show. */
  noCertificate(): void;
}

/** What a client is known to lack: a certificate, or the key of an identity. */
type Lacking = { readonly certificate: true } | { readonly identity: Uint8Array | undefined };

/**
 * Whether a client that offers suites with keys and with certificates is asked for its key. It is where clients without a
 * certificate are refused: whoever offers such a suite is willing to use a key (RFC 4279 §2), and the choice is the
 * server's (RFC 5246 §7.4.1.3). The client's order holds for one that says which certificates it can provide (RFC 7250
 * §4.1), and for one whose key came to nothing before, told by its host and by what it offers.
 */
export class KeyOrCertificate {
  private readonly lacking: ExpiringCache<Lacking>;

  constructor(clock: Clock) {
    this.lacking = new ExpiringCache(clock, MAX_REMEMBERED, REMEMBERED_FOR);
  }

  of(hello: ClientHello, host: string, credentials: ServerCredentials): Preference {
    if (credentials.certificateRequired !== true || !offersBoth(hello)) return IN_ORDER;
    const key = clientKey(hello, host);
    const lacks = this.lacking.get(key);
    return {
      keyFirst: keyFirst(hello, lacks, credentials),
      keyUnknown: (identity) => {
        if (!lacks || !('certificate' in lacks)) this.lacking.set(key, { identity: identity?.slice() });
      },
      noCertificate: () => this.lacking.set(key, { certificate: true }),
    };
  }
}

function keyFirst(hello: ClientHello, lacks: Lacking | undefined, { psk }: ServerCredentials): boolean {
  if (!lacks) return hello.extensions.clientCertificateTypes === undefined;
  if ('certificate' in lacks) return true;
  return lacks.identity !== undefined && psk?.(lacks.identity) !== undefined;
}

function offersBoth({ cipherSuites }: ClientHello): boolean {
  const kinds = new Set(cipherSuites.map((id) => cipherSuite(id)?.keyExchange));
  return kinds.has('ECDHE_ECDSA') && (kinds.has('PSK') || kinds.has('ECDHE_PSK'));
}

/** Clients of one host are told apart by their library and its settings, as far as the hello shows them. */
function clientKey({ cipherSuites, extensions }: ClientHello, host: string): string {
  const shape = [encodeUtf8(host), ...[...cipherSuites, ...extensions.numbers].map(uint16)];
  return toHex(sha256(concatBytes(shape)));
}

const IN_ORDER: Preference = {
  keyFirst: false,
  keyUnknown: () => undefined,
  noCertificate: () => undefined,
};
