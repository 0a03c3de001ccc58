import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from '../base/bytes';
import type { Aead } from './ccm';

const TAG = 16;

/** AES-128-GCM with a tag of 16 bytes (RFC 5288 §3). */
export class AesGcm implements Aead {
  readonly tagLength = TAG;

  constructor(private readonly key: Uint8Array) {}

  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const cipher = createCipheriv('aes-128-gcm', this.key, nonce);
    cipher.setAAD(additionalData);
    return concatBytes([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  open(nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - TAG;
    if (length < 0) return undefined;
    const decipher = createDecipheriv('aes-128-gcm', this.key, nonce, { authTagLength: TAG });
    decipher.setAAD(additionalData);
    decipher.setAuthTag(sealed.subarray(length));
    const plaintext = new Uint8Array(decipher.update(sealed.subarray(0, length)));
    try {
      decipher.final();
    } catch {
      // Node's only way to say that the tag does not verify
      return undefined;
    }
    return plaintext;
  }
}
