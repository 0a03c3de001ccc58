import { createPrivateKey, createPublicKey } from 'node:crypto';
import { decodeUtf8, equalBytes } from '../base/bytes';
import { decoded, problem, type Decoded } from '../base/result';
import type { DeviceOwn } from './clientTrust';
import { MAX_MATERIAL_BYTES, parseCertificate, publicKeyOf } from './publicMaterial';

/**
 * What a device proves itself by, from its private key in PEM (PKCS #8 or SEC 1, EC P-256, not encrypted) and its
 * certificate; without a certificate it presents its raw public key (RFC 7250). A problem says which of the two is wrong,
 * and nothing of the key.
 */
export function deviceOwnFrom(
  privateKeyPem: Uint8Array,
  certificate: Uint8Array | undefined,
): Decoded<DeviceOwn> {
  const key = privateKeyOf(privateKeyPem);
  if (!key.ok) return key;
  const { privateKey, publicKey } = key.value;
  if (!certificate) return decoded({ mode: 'rawPublicKey', privateKey, publicKey });
  const read = parseCertificate(certificate);
  if (!read.ok) return problem(`the certificate: ${read.problem.message}`, read.problem.offset);
  return equalBytes(publicKeyOf(read.value), publicKey)
    ? decoded({ mode: 'certificate', certificate: { certificate: read.value, privateKey } })
    : problem('the private key is not that of the certificate', 0);
}

/** DER of the private key (PKCS #8) and of its public half (SubjectPublicKeyInfo). */
function privateKeyOf(
  pem: Uint8Array,
): Decoded<{ readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }> {
  const text = pem.length > MAX_MATERIAL_BYTES ? undefined : decodeUtf8(pem);
  if (text === undefined) return problem('the private key is no PEM', 0);
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
      return problem('the private key is not EC P-256, which devices speak', 0);
    return decoded({
      privateKey: new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })),
      publicKey: new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })),
    });
  } catch {
    // the library's only way to say so; its words are about the key
    return problem('the private key is no PEM of a key without a passphrase', 0);
  }
}
