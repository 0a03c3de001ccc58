import { generateKeyPairSync } from 'node:crypto';

/** A device's key pair. */
export interface DeviceKeys {
  /** SubjectPublicKeyInfo in PEM and DER. */
  readonly publicKey: string;
  readonly spki: Uint8Array;
  readonly privatePem: string;
}

/** A fresh P-256 key pair. */
export function p256(): DeviceKeys {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}
