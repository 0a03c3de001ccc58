import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { decodeUtf8, fromBase64, fromHex, toBase64 } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';

/** Bytes a public key or certificate, in whatever form, may have: certificates of devices have a few hundred. */
export const MAX_MATERIAL_BYTES = 16_384;

/** Where a PEM block stands in a text (RFC 7468 §2). */
interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
  readonly offset: number;
}

const PEM = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]{0,22000})-----END \1-----/;

/** The first PEM block of a text, or `undefined` where there is none. */
export function pemBlock(text: string): PemBlock | undefined {
  const found = PEM.exec(text);
  const [, label, body] = found ?? [];
  const der = body === undefined ? undefined : fromBase64(body.replace(/\s/g, ''));
  return found && label !== undefined && der ? { label, der, offset: found.index } : undefined;
}

/** A PEM block (RFC 7468 §2): 64 digits a line, `\n` after each. */
export function toPem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** The DER in a file or pasted text: PEM of that label, base64, hexadecimal or DER itself. */
function derOf(input: Uint8Array | string, label: string): Decoded<Uint8Array> {
  if (input.length > MAX_MATERIAL_BYTES)
    return problem(`longer than ${MAX_MATERIAL_BYTES} bytes`, MAX_MATERIAL_BYTES);
  const text = typeof input === 'string' ? input : decodeUtf8(input);
  // DER of a SEQUENCE begins with 0x30, which is a `0`: a text that is digits throughout is hexadecimal all the same.
  if (text === undefined) return decoded(new Uint8Array(input as Uint8Array));
  const block = pemBlock(text);
  if (block) {
    if (block.label === label) return decoded(block.der);
    return /PRIVATE KEY$/.test(block.label)
      ? problem('this is a private key, which stays with the device', block.offset, 'PRIVATE_KEY')
      : problem(`this is a ${block.label}, not a ${label}`, block.offset);
  }
  if (text.includes('-----BEGIN')) return problem('the PEM block is cut short or damaged', 0);
  const bytes = fromHex(text) ?? fromBase64(text.replace(/\s/g, ''));
  return bytes && bytes.length > 0
    ? decoded(bytes)
    : problem(`neither PEM nor base64, hexadecimal or DER of a ${label}`, 0);
}

/** A P-256 SubjectPublicKeyInfo in DER, from PEM, base64, hexadecimal or DER (RFC 7250 §3, RFC 5480). */
export function parsePublicKey(input: Uint8Array | string): Decoded<Uint8Array> {
  const der = derOf(input, 'PUBLIC KEY');
  if (!der.ok) return der;
  try {
    const key = createPublicKey(toPem('PUBLIC KEY', der.value));
    const wrong = notP256(key);
    return wrong === undefined
      ? decoded(new Uint8Array(key.export({ format: 'der', type: 'spki' })))
      : problem(wrong, 0);
  } catch {
    // the library's only way to say that the bytes are none
    return problem('this is no public key', 0);
  }
}

/** A certificate with a P-256 key in DER, from PEM, base64, hexadecimal or DER (RFC 5280, RFC 7925 §4.4). */
export function parseCertificate(input: Uint8Array | string): Decoded<Uint8Array> {
  const der = derOf(input, 'CERTIFICATE');
  if (!der.ok) return der;
  try {
    const certificate = new X509Certificate(der.value);
    const wrong = notP256(certificate.publicKey);
    return wrong === undefined ? decoded(new Uint8Array(certificate.raw)) : problem(wrong, 0);
  } catch {
    return problem('this is no certificate', 0);
  }
}

const notP256 = (key: KeyObject): string | undefined =>
  key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    ? undefined
    : `its key is ${key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'unknown'}, devices speak EC P-256`;

/** The last common name of a certificate's subject, as servers compare it with the endpoint name; `undefined` without one. */
export function commonNameOf(certificate: Uint8Array): string | undefined {
  try {
    const { subject } = new X509Certificate(certificate).toLegacyObject();
    const name: unknown = (subject as unknown as Record<string, unknown>)['CN'];
    const last: unknown = Array.isArray(name) ? name.at(-1) : name;
    return typeof last === 'string' ? last : undefined;
  } catch {
    return undefined;
  }
}

/** The SubjectPublicKeyInfo in DER of a certificate (DER). The bytes must be a certificate's. */
export const publicKeyOf = (certificate: Uint8Array): Uint8Array =>
  new Uint8Array(new X509Certificate(certificate).publicKey.export({ format: 'der', type: 'spki' }));
