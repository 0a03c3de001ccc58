import { X509Certificate, type KeyObject } from 'node:crypto';
import { Alerts } from './alert';
import type { CertificateVerdict, OwnCertificate, PresentedCertificate } from './credentials';
import { importPublicKey } from './ecdhe';
import { CertificateTypes, ECDSA_SHA256 } from './extension';
import type { HandshakeFailure } from './handshakeEvents';
import { uint16, uint8, vector16, vector24, vector8, WireReader } from './wire';
import { concatBytes } from '../base/bytes';

/** Longest chain that is looked at. */
const MAX_CHAIN = 8;

/** The body of a Certificate message: a chain, or one bare key (RFC 5246 §7.4.2, RFC 7250 §3). `undefined`: none to show. */
export function encodeCertificate(own: OwnCertificate | undefined, type: number): Uint8Array {
  if (type === CertificateTypes.RAW_PUBLIC_KEY) return vector24(own?.publicKey ?? new Uint8Array(0));
  return vector24(...(own?.chain ?? []).map((certificate) => vector24(certificate)));
}

/** What a peer presents and the key in it; `empty` where it has no certificate; `undefined` where it can't be read. */
export function decodeCertificate(
  body: Uint8Array,
  type: number,
): { readonly presented: PresentedCertificate; readonly key: KeyObject } | 'empty' | undefined {
  const reader = new WireReader(body);
  const content = reader.vector24();
  if (reader.failed || reader.remaining > 0) return undefined;
  if (content.length === 0) return 'empty';
  if (type === CertificateTypes.RAW_PUBLIC_KEY) {
    const key = importPublicKey(content);
    return key && { presented: { kind: 'rawPublicKey', publicKey: content.slice() }, key };
  }
  const chain: Uint8Array[] = [];
  const list = new WireReader(content);
  while (list.remaining > 0 && !list.failed) chain.push(list.vector24().slice());
  const key = chain[0] && certificateKey(chain[0]);
  if (list.failed || chain.length > MAX_CHAIN || !key) return undefined;
  return { presented: { kind: 'x509', chain }, key };
}

function certificateKey(der: Uint8Array): KeyObject | undefined {
  try {
    const { publicKey } = new X509Certificate(der);
    return publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? publicKey : undefined;
  } catch {
    // Node's only way to refuse a certificate
    return undefined;
  }
}

/** ecdsa_sign (RFC 8422 §5.5). */
const ECDSA_SIGN = 64;

/** The body of a CertificateRequest for ECDSA on P-256, any authority (RFC 5246 §7.4.4). */
export const encodeCertificateRequest = (): Uint8Array =>
  concatBytes([vector8(uint8(ECDSA_SIGN)), vector16(uint16(ECDSA_SHA256)), vector16()]);

/** The kinds of certificate that are held, as a hello names them. */
export function heldTypes(own: OwnCertificate | undefined): number[] {
  if (!own) return [];
  return own.chain.length > 0
    ? [CertificateTypes.X509, CertificateTypes.RAW_PUBLIC_KEY]
    : [CertificateTypes.RAW_PUBLIC_KEY];
}

/** How a handshake ends over a certificate that is not trusted; `undefined`: nobody was there to judge it. */
export function certificateRefusal(
  verdict: Exclude<CertificateVerdict, { readonly trusted: true }> | undefined,
  presented: PresentedCertificate,
): { readonly failure: HandshakeFailure; readonly alert: number } {
  const { reason, alert, code } = verdict ?? {
    reason: 'nobody judges it',
    alert: Alerts.CERTIFICATE_UNKNOWN,
    code: undefined,
  };
  return {
    failure: { kind: 'certificateRefused', reason, ...(code === undefined ? {} : { code, presented }) },
    alert,
  };
}
