import { concatBytes, equalBytes, toHex } from '../base/bytes';
import type { ByteSink } from '../base/files';
import type { Hasher, HashPort } from '../base/hash';

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

const HEADER_SIZE = 32;
const MAGIC = 0x96f3b83d;
const TLV_INFO_MAGIC = 0x6907;
const TLV_SHA256 = 0x10;
/** The longest TLV area kept for reading (signatures and keys take some hundred bytes). */
const MAX_TRAILER = 16 * 1024;

interface Header {
  /** Bytes that the image's own hash covers: header, image and protected TLVs. */
  readonly hashed: number;
  readonly version: string;
}

/** MCUboot's image header, `struct image_header` in bootutil/image.h. */
function readHeader(bytes: Uint8Array): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_SIZE || view.getUint32(0, true) !== MAGIC) return undefined;
  const build = view.getUint32(24, true);
  const version = `${view.getUint8(20)}.${view.getUint8(21)}.${view.getUint16(22, true)}`;
  return {
    hashed: view.getUint16(8, true) + view.getUint32(12, true) + view.getUint16(10, true),
    version: build === 0 ? version : `${version}+${build}`,
  };
}

/** The SHA-256 that the unprotected TLVs hold, `struct image_tlv_info` and `struct image_tlv`. */
function hashInTrailer(trailer: Uint8Array): Uint8Array | undefined {
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.byteLength);
  if (trailer.length < 4 || view.getUint16(0, true) !== TLV_INFO_MAGIC) return undefined;
  const end = Math.min(view.getUint16(2, true), trailer.length);
  for (let at = 4; at + 4 <= end;) {
    const [type, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (at + 4 + length > end) return undefined;
    if (type === TLV_SHA256) return trailer.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
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
    const expected = hashInTrailer(concatBytes(this.trailer));
    if (!expected) return { kind: 'damaged', why: 'the image holds no SHA-256' };
    return equalBytes(expected, this.covered.digest())
      ? { kind: 'good', version: header.version }
      : { kind: 'damaged', why: 'the image does not have the SHA-256 it holds' };
  }
}
