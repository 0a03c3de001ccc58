import { imageProblem, unusable, type Findings, type ImageReader } from './imageReader';

/** Nordic's own check reads 32 bytes of an image before it tells its kind (dfu_target.c, `MIN_SIZE_IDENTIFY_BUF`). */
const MIN_BYTES = 32;

/**
 * A modem's firmware, delta or full: signed by its vendor in a format that only the modem reads, so that nothing but
 * its being there can be checked.
 */
export class ModemReader implements ImageReader {
  private size = 0;

  write(bytes: Uint8Array): void {
    this.size += bytes.length;
  }

  end(): Findings {
    if (this.size >= MIN_BYTES) return { sendable: true, problems: [] };
    return unusable(
      imageProblem('TRUNCATED', `modem firmware of ${this.size} bytes is cut off`, {
        offset: this.size,
        next: 'Unpack it anew from the vendor’s zip.',
      }),
    );
  }
}
