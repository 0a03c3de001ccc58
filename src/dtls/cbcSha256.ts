import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { concatBytes } from '../base/bytes';
import { hmacSha256 } from './prf';

const BLOCK = 16;
const MAC = 32;

/** What the MAC covers before the text, given the length that stands in it (RFC 5246 §6.2.3.1, RFC 9146 §5.1). */
export type MacHeader = (length: number) => Uint8Array;

/**
 * AES-128-CBC with HMAC-SHA-256, MAC first (RFC 5246 §6.2.3.2) or, where both sides agreed, encryption first
 * (RFC 7366), which leaves no padding to probe.
 */
export class CbcSha256 {
  constructor(
    private readonly key: Uint8Array,
    private readonly macKey: Uint8Array,
    readonly encryptThenMac: boolean,
  ) {}

  /**
   * IV, ciphertext and, with encryption first, the MAC, behind `headroom` bytes that are left free. `iv` is 16
   * unpredictable bytes.
   */
  seal(iv: Uint8Array, header: MacHeader, plaintext: Uint8Array, headroom = 0): Uint8Array {
    const room = new Uint8Array(headroom);
    if (this.encryptThenMac) {
      const encrypted = this.encrypt(iv, plaintext);
      const mac = hmacSha256(this.macKey, header(encrypted.length), encrypted);
      return concatBytes([room, encrypted, mac]);
    }
    const mac = hmacSha256(this.macKey, header(plaintext.length), plaintext);
    return concatBytes([room, this.encrypt(iv, concatBytes([plaintext, mac]))]);
  }

  /** The plaintext, or `undefined` where padding or MAC are wrong: which of them is not told, nor shown by the time taken. */
  open(header: MacHeader, sealed: Uint8Array): Uint8Array | undefined {
    return this.encryptThenMac ? this.openMacLast(header, sealed) : this.openMacFirst(header, sealed);
  }

  private openMacLast(header: MacHeader, sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - MAC;
    if (length < 2 * BLOCK || length % BLOCK !== 0) return undefined;
    const encrypted = sealed.subarray(0, length);
    const mac = hmacSha256(this.macKey, header(length), encrypted);
    if (!timingSafeEqual(mac, sealed.subarray(length))) return undefined;
    const text = this.decrypt(encrypted);
    const { good, padding } = readPadding(text, 0);
    return good === 0 ? text.subarray(0, text.length - padding) : undefined;
  }

  private openMacFirst(header: MacHeader, sealed: Uint8Array): Uint8Array | undefined {
    if (sealed.length < 2 * BLOCK + MAC || sealed.length % BLOCK !== 0) return undefined;
    const text = this.decrypt(sealed);
    const { good, padding } = readPadding(text, MAC);
    const length = text.length - MAC - padding;
    const head = header(length);
    const mac = hmacSha256(this.macKey, head, text.subarray(0, length));
    // As many compressions as the longest text would have taken, whatever the padding said (Lucky 13).
    const missing = compressions(head.length + text.length - MAC - 1) - compressions(head.length + length);
    createHash('sha256')
      .update(new Uint8Array(64 * missing))
      .digest();
    const same = timingSafeEqual(mac, text.subarray(length, length + MAC));
    return (good | (same ? 0 : 1)) === 0 ? text.subarray(0, length) : undefined;
  }

  private encrypt(iv: Uint8Array, text: Uint8Array): Uint8Array {
    const padding = BLOCK - 1 - (text.length % BLOCK);
    const cipher = createCipheriv('aes-128-cbc', this.key, iv).setAutoPadding(false);
    const tail = new Uint8Array(padding + 1).fill(padding);
    return concatBytes([iv, cipher.update(text), cipher.update(tail), cipher.final()]);
  }

  private decrypt(sealed: Uint8Array): Uint8Array {
    const iv = sealed.subarray(0, BLOCK);
    const decipher = createDecipheriv('aes-128-cbc', this.key, iv).setAutoPadding(false);
    return concatBytes([decipher.update(sealed.subarray(BLOCK)), decipher.final()]);
  }
}

/** `good` is 0 where the padding is right; `padding` counts its bytes with the length byte, 1 where it is wrong. No branch on secrets. */
function readPadding(
  text: Uint8Array,
  macLength: number,
): { readonly good: number; readonly padding: number } {
  const last = text[text.length - 1] ?? 0;
  let good = (text.length - macLength - 1 - last) >> 31;
  const reach = Math.min(256, text.length);
  for (let i = 1; i <= reach; i++) {
    const inPadding = (i - 1 - last - 1) >> 31;
    good |= inPadding & ((text[text.length - i] ?? 0) ^ last);
  }
  const bad = (good | -good) >> 31;
  return { good, padding: (last & ~bad) + 1 };
}

/** SHA-256 blocks that HMAC's inner hash takes for a text of this length. */
const compressions = (length: number): number => Math.ceil((length + 9) / 64);
