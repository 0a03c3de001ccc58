import type { Problem } from '../../base/result';

/** What a file is, judged by its bytes: the formats that a build or a modem vendor hands out. */
export type ImageKind = 'mcuboot' | 'modem-delta' | 'modem-full' | 'esp' | 'zip' | 'hex' | 'elf' | 'unknown';

/** Something wrong with, or to know about, an image; `code` is stable (`HASH_MISMATCH`, `TRUNCATED`, `NOT_FOR_THE_AIR`, …). */
export interface ImageProblem extends Omit<Problem, 'offset' | 'code'> {
  readonly code: string;
  readonly offset?: number;
  /** What to do instead, e.g. the file to send. */
  readonly next?: string;
}

/** What is known of an image after reading it once. */
export interface ImageFacts {
  readonly kind: ImageKind;
  /** `1.5.0+2` as MCUboot's header or ESP's descriptor has it. */
  readonly version?: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the whole file, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Whether a device can take it as it is: the right kind and no problem that makes it unusable. */
  readonly sendable: boolean;
  readonly problems: readonly ImageProblem[];
  /** Absolute path of the image of the same build that a device can take, for one that can't be sent. */
  readonly instead?: string;
}
