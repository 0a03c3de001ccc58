import type { KeyObject } from 'node:crypto';
import { decodeUtf8, toHex } from '../base/bytes';

/** Our own certificate or raw public key, on P-256. */
export interface OwnCertificate {
  readonly privateKey: KeyObject;
  /** X.509 certificates in DER, our own first; empty where there is only a raw public key. */
  readonly chain: readonly Uint8Array[];
  /** SubjectPublicKeyInfo in DER (RFC 7250 §3). */
  readonly publicKey: Uint8Array;
}

/** What a peer presents of itself; its possession of the private key is proved apart from this. */
export type PresentedCertificate =
  | { readonly kind: 'x509'; readonly chain: readonly Uint8Array[] }
  | { readonly kind: 'rawPublicKey'; readonly publicKey: Uint8Array };

/**
 * Whether a presented certificate is trusted. A name binds the session to an endpoint; a refusal names its alert, and a
 * `code` by which the judge itself knows the reason again.
 */
export type CertificateVerdict =
  | { readonly trusted: true; readonly name: string }
  | { readonly trusted: false; readonly alert: number; readonly reason: string; readonly code?: string };

/** Who the peer proved to be. */
export type PeerIdentity =
  | { readonly kind: 'psk'; readonly identity: Uint8Array }
  | { readonly kind: 'certificate'; readonly name: string; readonly presented: PresentedCertificate }
  | { readonly kind: 'anonymous' };

/** What a server holds. Each lookup is asked anew at each handshake, so that a key taken away is gone at once. */
export interface ServerCredentials {
  /** The key of a PSK identity. */
  readonly psk?: (identity: Uint8Array) => Uint8Array | undefined;
  readonly certificate?: OwnCertificate | undefined;
  /** Judges a client's certificate; without it none is asked for. */
  readonly judge?: (presented: PresentedCertificate) => CertificateVerdict;
  /** Clients without a certificate are refused. */
  readonly certificateRequired?: boolean;
}

/** What a client holds. */
export interface ClientCredentials {
  readonly psk?: { readonly identity: Uint8Array; readonly key: Uint8Array };
  readonly certificate?: OwnCertificate;
  /** Judges the server's certificate. Without it certificate suites are not offered. */
  readonly judge?: (presented: PresentedCertificate) => CertificateVerdict;
}

/** The identity as text, as far as there is one: a PSK identity that is no UTF-8 in hexadecimal digits after `0x`. */
export function identityText(identity: PeerIdentity): string | undefined {
  switch (identity.kind) {
    case 'psk':
      return decodeUtf8(identity.identity) ?? `0x${toHex(identity.identity)}`;
    case 'certificate':
      return identity.name;
    default:
      return undefined;
  }
}
