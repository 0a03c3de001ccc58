import { createHash } from 'node:crypto';
import { mcubootImage } from '../../support/images';

/** The image of every cell: 256 KiB of program that MCUboot takes, as a file. */
export interface Image {
  readonly file: string;
  readonly version: string;
  readonly sha256: string;
  hash(bytes: Uint8Array): string;
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Made anew, and written as a file by `write`. */
export function matrixImage(write: (name: string, bytes: Uint8Array) => string): Image {
  const version = '4.5.6+7';
  const bytes = mcubootImage({ version, programSize: 1 << 18 });
  return { file: write('zephyr.signed.bin', bytes), version, sha256: hash(bytes), hash };
}
