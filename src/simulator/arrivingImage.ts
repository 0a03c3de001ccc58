import { toHex } from '../base/bytes';
import type { ByteSink } from '../base/files';
import type { Hasher, HashPort } from '../base/hash';
import { McubootReader } from '../firmware/image/mcuboot';

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

/**
 * Takes an image as it comes and keeps none of it: it is hashed on the way, and judged as MCUboot would.
 * The bytes go on to `store`, where one is given.
 */
export class ArrivingImage {
  size = 0;
  private readonly whole: Hasher;
  private readonly reader: McubootReader;

  constructor(
    hash: HashPort,
    private readonly store: ByteSink | undefined,
  ) {
    this.whole = hash.sha256();
    this.reader = new McubootReader(hash);
  }

  /** How large the image will be by its own header, without its TLV area. */
  get announcedSize(): number | undefined {
    return this.reader.announcedSize;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.size += bytes.length;
    this.whole.update(bytes);
    this.reader.write(bytes);
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

  private verdict(anyKind: boolean): ImageVerdict {
    const isMcuboot = this.reader.announcedSize !== undefined;
    const { sendable, version, problems } = this.reader.end();
    if (anyKind || (isMcuboot && sendable)) return { kind: 'good', version };
    return isMcuboot
      ? { kind: 'damaged', why: problems.map(({ message }) => message).join('; ') }
      : { kind: 'unknown' };
  }
}
