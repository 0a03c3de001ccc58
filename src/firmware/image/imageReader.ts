import type { ImageFacts, ImageProblem } from './facts';

/** What a format's reader makes of a file once it had all of it; kind, size and hash are the inspection's own. */
export interface Findings extends Pick<ImageFacts, 'sendable' | 'problems'> {
  readonly version?: string;
}

/**
 * Judges an image from its bytes as they come, in order, in pieces of any length, keeping no more of them than it needs.
 * Never throws for what the bytes are.
 */
export interface ImageReader {
  write(bytes: Uint8Array): void;
  /** All bytes were written; called once. */
  end(): Findings;
}

/** A problem that keeps an image from being sent, or (see each reader) only a warning. */
export const imageProblem = (
  code: string,
  message: string,
  where: { readonly offset?: number; readonly next?: string } = {},
): ImageProblem => ({ code, message, ...where });

/** Findings of an image that no device can take. */
export const unusable = (problem: ImageProblem, version?: string): Findings => ({
  sendable: false,
  problems: [problem],
  ...(version === undefined ? {} : { version }),
});

/** A view for reading numbers out of bytes. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Collects bytes of a stretch of a file while the file passes by: those from `from` on, no more than `limit`.
 * The bytes are copied, so that the pieces they came in can be let go.
 */
export class Stretch {
  private bytes: Uint8Array;
  private held = 0;

  constructor(
    private readonly from: number,
    private readonly limit: number,
  ) {
    this.bytes = new Uint8Array(Math.min(limit, 4096));
  }

  /** `at`: the offset of the piece's first byte in the file. Pieces come in order. */
  add(piece: Uint8Array, at: number): void {
    const part = piece.subarray(Math.max(0, this.from - at)).subarray(0, this.limit - this.held);
    if (part.length === 0) return;
    if (this.held + part.length > this.bytes.length) {
      const larger = new Uint8Array(Math.min(this.limit, 2 * (this.held + part.length)));
      larger.set(this.bytes.subarray(0, this.held));
      this.bytes = larger;
    }
    this.bytes.set(part, this.held);
    this.held += part.length;
  }

  get length(): number {
    return this.held;
  }

  value(): Uint8Array {
    return this.bytes.subarray(0, this.held);
  }
}

/** What to do about a damaged image. */
export const REBUILD = 'The file is damaged or cut off: build it again, or copy it anew.';
