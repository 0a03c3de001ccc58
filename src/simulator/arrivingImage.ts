import { concatBytes, equalBytes, toHex } from '../base/bytes';
import type { ByteSink } from '../base/files';
import type { Hasher, HashPort } from '../base/hash';
import { decodeMcubootHeader, decodeMcubootTlvs } from '../firmware/image/mcuboot';

/** What a device makes of an image once it has all of it. */
export type ImageVerdict =
  | { readonly kind: 'good'; readonly version: string | undefined }
  | { readonly kind: 'damaged'; readonly why: string }
  | { readonly kind: 'unknown' };

/** An image that has arrived whole. */
export interface ArrivedImage {
  readonly size: number;
  /** SHA-256 over every byte, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly verdict: ImageVerdict;
}

/** Bytes of MCUboot's `struct image_header`. */
const HEADER_SIZE = 32;
const TLV_SHA256 = 0x10;
/** The longest TLV area kept for reading (signatures and keys take some hundred bytes). */
const MAX_TRAILER = 16 * 1024;

interface Header {
  /** Bytes that the image's own hash covers: header, image and protected TLVs. */
  readonly hashed: number;
  readonly version: string;
}

function readHeader(bytes: Uint8Array): Header | undefined {
  const header = decodeMcubootHeader(bytes);
  if (!header.ok) return undefined;
  const { headerSize, imageSize, protectedSize, version } = header.value;
  return { hashed: headerSize + imageSize + protectedSize, version };
}

/**
 * Takes an image as it comes and keeps none of it: its hashes are computed on the way, and only MCUboot's header and
 * TLV area are held. The bytes go on to `store`, where one is given.
 */
export class ArrivingImage {
  size = 0;
  private readonly whole: Hasher;
  private readonly covered: Hasher;
  private head: Uint8Array = new Uint8Array(0);
  private header: Header | undefined;
  private readonly trailer: Uint8Array[] = [];
  private trailerSize = 0;
  private coveredSize = 0;

  constructor(
    hash: HashPort,
    private readonly store: ByteSink | undefined,
  ) {
    this.whole = hash.sha256();
    this.covered = hash.sha256();
  }

  /** How large the image will be by its own header, without its TLV area. */
  get announcedSize(): number | undefined {
    return this.header?.hashed;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.size += bytes.length;
    this.whole.update(bytes);
    this.inspect(bytes);
    return this.store?.write(bytes);
  }

  /** All has arrived; `anyKind`: nothing is looked at. */
  async end(anyKind: boolean): Promise<ArrivedImage> {
    await this.store?.close();
    return { size: this.size, sha256: toHex(this.whole.digest()), verdict: this.verdict(anyKind) };
  }

  abort(): Promise<void> {
    return this.store ? this.store.abort() : Promise.resolve();
  }

  private inspect(bytes: Uint8Array): void {
    if (this.head.length >= HEADER_SIZE) return this.divide(bytes);
    this.head = concatBytes([this.head, bytes]);
    if (this.head.length < HEADER_SIZE) return;
    this.header = readHeader(this.head);
    this.divide(this.head);
    this.head = this.head.slice(0, HEADER_SIZE);
  }

  /** Hashes what MCUboot's hash covers, keeps what follows. */
  private divide(bytes: Uint8Array): void {
    if (!this.header) return;
    const covered = bytes.subarray(0, Math.max(0, this.header.hashed - this.coveredSize));
    this.coveredSize += covered.length;
    if (covered.length > 0) this.covered.update(covered);
    const rest = bytes.slice(covered.length, covered.length + MAX_TRAILER - this.trailerSize);
    if (rest.length === 0) return;
    this.trailer.push(rest);
    this.trailerSize += rest.length;
  }

  private verdict(anyKind: boolean): ImageVerdict {
    const { header } = this;
    if (anyKind) return { kind: 'good', version: header?.version };
    if (!header) return { kind: 'unknown' };
    if (this.coveredSize < header.hashed) return { kind: 'damaged', why: 'the image is cut off' };
    const tlvs = decodeMcubootTlvs(concatBytes(this.trailer), header.hashed, 0);
    if (!tlvs.ok) return { kind: 'damaged', why: tlvs.problem.message };
    const expected = tlvs.value.find(({ type }) => type === TLV_SHA256)?.value;
    if (!expected) return { kind: 'damaged', why: 'the image holds no SHA-256' };
    return equalBytes(expected, this.covered.digest())
      ? { kind: 'good', version: header.version }
      : { kind: 'damaged', why: 'the image does not have the SHA-256 it holds' };
  }
}
