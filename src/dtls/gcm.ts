import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Aead } from './ccm';

const TAG = 16;

/** AES-128-GCM with a tag of 16 bytes (RFC 5288 §3). */
export class AesGcm implements Aead {
  readonly tagLength = TAG;

  constructor(private readonly key: Uint8Array) {}

  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array, headroom = 0): Uint8Array {
    const cipher = createCipheriv('aes-128-gcm', this.key, nonce);
    cipher.setAAD(additionalData);
    const sealed = new Uint8Array(headroom + plaintext.length + TAG);
    sealed.set(cipher.update(plaintext), headroom);
    cipher.final();
    sealed.set(cipher.getAuthTag(), headroom + plaintext.length);
    return sealed;
  }

  open(nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - TAG;
    if (length < 0) return undefined;
    const decipher = createDecipheriv('aes-128-gcm', this.key, nonce, { authTagLength: TAG });
    decipher.setAAD(additionalData);
    decipher.setAuthTag(sealed.subarray(length));
    const { buffer, byteOffset } = decipher.update(sealed.subarray(0, length));
    // no copy, but no Buffer either: its slice() is none
    const plaintext = new Uint8Array(buffer, byteOffset, length);
    try {
      decipher.final();
    } catch {
      // Node's only way to say that the tag does not verify
      return undefined;
    }
    return plaintext;
  }
}
