import { createHash, createHmac } from 'node:crypto';
import { concatBytes, encodeUtf8 } from '../base/bytes';
import { uint16 } from './wire';

/** SHA-256 of the parts one after another (FIPS 180-4). */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** HMAC-SHA-256 of the parts one after another (RFC 2104). */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return new Uint8Array(hmac.digest());
}

/** The pseudorandom function of TLS 1.2 with SHA-256 (RFC 5246 §5): `length` bytes. */
export function prf(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const labelled = concatBytes([encodeUtf8(label), seed]);
  const output = new Uint8Array(Math.ceil(length / 32) * 32);
  let a: Uint8Array = labelled;
  for (let at = 0; at < length; at += 32) {
    a = hmacSha256(secret, a);
    output.set(hmacSha256(secret, a, labelled), at);
  }
  return output.subarray(0, length);
}

/** The premaster secret of PSK (RFC 4279 §2), or of ECDHE_PSK with the ECDH result as `other` (RFC 5489 §2). */
export function pskPremaster(psk: Uint8Array, other: Uint8Array = new Uint8Array(psk.length)): Uint8Array {
  return concatBytes([uint16(other.length), other, uint16(psk.length), psk]);
}

const MASTER_LENGTH = 48;

/** The master secret from both randoms (RFC 5246 §8.1). */
export const masterSecret = (
  premaster: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): Uint8Array => prf(premaster, 'master secret', concatBytes([clientRandom, serverRandom]), MASTER_LENGTH);

/** The master secret bound to the whole handshake up to ClientKeyExchange (RFC 7627 §4). */
export const extendedMasterSecret = (premaster: Uint8Array, sessionHash: Uint8Array): Uint8Array =>
  prf(premaster, 'extended master secret', sessionHash, MASTER_LENGTH);

/** The 12 bytes of a Finished over the hash of the handshake (RFC 5246 §7.4.9). */
export const verifyData = (
  master: Uint8Array,
  sender: 'client' | 'server',
  handshakeHash: Uint8Array,
): Uint8Array => prf(master, `${sender} finished`, handshakeHash, 12);
