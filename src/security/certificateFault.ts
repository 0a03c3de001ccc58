import { X509Certificate } from 'node:crypto';
import { Alerts } from '../dtls/alert';
import type { CertificateVerdict } from '../dtls/credentials';
import { certificateFacts, dayOf, type CertificateFacts } from './authority';

/** Why a certificate or raw public key is not trusted (RFC 5280 §6.1, RFC 7925 §4.4). */
export const certificateFaults = [
  'expired',
  'notYetValid',
  'unknownIssuer',
  'unknownKey',
  'wrongName',
  'notForThisUse',
  'unreadable',
] as const;
/** See {@link certificateFaults}. */
export type CertificateFault = (typeof certificateFaults)[number];

/** Trusted, and whom it names; or not, with the alert that tells the peer (RFC 5246 §7.2.2) and why. */
export type JudgedCertificate =
  | { readonly trusted: true; readonly name: string }
  | {
      readonly trusted: false;
      readonly code: CertificateFault;
      readonly alert: number;
      /** A part of a sentence about the certificate: `it expired on 2026-01-01`. */
      readonly reason: string;
    };

const ALERTS: Readonly<Record<CertificateFault, number>> = {
  expired: Alerts.CERTIFICATE_EXPIRED,
  notYetValid: Alerts.CERTIFICATE_EXPIRED,
  unknownIssuer: Alerts.UNKNOWN_CA,
  unknownKey: Alerts.CERTIFICATE_UNKNOWN,
  wrongName: Alerts.BAD_CERTIFICATE,
  notForThisUse: Alerts.UNSUPPORTED_CERTIFICATE,
  unreadable: Alerts.UNSUPPORTED_CERTIFICATE,
};

/** A refusal with the alert that belongs to it. */
export const untrusted = (
  code: CertificateFault,
  reason: string,
): JudgedCertificate & CertificateVerdict & { readonly trusted: false } => ({
  trusted: false,
  code,
  alert: ALERTS[code],
  reason,
});

/** Certificates of devices have a few hundred bytes; what a stranger presents beyond this is not looked at. */
const MAX_CERTIFICATE = 8192;

/** A certificate that a stranger presented, read; `undefined` where it is none. Never throws. */
export function readCertificate(
  der: Uint8Array | undefined,
): { readonly x509: X509Certificate; readonly facts: CertificateFacts } | undefined {
  if (!der || der.length > MAX_CERTIFICATE) return undefined;
  try {
    const x509 = new X509Certificate(der);
    return { x509, facts: certificateFacts(der) };
  } catch {
    // the library's only way to say that the bytes are none
    return undefined;
  }
}

/** Whether a certificate is good at a time (milliseconds since 1970). */
export function dateFault(facts: CertificateFacts, wallTime: number): JudgedCertificate | undefined {
  if (!(wallTime <= facts.notAfter))
    return untrusted('expired', `it expired on ${dayOfText(facts.notAfter)}`);
  return wallTime >= facts.notBefore
    ? undefined
    : untrusted('notYetValid', `it is not good before ${dayOfText(facts.notBefore)}`);
}

const dayOfText = (time: number): string => (Number.isFinite(time) ? dayOf(time) : 'a date that is none');

/** Whether `issuer` (DER) signed a certificate, and if not, whether one of the same name might have. */
export function issuerFault(
  x509: X509Certificate,
  issuer: Uint8Array | undefined,
): JudgedCertificate | undefined {
  const authority = readCertificate(issuer)?.x509;
  if (!authority) return untrusted('unknownIssuer', 'there is no authority here that it could be signed by');
  try {
    if (x509.checkIssued(authority) && x509.verify(authority.publicKey)) return undefined;
  } catch {
    // a key or signature that the library doesn't know
  }
  return x509.issuer === authority.subject
    ? untrusted('unknownIssuer', 'an authority of the same name signed it, with another key')
    : untrusted('unknownIssuer', 'our authority did not sign it');
}

const ANY_USE = '2.5.29.37.0';
/** What a certificate may be for (RFC 5280 §4.2.1.12). */
export const Uses = { SERVER: '1.3.6.1.5.5.7.3.1', CLIENT: '1.3.6.1.5.5.7.3.2' } as const;

/** Whether a certificate may stand for its holder in a handshake, on the side of `use`. */
export function useFault(x509: X509Certificate, use: string): JudgedCertificate | undefined {
  if (x509.ca) return untrusted('notForThisUse', "it is an authority's, not one for a handshake");
  const uses = x509.keyUsage as readonly string[] | undefined;
  return uses === undefined || uses.length === 0 || uses.includes(use) || uses.includes(ANY_USE)
    ? undefined
    : untrusted('notForThisUse', `it is not meant for ${use === Uses.CLIENT ? 'clients' : 'servers'}`);
}
