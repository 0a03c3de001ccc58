import { decodeUtf8, equalBytes } from '../../base/bytes';
import type { Hasher, HashPort } from '../../base/hash';
import type { ImageProblem } from './facts';
import {
  imageProblem,
  REBUILD,
  Stretch,
  unusable,
  viewOf,
  type Findings,
  type ImageReader,
} from './imageReader';

/** `ESP_IMAGE_HEADER_MAGIC` (esp_app_format.h). */
export const ESP_MAGIC = 0xe9;

const HEADER_BYTES = 24;
const SEGMENT_HEAD = 8;
const MAX_SEGMENTS = 16;
const HASH_BYTES = 32;
/** `esp_app_desc_t` begins the first segment's data. */
const DESCRIPTOR_AT = HEADER_BYTES + SEGMENT_HEAD;
const DESCRIPTOR_MAGIC = 0xabcd5432;
const VERSION_AT = DESCRIPTOR_AT + 16;
const VERSION_BYTES = 32;
/** The checksum is of this and every byte of the segments (esp_image_format.c). */
const CHECKSUM_SEED = 0xef;

/** The version in an application's descriptor, from an image's first 80 bytes; `undefined` without a descriptor. */
export function decodeEspVersion(head: Uint8Array): string | undefined {
  if (head.length < VERSION_AT + VERSION_BYTES) return undefined;
  if (viewOf(head).getUint32(DESCRIPTOR_AT, true) !== DESCRIPTOR_MAGIC) return undefined;
  const field = head.subarray(VERSION_AT, VERSION_AT + VERSION_BYTES);
  const end = field.indexOf(0);
  return decodeUtf8(end < 0 ? field : field.subarray(0, end)) ?? '';
}

type Phase = 'header' | 'segmentHead' | 'segment' | 'padding' | 'appendedHash' | 'rest';

/**
 * Reads an ESP-IDF application image (esp_image_format.h): header, segments, checksum, and the SHA-256 appended to it.
 * A signature after it (secure boot) is not looked at. Warning that leaves it sendable: `NO_DESCRIPTOR`.
 */
export class EspReader implements ImageReader {
  private at = 0;
  private phase: Phase = 'header';
  /** Bytes until the phase ends. */
  private left = HEADER_BYTES;
  /** What a short phase has of its bytes. */
  private readonly short = new Uint8Array(HASH_BYTES);
  private shortLength = 0;
  private segments = 0;
  private hashAppended = false;
  private checksum = CHECKSUM_SEED;
  private problem: ImageProblem | undefined;
  private readonly head = new Stretch(0, VERSION_AT + VERSION_BYTES);
  private readonly hasher: Hasher;

  constructor(hash: HashPort) {
    this.hasher = hash.sha256();
  }

  write(bytes: Uint8Array): void {
    this.head.add(bytes, this.at);
    for (let i = 0; i < bytes.length;) {
      const piece = bytes.subarray(i, i + this.left);
      this.take(piece);
      i += piece.length;
      this.at += piece.length;
      this.left -= piece.length;
      // A segment may be empty.
      while (this.left === 0) this.advance();
    }
  }

  private take(piece: Uint8Array): void {
    if (this.phase === 'rest') return;
    if (this.phase !== 'appendedHash') this.hasher.update(piece);
    if (this.phase !== 'segment') {
      this.short.set(piece, this.shortLength);
      this.shortLength += piece.length;
      return;
    }
    let { checksum } = this;
    for (let i = 0; i < piece.length; i++) checksum ^= piece[i] ?? 0;
    this.checksum = checksum;
  }

  /** A phase is over: judges what it gave and begins the next. */
  private advance(): void {
    const got = this.short.subarray(0, this.shortLength);
    this.shortLength = 0;
    switch (this.phase) {
      case 'header':
        this.segments = got[1] ?? 0;
        this.hashAppended = got[23] === 1;
        if (this.segments > 0 && this.segments <= MAX_SEGMENTS)
          return this.begin('segmentHead', SEGMENT_HEAD);
        return this.failed(
          imageProblem(
            'BAD_HEADER',
            `an ESP image has 1 to ${MAX_SEGMENTS} segments, this one ${this.segments}`,
            {
              offset: 1,
            },
          ),
        );
      case 'segmentHead':
        return this.begin('segment', viewOf(got).getUint32(4, true));
      case 'segment':
        this.segments--;
        return this.segments > 0
          ? this.begin('segmentHead', SEGMENT_HEAD)
          : this.begin('padding', 16 - (this.at % 16));
      case 'padding':
        if ((got.at(-1) ?? 0) !== this.checksum)
          return this.failed(
            imageProblem('HASH_MISMATCH', "the image's checksum is not that of its segments", {
              offset: this.at - 1,
            }),
          );
        return this.hashAppended ? this.begin('appendedHash', HASH_BYTES) : this.begin('rest', Infinity);
      case 'appendedHash':
        if (!equalBytes(got, this.hasher.digest()))
          return this.failed(
            imageProblem('HASH_MISMATCH', 'the SHA-256 at the end of the image is not that of its bytes', {
              offset: this.at - HASH_BYTES,
            }),
          );
        return this.begin('rest', Infinity);
      case 'rest':
    }
  }

  private begin(phase: Phase, length: number): void {
    this.phase = phase;
    this.left = length;
  }

  private failed(problem: ImageProblem): void {
    this.problem = { ...problem, next: REBUILD };
    this.begin('rest', Infinity);
  }

  end(): Findings {
    const version = decodeEspVersion(this.head.value());
    if (this.phase !== 'rest')
      this.failed(
        imageProblem('TRUNCATED', `the file ends before the image does: ${this.missing()}`, {
          offset: this.at,
        }),
      );
    if (this.problem) return unusable(this.problem, version);
    if (version !== undefined) return { sendable: true, version, problems: [] };
    return {
      sendable: true,
      problems: [
        imageProblem('NO_DESCRIPTOR', 'the image has no application descriptor: a bootloader, perhaps', {
          offset: DESCRIPTOR_AT,
          next: "Name the application's .bin; build/project_description.json tells which it is.",
        }),
      ],
    };
  }

  private missing(): string {
    if (this.phase === 'header') return `its header takes ${HEADER_BYTES} bytes`;
    if (this.phase === 'appendedHash') return `${this.left} bytes of its SHA-256 are missing`;
    return `${this.left} bytes of ${this.phase === 'segment' ? 'a segment' : 'its segment table'} are missing`;
  }
}
