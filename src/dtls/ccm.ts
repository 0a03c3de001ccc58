import { createCipheriv, timingSafeEqual, type Cipher } from 'node:crypto';
import { InvariantError } from '../base/errors';
import { putInteger } from './wire';

/** An authenticated cipher with associated data (RFC 5116 §2). */
export interface Aead {
  readonly tagLength: number;
  /** Ciphertext followed by the tag, behind `headroom` bytes that are left free. */
  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array, headroom?: number): Uint8Array;
  /** The plaintext, or `undefined` where the tag does not verify. */
  open(nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

const BLOCK = 16;
const ZERO_IV = new Uint8Array(BLOCK);

/**
 * AES-128-CCM (RFC 3610) composed of AES-128 in CBC and ECB, because the desktop editor's cryptography (BoringSSL) has
 * no CCM to offer. Both ciphers live as long as the key, which makes it no slower than OpenSSL's own CCM, for which Node
 * makes a cipher a record: CBC's chain is cancelled at each start by adding its last block.
 */
export class AesCcm implements Aead {
  private readonly cbc: Cipher;
  private readonly ecb: Cipher;
  private readonly chain = new Uint8Array(BLOCK);

  constructor(
    key: Uint8Array,
    /** 16 for CCM, 8 for CCM_8 (RFC 6655 §3, §4). */
    readonly tagLength: 8 | 16,
  ) {
    this.cbc = createCipheriv('aes-128-cbc', key, ZERO_IV).setAutoPadding(false);
    this.ecb = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  seal(nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array, headroom = 0): Uint8Array {
    const { length } = plaintext;
    const covered = this.cover(nonce, additionalData, length);
    const textAt = covered.length - padded(length);
    covered.set(plaintext, textAt);
    const stream = this.keyStream(nonce, length);
    const tag = this.tag(covered, stream);
    addStream(covered, textAt, stream);
    const sealed = new Uint8Array(headroom + length + this.tagLength);
    sealed.set(covered.subarray(textAt, textAt + length), headroom);
    sealed.set(tag, headroom + length);
    return sealed;
  }

  open(nonce: Uint8Array, additionalData: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - this.tagLength;
    if (length < 0) return undefined;
    const covered = this.cover(nonce, additionalData, length);
    const textAt = covered.length - padded(length);
    covered.set(sealed.subarray(0, length), textAt);
    const stream = this.keyStream(nonce, length);
    addStream(covered, textAt, stream);
    covered.fill(0, textAt + length);
    const tag = this.tag(covered, stream);
    return timingSafeEqual(tag, sealed.subarray(length))
      ? covered.subarray(textAt, textAt + length)
      : undefined;
  }

  /** S_0 for the tag, then S_1… for the text (RFC 3610 §2.3). */
  private keyStream(nonce: Uint8Array, length: number): Uint8Array {
    const blocks = 1 + Math.ceil(length / BLOCK);
    const counters = new Uint8Array(blocks * BLOCK);
    counters[0] = lengthOctets(nonce) - 1;
    counters.set(nonce, 1);
    const words = wordsOf(counters);
    const [a = 0, b = 0, c = 0, d = 0] = words;
    for (let i = 1, word = 4; i < blocks; i++) {
      words[word++] = a;
      words[word++] = b;
      words[word++] = c;
      words[word++] = d;
      putInteger(counters, i * BLOCK + 14, i, 2);
    }
    return this.ecb.update(counters);
  }

  /** What the CBC-MAC covers before the text (RFC 3610 §2.2), and room for the text and its padding behind it. */
  private cover(nonce: Uint8Array, aad: Uint8Array, textLength: number): Uint8Array {
    // a block's number has two bytes here, and the additional data's length has two
    if (textLength > 0xffff * BLOCK) throw new InvariantError(`a text of ${textLength} bytes`);
    if (aad.length >= 0xff00) throw new InvariantError(`additional data of ${aad.length} bytes`);
    const aadLength = aad.length === 0 ? 0 : padded(aad.length + 2);
    const covered = new Uint8Array(BLOCK + aadLength + padded(textLength));
    const octets = lengthOctets(nonce);
    covered[0] = (aad.length > 0 ? 0x40 : 0) | (((this.tagLength - 2) / 2) << 3) | (octets - 1);
    covered.set(nonce, 1);
    putInteger(covered, BLOCK - octets, textLength, octets);
    if (aad.length > 0) {
      putInteger(covered, BLOCK, aad.length, 2);
      covered.set(aad, BLOCK + 2);
    }
    return covered;
  }

  /** The CBC-MAC of what is covered, whose first block is used up by it, encrypted with S_0. */
  private tag(covered: Uint8Array, stream: Uint8Array): Uint8Array {
    const { chain } = this;
    for (let i = 0; i < BLOCK; i++) covered[i] = (covered[i] ?? 0) ^ (chain[i] ?? 0);
    const encrypted = this.cbc.update(covered);
    chain.set(encrypted.subarray(encrypted.length - BLOCK));
    const tag = new Uint8Array(this.tagLength);
    for (let i = 0; i < tag.length; i++) tag[i] = (chain[i] ?? 0) ^ (stream[i] ?? 0);
    return tag;
  }
}

/** Adds S_1… to the text, four bytes at once; it begins at a whole block. */
function addStream(covered: Uint8Array, textAt: number, stream: Uint8Array): void {
  const text = wordsOf(covered);
  const key = wordsOf(stream);
  for (let i = textAt / 4, j = BLOCK / 4; i < text.length; i++, j++) text[i] = (text[i] ?? 0) ^ (key[j] ?? 0);
}

/** The bytes, or a copy of them where they don't begin at a whole word, as words in the machine's order. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  return new Uint32Array(buffer, byteOffset, length / 4);
}

/** RFC 3610's L: octets of the length field, 15 less the nonce's. */
const lengthOctets = (nonce: Uint8Array): number => 15 - nonce.length;
const padded = (length: number): number => Math.ceil(length / BLOCK) * BLOCK;
