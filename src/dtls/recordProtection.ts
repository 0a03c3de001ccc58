import { concatBytes } from '../base/bytes';
import { assertNever } from '../base/errors';
import type { RandomSource } from '../base/random';
import { CbcSha256 } from './cbcSha256';
import { AesCcm, type Aead } from './ccm';
import type { CipherSuite } from './cipherSuite';
import { AesGcm } from './gcm';
import { prf } from './prf';
import { ContentTypes, type RecordHeader } from './record';
import { uint16, uint48, uint8 } from './wire';

/** Protects the records of one direction of one epoch. */
export interface RecordProtection {
  /** What protection adds to a record at most, in bytes. */
  readonly overhead: number;
  /** The fragment that stands in the record. */
  seal(header: RecordHeader, plaintext: Uint8Array): Uint8Array;
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

  seal(header: RecordHeader, plaintext: Uint8Array): Uint8Array {
    const explicit = concatBytes([uint16(header.epoch), uint48(header.sequence)]);
    const nonce = concatBytes([this.salt, explicit]);
    const covered = protectedHeader(header, plaintext.length);
    return concatBytes([explicit, this.aead.seal(nonce, covered, plaintext)]);
  }

  open(header: RecordHeader, fragment: Uint8Array): Uint8Array | undefined {
    const length = fragment.length - this.overhead;
    if (length < 0) return undefined;
    const nonce = concatBytes([this.salt, fragment.subarray(0, EXPLICIT_NONCE)]);
    return this.aead.open(nonce, protectedHeader(header, length), fragment.subarray(EXPLICIT_NONCE));
  }
}

class CbcProtection implements RecordProtection {
  /** IV, MAC, and padding of a whole block. */
  readonly overhead = 16 + 32 + 16;

  constructor(
    private readonly cipher: CbcSha256,
    private readonly random: RandomSource,
  ) {}

  seal(header: RecordHeader, plaintext: Uint8Array): Uint8Array {
    return this.cipher.seal(this.random.bytes(16), (n) => protectedHeader(header, n), plaintext);
  }

  open(header: RecordHeader, fragment: Uint8Array): Uint8Array | undefined {
    return this.cipher.open((n) => protectedHeader(header, n), fragment);
  }
}

const PLACEHOLDER = new Uint8Array(8).fill(0xff);

/** Additional data and MAC header alike (RFC 5246 §6.2.3.3, RFC 9146 §5). */
function protectedHeader(header: RecordHeader, length: number): Uint8Array {
  const { type, version, epoch, sequence, cid } = header;
  const number = [uint16(epoch), uint48(sequence)];
  if (type !== ContentTypes.TLS12_CID) {
    return concatBytes([...number, uint8(type), uint16(version), uint16(length)]);
  }
  return concatBytes([
    PLACEHOLDER,
    uint8(type),
    uint8(cid.length),
    uint8(type),
    uint16(version),
    ...number,
    cid,
    uint16(length),
  ]);
}
