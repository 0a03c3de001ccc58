import { createCipheriv, timingSafeEqual, type Cipher } from 'node:crypto';
import { InvariantError } from '../base/errors';

/** An authenticated cipher with associated data (RFC 5116 §2). */
export interface Aead {
  readonly tagLength: number;
  /** Ciphertext followed by the tag. */
  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext, or `undefined` where the tag does not verify. */
  open(nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

const BLOCK = 16;
const ZERO_IV = new Uint8Array(BLOCK);

/**
 * AES-128-CCM (RFC 3610) composed of AES-128 in CBC and ECB, because the desktop editor's cryptography (BoringSSL) has
 * no CCM to offer. Both ciphers live as long as the key: CBC's chain is cancelled at each start by adding its last block.
 */
export class AesCcm implements Aead {
  private readonly cbc: Cipher;
  private readonly ecb: Cipher;
  private chain: Uint8Array = ZERO_IV;

  constructor(
    key: Uint8Array,
    /** 16 for CCM, 8 for CCM_8 (RFC 6655 §3, §4). */
    readonly tagLength: 8 | 16,
  ) {
    this.cbc = createCipheriv('aes-128-cbc', key, ZERO_IV).setAutoPadding(false);
    this.ecb = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const sealed = new Uint8Array(plaintext.length + this.tagLength);
    const stream = this.keyStream(nonce, plaintext.length);
    for (let i = 0; i < plaintext.length; i++) sealed[i] = (plaintext[i] ?? 0) ^ (stream[BLOCK + i] ?? 0);
    sealed.set(this.tag(nonce, additionalData, plaintext, stream), plaintext.length);
    return sealed;
  }

  open(nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - this.tagLength;
    if (length < 0) return undefined;
    const plaintext = new Uint8Array(length);
    const stream = this.keyStream(nonce, length);
    for (let i = 0; i < length; i++) plaintext[i] = (sealed[i] ?? 0) ^ (stream[BLOCK + i] ?? 0);
    const tag = this.tag(nonce, additionalData, plaintext, stream);
    return timingSafeEqual(tag, sealed.subarray(length)) ? plaintext : undefined;
  }

  /** S_0 for the tag, then S_1… for the text (RFC 3610 §2.3). */
  private keyStream(nonce: Uint8Array, length: number): Uint8Array {
    const blocks = 1 + Math.ceil(length / BLOCK);
    const counters = new Uint8Array(blocks * BLOCK);
    for (let i = 0; i < blocks; i++) {
      const at = i * BLOCK;
      counters[at] = lengthOctets(nonce) - 1;
      counters.set(nonce, at + 1);
      counters[at + 14] = i >> 8;
      counters[at + 15] = i;
      if (i > 0xffff) counters[at + 13] = (counters[at + 13] ?? 0) | (i >> 16);
    }
    return this.ecb.update(counters);
  }

  /** The CBC-MAC (RFC 3610 §2.2), encrypted with S_0. */
  private tag(nonce: Uint8Array, aad: Uint8Array, text: Uint8Array, stream: Uint8Array): Uint8Array {
    const aadLength = aad.length === 0 ? 0 : padded(aad.length + 2);
    const input = new Uint8Array(BLOCK + aadLength + padded(text.length));
    const octets = lengthOctets(nonce);
    input[0] = (aad.length > 0 ? 0x40 : 0) | (((this.tagLength - 2) / 2) << 3) | (octets - 1);
    input.set(nonce, 1);
    for (let i = 0, n = text.length; i < octets && n > 0; i++, n = Math.floor(n / 256)) input[15 - i] = n;
    if (aad.length >= 0xff00) throw new InvariantError(`additional data of ${aad.length} bytes`);
    if (aad.length > 0) {
      input[BLOCK] = aad.length >> 8;
      input[BLOCK + 1] = aad.length;
      input.set(aad, BLOCK + 2);
    }
    input.set(text, BLOCK + aadLength);
    for (let i = 0; i < BLOCK; i++) input[i] = (input[i] ?? 0) ^ (this.chain[i] ?? 0);
    const encrypted = this.cbc.update(input);
    this.chain = Uint8Array.from(encrypted.subarray(encrypted.length - BLOCK));
    const tag = this.chain.slice(0, this.tagLength);
    for (let i = 0; i < tag.length; i++) tag[i] = (tag[i] ?? 0) ^ (stream[i] ?? 0);
    return tag;
  }
}

/** RFC 3610's L: octets of the length field, 15 less the nonce's. */
const lengthOctets = (nonce: Uint8Array): number => 15 - nonce.length;
const padded = (length: number): number => Math.ceil(length / BLOCK) * BLOCK;
