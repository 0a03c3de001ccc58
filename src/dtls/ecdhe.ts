import { createECDH, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { concatBytes } from '../base/bytes';
import type { RandomSource } from '../base/random';
import { ECDSA_SHA256, SECP256R1 } from './extension';
import { uint16, uint8, vector16, vector8, WireReader } from './wire';

/** One side's ephemeral key on P-256, used for one handshake. */
export class EphemeralKey {
  private readonly ecdh = createECDH('prime256v1');
  /** The uncompressed point (RFC 8422 §5.4.1). */
  readonly publicPoint: Uint8Array;

  constructor(random: RandomSource) {
    for (;;) {
      try {
        this.ecdh.setPrivateKey(random.bytes(32));
        break;
      } catch {
        // once in 2^32 the number is not below the group's order: another is drawn
      }
    }
    this.publicPoint = new Uint8Array(this.ecdh.getPublicKey());
  }

  /** The shared secret, or `undefined` where the peer's point is not on the curve. */
  secretWith(point: Uint8Array): Uint8Array | undefined {
    try {
      return new Uint8Array(this.ecdh.computeSecret(point));
    } catch {
      // Node's only way to refuse a point
      return undefined;
    }
  }
}

/** ServerECDHParams (RFC 8422 §5.4): a named curve and the server's point. */
export const encodeEcdhParams = (point: Uint8Array): Uint8Array =>
  concatBytes([uint8(3), uint16(SECP256R1), vector8(point)]);

/** The server's point, or `undefined` for another curve. */
export function readEcdhParams(reader: WireReader): Uint8Array | undefined {
  const kind = reader.uint8();
  const curve = reader.uint16();
  const point = reader.vector8();
  return kind === 3 && curve === SECP256R1 && !reader.failed ? point : undefined;
}

/** A digitally-signed struct (RFC 5246 §4.7) with ECDSA and SHA-256. */
export const encodeSignature = (key: KeyObject, covered: Uint8Array): Uint8Array =>
  concatBytes([uint16(ECDSA_SHA256), vector16(sign('sha256', covered, key))]);

/** Whether the digitally-signed struct that comes next is the key's over `covered`, and the last thing there. */
export function verifySignature(reader: WireReader, key: KeyObject, covered: Uint8Array): boolean {
  const algorithm = reader.uint16();
  const signature = reader.vector16();
  if (reader.failed || reader.remaining > 0 || algorithm !== ECDSA_SHA256) return false;
  try {
    return verify('sha256', covered, key, signature);
  } catch {
    // a key or signature that Node can't even read is no proof
    return false;
  }
}

/** A P-256 public key from SubjectPublicKeyInfo in DER; `undefined` where it is none. */
export function importPublicKey(spki: Uint8Array): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: spki as Buffer, format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    // Node's only way to refuse a key
    return undefined;
  }
}
