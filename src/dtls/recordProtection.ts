import { concatBytes } from '../base/bytes';
import { assertNever } from '../base/errors';
import type { RandomSource } from '../base/random';
import { CbcSha256 } from './cbcSha256';
import { AesCcm, type Aead } from './ccm';
import type { CipherSuite } from './cipherSuite';
import { AesGcm } from './gcm';
import { prf } from './prf';
import { ContentTypes, type RecordHeader } from './record';
import { putInteger } from './wire';

/** Protects the records of one direction of one epoch. */
export interface RecordProtection {
  /** What protection adds to a record at most, in bytes. */
  readonly overhead: number;
  /** The fragment that stands in the record, behind `headroom` bytes that are left free for its header. */
  seal(header: RecordHeader, plaintext: Uint8Array, headroom: number): Uint8Array;
  /** The plaintext, or `undefined` where the record was not made with these keys. */
  open(header: RecordHeader, fragment: Uint8Array): Uint8Array | undefined;
}

/** Both directions of an epoch. */
export interface EpochKeys {
  readonly client: RecordProtection;
  readonly server: RecordProtection;
}

/** The keys of a session (RFC 5246 §6.3). */
export function epochKeys(
  suite: CipherSuite,
  master: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
  encryptThenMac: boolean,
  random: RandomSource,
): EpochKeys {
  const [macLength, ivLength] = suite.cipher === 'CBC_SHA256' ? [32, 0] : [0, 4];
  const total = 2 * (macLength + 16 + ivLength);
  const block = prf(master, 'key expansion', concatBytes([serverRandom, clientRandom]), total);
  const take = (at: number, length: number) => block.slice(at, at + length);
  const direction = (index: 0 | 1): RecordProtection => {
    const mac = take(index * macLength, macLength);
    const key = take(2 * macLength + index * 16, 16);
    const salt = take(2 * macLength + 32 + index * ivLength, ivLength);
    switch (suite.cipher) {
      case 'CCM_8':
        return new AeadProtection(new AesCcm(key, 8), salt);
      case 'CCM':
        return new AeadProtection(new AesCcm(key, 16), salt);
      case 'GCM':
        return new AeadProtection(new AesGcm(key), salt);
      case 'CBC_SHA256':
        return new CbcProtection(new CbcSha256(key, mac, encryptThenMac), random);
      default:
        return assertNever(suite.cipher);
    }
  };
  return { client: direction(0), server: direction(1) };
}

const EXPLICIT_NONCE = 8;

/** RFC 6655 §3, RFC 5288 §3: the explicit nonce is the epoch and the sequence number, so it never comes twice. */
class AeadProtection implements RecordProtection {
  readonly overhead: number;

  constructor(
    private readonly aead: Aead,
    private readonly salt: Uint8Array,
  ) {
    this.overhead = EXPLICIT_NONCE + aead.tagLength;
  }

  seal(header: RecordHeader, plaintext: Uint8Array, headroom: number): Uint8Array {
    const nonce = this.nonce();
    putNumber(nonce, this.salt.length, header);
    const covered = protectedHeader(header, plaintext.length);
    const sealed = this.aead.seal(nonce, covered, plaintext, headroom + EXPLICIT_NONCE);
    putNumber(sealed, headroom, header);
    return sealed;
  }

  open(header: RecordHeader, fragment: Uint8Array): Uint8Array | undefined {
    const length = fragment.length - this.overhead;
    if (length < 0) return undefined;
    const nonce = this.nonce();
    nonce.set(fragment.subarray(0, EXPLICIT_NONCE), this.salt.length);
    return this.aead.open(nonce, protectedHeader(header, length), fragment.subarray(EXPLICIT_NONCE));
  }

  /** The salt, and room for the explicit part. */
  private nonce(): Uint8Array {
    const nonce = new Uint8Array(this.salt.length + EXPLICIT_NONCE);
    nonce.set(this.salt);
    return nonce;
  }
}

class CbcProtection implements RecordProtection {
  /** IV, MAC, and padding of a whole block. */
  readonly overhead = 16 + 32 + 16;

  constructor(
    private readonly cipher: CbcSha256,
    private readonly random: RandomSource,
  ) {}

  seal(header: RecordHeader, plaintext: Uint8Array, headroom: number): Uint8Array {
    return this.cipher.seal(this.random.bytes(16), (n) => protectedHeader(header, n), plaintext, headroom);
  }

  open(header: RecordHeader, fragment: Uint8Array): Uint8Array | undefined {
    return this.cipher.open((n) => protectedHeader(header, n), fragment);
  }
}

/** Epoch and sequence number, as the header and all that covers it have them. */
function putNumber(into: Uint8Array, at: number, { epoch, sequence }: RecordHeader): number {
  return putInteger(into, putInteger(into, at, epoch, 2), sequence, 6);
}

/** Where a classic header has its number, the cover of a record with a connection ID has these (RFC 9146 §5). */
const PLACEHOLDER = 8;

/** Additional data and MAC header alike (RFC 5246 §6.2.3.3, RFC 9146 §5). */
function protectedHeader(header: RecordHeader, length: number): Uint8Array {
  const { type, version, cid } = header;
  if (type !== ContentTypes.TLS12_CID) {
    const covered = new Uint8Array(13);
    let at = putNumber(covered, 0, header);
    at = putInteger(covered, at, type, 1);
    at = putInteger(covered, at, version, 2);
    putInteger(covered, at, length, 2);
    return covered;
  }
  const covered = new Uint8Array(PLACEHOLDER + 15 + cid.length).fill(0xff, 0, PLACEHOLDER);
  let at = putInteger(covered, PLACEHOLDER, type, 1);
  at = putInteger(covered, at, cid.length, 1);
  at = putInteger(covered, at, type, 1);
  at = putInteger(covered, at, version, 2);
  at = putNumber(covered, at, header);
  covered.set(cid, at);
  putInteger(covered, at + cid.length, length, 2);
  return covered;
}
