import type { Clock } from '../base/clock';
import { encodeUtf8, equalBytes } from '../base/bytes';
import { ipAddressBytes } from '../base/ipAddress';
import type { ClientCredentials, PresentedCertificate } from '../dtls/credentials';
import type { TlsSettings } from '../transport/ports';
import type { CertifiedKey } from './authority';
import {
  dateFault,
  issuerFault,
  readCertificate,
  untrusted,
  useFault,
  Uses,
  type JudgedCertificate,
} from './certificateFault';
import { ownCertificate, ownPublicKey, tlsIdentity } from './serverTrust';
import { publicKeyOf } from './publicMaterial';

/** What a device knows of the server it goes to (OMA-TS-LightweightM2M_Transport-V1_1_1 §5.2.8). */
export interface ServerExpected {
  /** The IP address or name the device goes to; IPv6 without brackets. */
  readonly host: string;
  /** The certificate (DER) of the authority that signs servers'. */
  readonly authority?: Uint8Array;
  /** The server's own certificate (DER), taken as it is and by nothing else in it. */
  readonly pinned?: Uint8Array;
  /** The server's raw public key (SubjectPublicKeyInfo in DER); the key in `pinned` counts as well. */
  readonly publicKey?: Uint8Array;
}

/**
 * Whether a device trusts what a server presents: the very certificate or key it holds; else one that its authority
 * signed, in time, for servers, and for the host it goes to (RFC 7925 §4.4.1, RFC 6125 §6.4). Never throws.
 */
export function judgeServer(
  presented: PresentedCertificate,
  expected: ServerExpected,
  wallTime: number,
): JudgedCertificate {
  const { host, authority, pinned, publicKey } = expected;
  const trusted = { trusted: true, name: host } as const;
  if (presented.kind === 'rawPublicKey') {
    const held = [publicKey, pinned && publicKeyOf(pinned)];
    return held.some((key) => key && equalBytes(key, presented.publicKey))
      ? trusted
      : untrusted('unknownKey', "it is not the server's raw public key that the device holds");
  }
  const [leaf] = presented.chain;
  const read = readCertificate(leaf);
  if (!leaf || !read) return untrusted('unreadable', 'it is no certificate');
  if (pinned && equalBytes(pinned, leaf)) return trusted;
  if (pinned && !authority)
    return untrusted('unknownIssuer', 'it is not the certificate that the device holds');
  const { x509, facts } = read;
  const fault = issuerFault(x509, authority) ?? dateFault(facts, wallTime) ?? useFault(x509, Uses.SERVER);
  if (fault) return fault;
  const named = ipAddressBytes(host) ? x509.checkIP(host) : x509.checkHost(host);
  return named === undefined
    ? untrusted('wrongName', `it is for ${facts.hosts.join(', ') || facts.subject}, not for ${host}`)
    : trusted;
}

/** What a device presents of itself. */
export type DeviceOwn =
  | { readonly mode: 'psk'; readonly identity: string; readonly key: Uint8Array }
  | { readonly mode: 'certificate'; readonly certificate: CertifiedKey }
  /** DER of its key (PKCS #8) and of the public half, which it presents (RFC 7250); not over TLS. */
  | { readonly mode: 'rawPublicKey'; readonly privateKey: Uint8Array; readonly publicKey: Uint8Array };

/** What a device gives to DTLS: its own key or certificate, and the judge of the server's. */
export function clientCredentials(own: DeviceOwn, expected: ServerExpected, clock: Clock): ClientCredentials {
  if (own.mode === 'psk') return { psk: { identity: encodeUtf8(own.identity), key: own.key } };
  return {
    certificate: own.mode === 'certificate' ? ownCertificate(own.certificate) : ownPublicKey(own),
    judge: (presented) => judgeServer(presented, expected, clock.wallTime()),
  };
}

/** What a device gives to TLS, for `coaps+tcp` and, with nothing of its own, HTTPS. */
export function clientTls(own: DeviceOwn | undefined, expected: ServerExpected, clock: Clock): TlsSettings {
  const judge: TlsSettings['judge'] = (chain) =>
    judgeServer({ kind: 'x509', chain }, expected, clock.wallTime());
  const serverName = ipAddressBytes(expected.host) ? {} : { serverName: expected.host };
  if (own?.mode === 'psk') return { ...serverName, ownPsk: { identity: own.identity, key: own.key } };
  const identity = own?.mode === 'certificate' ? tlsIdentity(own.certificate) : undefined;
  return { ...serverName, judge, ...(identity ? { own: () => identity } : {}) };
}
